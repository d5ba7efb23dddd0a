import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFilePath } from '../../src-main/credentials/key-file.ts';
import { systemKeychain } from '../../src-main/credentials/keychain.ts';
import { createSavedKeys, type KeysToSave } from '../../src-main/credentials/saved-keys.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { memoryKeychain } from './memory-keychain.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-keys-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (keychain = memoryKeychain()) => createSavedKeys({ env: {}, home, platform: 'linux', keychain });
const minio: KeysToSave = {
  name: 'minio',
  endpoint: 'http://127.0.0.1:9000/',
  region: null,
  accessKeyId: 'minio+key',
  secretAccessKey: 'very/secret+text',
};
const lockedKeychain = () => Object.assign(memoryKeychain(), { isLocked: true });
const sentence = async (work: Promise<unknown>) => {
  const thrown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof Failure)) throw new Error('this was expected to fail');
  return `${thrown.error.cause}: ${thrown.error.message} | ${thrown.error.next}`;
};

describe('keys saved by hand', () => {
  it('lie in the keychain; the file beside it names them and holds no secret', async () => {
    const keychain = memoryKeychain();
    const keys = open(keychain);
    expect(await keys.save(minio, { mayUseFile: false })).toBe('keychain');
    expect(keys.list()).toEqual([
      { name: 'minio', endpoint: 'http://127.0.0.1:9000', region: null, accessKeyId: 'minio+key', keptIn: 'keychain' },
    ]);
    expect(readFileSync(keys.file, 'utf8')).not.toContain('very/secret');
    expect(statSync(keys.file).mode & 0o777).toBe(0o600);
    const again = open(keychain);
    expect(await again.identity('minio')).toEqual({
      name: 'saved keys minio',
      credentials: { accessKeyId: 'minio+key', secretAccessKey: 'very/secret+text' },
      expiration: null,
      isEndUnknown: false,
      profile: null,
      login: null,
    });
    expect(await again.identity('minio')).toBe(await again.identity('minio'));
    expect(again.accounts()).toMatchObject([
      { provider: 'aws', name: 'minio', kind: 'saved', detail: 'key mini…ey for http://127.0.0.1:9000', where: 'keychain' },
    ]);
  });

  it('go into a file of 0600 only once that was agreed to', async () => {
    const keys = open(lockedKeychain());
    expect([await keys.save(minio, { mayUseFile: false }), keys.list()]).toEqual([null, []]);
    expect(await keys.save(minio, { mayUseFile: true })).toBe('file');
    expect([statSync(keys.file).mode & 0o777, statSync(dirname(keys.file)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect((await open(lockedKeychain()).identity('minio')).credentials.secretAccessKey).toBe('very/secret+text');
  });

  it.each([
    [
      0o640,
      (file: string) => `no_credentials: Others than you may read “${file}”, so the saved keys are not used. | Run “chmod 600 '${file}'”.`,
    ],
    [
      0o602,
      (file: string) => `no_credentials: Others than you may read “${file}”, so the saved keys are not used. | Run “chmod 600 '${file}'”.`,
    ],
  ])('are not used out of a file with mode %o', async (mode, said) => {
    const keys = open(lockedKeychain());
    await keys.save(minio, { mayUseFile: true });
    await keys.identity('minio');
    chmodSync(keys.file, mode);
    expect(await sentence(keys.identity('minio'))).toBe(said(keys.file));
    expect(keys.accounts()).toMatchObject([{ name: 'saved keys', where: keys.file, problem: said(keys.file).replace(/^.*?: | \|/g, '') }]);
    expect(await sentence(keys.save({ ...minio, name: 'other' }, { mayUseFile: true }))).toBe(said(keys.file));
  });

  it.skipIf(process.getuid?.() !== 0)('are not used out of a file of another user', async () => {
    const keys = open(lockedKeychain());
    await keys.save(minio, { mayUseFile: true });
    const { chownSync } = await import('node:fs');
    chownSync(keys.file, 65_534, 65_534);
    expect(await sentence(keys.identity('minio'))).toBe(
      `no_credentials: “${keys.file}” belongs to another user, so the saved keys are not used. | Remove it, and save the keys again.`,
    );
  });

  it('keep a damaged file, and say so', async () => {
    const keys = open();
    mkdirSync(dirname(keys.file), { recursive: true });
    writeFileSync(keys.file, '{"keys": [', { mode: 0o600 });
    expect(await sentence(keys.save(minio, { mayUseFile: true }))).toBe(
      `no_credentials: “${keys.file}” is damaged, so the saved keys are not used. | Correct the file, or remove it and save the keys again.`,
    );
    expect(readFileSync(keys.file, 'utf8')).toBe('{"keys": [');
  });

  it('are lost by nobody when many are saved at once, also by two processes', async () => {
    const one = open();
    const other = open();
    const names = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    await Promise.all(names.map((name, index) => (index % 2 ? one : other).save({ ...minio, name }, { mayUseFile: true })));
    expect(
      open()
        .list()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  it('are forgotten in the keychain too, and stay where it is locked', async () => {
    const keychain = memoryKeychain();
    const keys = open(keychain);
    await keys.save(minio, { mayUseFile: false });
    keychain.isLocked = true;
    expect(await sentence(keys.forget('minio'))).toBe(
      'no_credentials: The keychain did not let go of the saved keys “minio”. | Unlock the keychain and try again.',
    );
    expect(keys.find('minio')).not.toBeNull();
    keychain.isLocked = false;
    expect([await keys.forget('minio'), await keys.forget('minio'), keychain.entries.size]).toEqual([true, false, 0]);
    expect(await sentence(keys.identity('minio'))).toBe(
      'no_credentials: There are no saved keys “minio”. | Save them with “vitrine accounts save minio”, or choose another identity.',
    );
  });

  it.each<[string, Partial<KeysToSave>, string]>([
    ['a name with a slash', { name: '../x' }, 'The name of saved keys must be 1 to 64 letters, digits, blanks within, or . _ @ -.'],
    [
      'an endpoint with a login',
      { endpoint: 'https://me:pw@host' },
      'The endpoint of saved keys must be an http or https address without query or login.',
    ],
    ['a key with a blank', { accessKeyId: 'a b' }, 'The access key must be letters, digits and signs without blanks.'],
    ['an empty secret', { secretAccessKey: '' }, 'The secret key must be letters, digits and signs without blanks.'],
    ['a region that could be a host', { region: 'a/b' }, 'The region of saved keys must be the name of a region.'],
  ])('are refused with %s', async (_what, change, message) => {
    expect(await sentence(open().save({ ...minio, ...change }, { mayUseFile: true }))).toBe(
      `invalid_input: ${message} | Correct it; nothing was saved.`,
    );
  });

  it('have their file where each system keeps such things', () => {
    expect([
      keyFilePath({}, '/home/me', 'linux'),
      keyFilePath({ XDG_CONFIG_HOME: '/etc/me' }, '/home/me', 'linux'),
      keyFilePath({ XDG_CONFIG_HOME: '/etc/me' }, '/Users/me', 'darwin'),
    ]).toEqual([
      '/home/me/.config/vitrine/keys.json',
      '/etc/me/vitrine/keys.json',
      '/Users/me/Library/Application Support/Vitrine/keys.json',
    ]);
  });

  // The library's own fallback, the kernel's keyring, would take them and lose them when the computer is turned off.
  it.skipIf(process.platform !== 'linux')('are not given to the kernel where a computer has no Secret Service', async () => {
    const before = process.env.DBUS_SESSION_BUS_ADDRESS;
    process.env.DBUS_SESSION_BUS_ADDRESS = 'unix:path=/nonexistent/bus';
    try {
      await expect(systemKeychain().set('vitrine-test', 'text')).rejects.toThrow();
    } finally {
      if (before === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
      else process.env.DBUS_SESSION_BUS_ADDRESS = before;
    }
  });
});
