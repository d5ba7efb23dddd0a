import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { adoptShellEnvironment } from '../../src-main/credentials/shell-environment.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import { isRunning } from '../credentials/is-running.ts';
import { got, newPlace, openOptions, type TestPlace } from './test-library.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A home whose login shell waits for a file before it says the profile of its keys. */
function homeWithSlowShell(): { place: TestPlace; answer(): void } {
  const place = newPlace();
  closers.push(() => place.remove());
  mkdirSync(join(place.home, '.aws'));
  writeFileSync(join(place.home, '.aws', 'credentials'), '[work]\naws_access_key_id = AKIAWORK000000000001\naws_secret_access_key = w\n');
  const go = join(place.home, 'go');
  writeFileSync(
    join(place.home, '.profile'),
    `echo $$ > '${join(place.home, 'pid')}.new'; mv '${join(place.home, 'pid')}.new' '${join(place.home, 'pid')}'\nwhile [ ! -e '${go}' ]; do sleep 0.05; done\nexport AWS_PROFILE=work AWS_ENDPOINT_URL_S3=http://127.0.0.1:9\n`,
  );
  return { place, answer: () => writeFileSync(go, '') };
}

async function open(place: TestPlace, settings: unknown) {
  writeFileSync(join(place.folder, 'settings.json'), JSON.stringify(settings));
  const options = openOptions(place);
  let asked = 0;
  const owned = await openOwned(
    {
      ...options,
      adoptEnvironment: (signal) => {
        asked += 1;
        return adoptShellEnvironment({ env: options.env, shell: '/bin/sh', signal });
      },
    },
    commandLine,
  );
  if (!owned) throw new Error('The library is locked by another test.');
  closers.push(() => owned.close());
  return { client: owned.connectionFor(commandLine).client, asked: () => asked };
}

test('an app from the desktop opens at once; the first signature waits for the login shell and uses what it says', async () => {
  const { place, answer } = homeWithSlowShell();
  const { client } = await open(place, {});
  got(await client.folders.list({}));
  const presigning = client.links.presign({ urls: ['s3://b/k'], expiresSeconds: 60, overCap: 'refuse' });
  answer();
  const [outcome] = got(await presigning);
  expect(outcome?.ok ? [outcome.link.signed_as, new URL(outcome.link.url).host] : outcome?.error).toEqual(['profile work', '127.0.0.1:9']);
  expect(got(await client.accounts.environment({}))).toEqual({
    names: ['AWS_ENDPOINT_URL_S3', 'AWS_PROFILE'],
    isOn: true,
    isNeeded: true,
    problem: null,
  });
  expect(got(await client.accounts.list({})).accounts.map(({ name, isDefault }) => [name, isDefault])).toEqual([['work', true]]);
});

test('shell_environment false in the settings asks no shell', async () => {
  const { place } = homeWithSlowShell();
  const { client, asked } = await open(place, { shell_environment: false });
  expect(got(await client.accounts.environment({}))).toEqual({ names: [], isOn: false, isNeeded: true, problem: null });
  expect(asked()).toBe(0);
});

test('a library that is closed while the shell still thinks ends it', async () => {
  const { place } = homeWithSlowShell();
  await open(place, {});
  const pidFile = join(place.home, 'pid');
  await expect.poll(() => existsSync(pidFile)).toBe(true);
  const before = isRunning(pidFile);
  await closers.pop()?.();
  await expect.poll(() => isRunning(pidFile)).toBe(false);
  expect(before).toBe(true);
});
