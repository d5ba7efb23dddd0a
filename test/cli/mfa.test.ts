import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine as anyCaller } from '../../src-main/hosts/local-socket/connect.ts';
import { type OwnedLibrary, openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import { nextEvent, openOptions } from '../integration/test-library.ts';
import { type AwsServer, startAwsServer } from '../servers/aws-server.ts';
import { type CommandLine, commandLine, type Ran } from './command-line.ts';

const keys = { accessKeyId: 'AKIABASE0000000000B1', secretAccessKey: 'base-secret' };
const device = 'arn:aws:iam::1:mfa/phone';
/** One for each test, with a bucket and a profile of the same name: what was given or declined is held. */
const names = ['given', 'typed', 'neither', 'refused', 'window', 'own', 'left'];
const roleOf = (name: string) => `arn:aws:iam::1:role/${name}`;

let server: AwsServer;

/** A command line over a library whose buckets belong to the roles. */
async function prepare(options: { keepsOpen: boolean }): Promise<CommandLine> {
  const roles = names.map((name) => [roleOf(name), { trusts: ['base'], mfa: { device, codes: ['123456'] } }]);
  server = await startAwsServer({ keys: { base: keys }, roles: Object.fromEntries(roles) });
  const line = commandLine({ env: { ...server.env }, ...options });
  const profiles = names.map((name) => `[profile ${name}]\nrole_arn = ${roleOf(name)}\nsource_profile = k\nmfa_serial = ${device}\n`);
  const base = `[profile k]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`;
  mkdirSync(join(line.folder, 'home', '.aws'));
  writeFileSync(join(line.folder, 'home', '.aws', 'config'), `${profiles.join('')}${base}`);
  mkdirSync(join(line.folder, 'library'));
  const stores = names.map((name) => ({ match: `s3://${name}`, profile: name }));
  writeFileSync(join(line.folder, 'library', 'settings.json'), JSON.stringify({ stores }));
  return line;
}

const signedAs = ({ code, out, err }: Ran) => `${code} ${out === '' ? err : JSON.parse(out)[0].signed_as}`;

describe('a role that wants a one-time code, on the command line', () => {
  let line: CommandLine;
  beforeAll(async () => {
    line = await prepare({ keepsOpen: true });
  });
  afterAll(async () => {
    await line.remove();
    await server.close();
  });

  it('takes the code of --mfa', async () => {
    expect(signedAs(await line.run(['--json', '--mfa', '123456', 'presign', 's3://given/k']))).toBe('0 profile given');
  });

  it('asks at the terminal, again where what was typed is no code or is refused', async () => {
    const typed = ['12 34', '999999', '123 456'];
    const asked: string[] = [];
    const ran = await line.run(['--json', 'presign', 's3://typed/k'], {
      askTerminal: async (prompt) => {
        asked.push(prompt);
        return typed.shift() ?? null;
      },
    });
    const question = `One-time code of ${device} for ${roleOf('typed')}: `;
    expect([signedAs(ran), asked]).toEqual([
      '0 profile typed',
      [question, `A code has six digits. ${question}`, `The code was refused. ${question}`],
    ]);
  });

  it('names role, device and --mfa where there is neither', async () => {
    const { code, err } = await line.run(['presign', 's3://neither/k']);
    expect([code, err]).toEqual([
      2,
      `s3://neither/k: The role ${roleOf('neither')} needs a one-time code of ${device}, and none was given. Try again and type the code; on the command line give it with --mfa CODE.\n`,
    ]);
  });

  it('says that the code of --mfa was refused', async () => {
    const { code, err } = await line.run(['--mfa', '999999', 'presign', 's3://refused/k']);
    expect([code, err]).toEqual([
      2,
      `s3://refused/k: The one-time code for the role ${roleOf('refused')} was refused, and no other was given. Wait for the next code of ${device}, then try again; on the command line give it with --mfa CODE.\n`,
    ]);
  });

  it('refuses what cannot be a code', async () => {
    const { code, err } = await line.run(['--mfa', 'abc', 'presign', 's3://given/k']);
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      "error: option '--mfa <code>' argument 'abc' is invalid. A one-time code has six digits.",
    ]);
  });
});

describe('a role that wants a one-time code, on the command line beside an open window', () => {
  let line: CommandLine;
  let owned: OwnedLibrary;
  beforeAll(async () => {
    line = await prepare({ keepsOpen: false });
    const place = { folder: join(line.folder, 'library'), home: join(line.folder, 'home') };
    const opened = await openOwned(openOptions(place, { ...server.env }), anyCaller);
    if (!opened) throw new Error('The library is locked.');
    owned = opened;
  });
  afterAll(async () => {
    await owned.close();
    await line.remove();
    await server.close();
  });

  it('answers the question that its own call raised, and leaves that of the window', async () => {
    const { client, listen } = owned.connectionFor(anyCaller);
    const whenAsked = nextEvent(listen, 'mfaAsked', ({ questions }) => questions.length === 1);
    const ofWindow = client.links.presign({ urls: ['s3://window/k'], expiresSeconds: 60, overCap: 'refuse' });
    const [question] = (await whenAsked).questions;
    const ran = await line.run(['--json', '--mfa', '123456', 'presign', 's3://own/k']);
    const open = await client.accounts.list({});
    expect([signedAs(ran), open.ok ? open.value.questions : null]).toEqual(['0 profile own', [question]]);
    await client.accounts.answerMfa({ id: question?.id ?? 0, code: '123456' });
    const outcome = await ofWindow;
    expect(outcome.ok && outcome.value.map((one) => one.ok && one.link.signed_as)).toEqual(['profile window']);
  });

  it('leaves its question to the window where it has no code, and says so', async () => {
    const { client, listen } = owned.connectionFor(anyCaller);
    const whenAsked = nextEvent(listen, 'mfaAsked', ({ questions }) => questions.length === 1);
    const running = line.run(['presign', 's3://left/k']);
    const [question] = (await whenAsked).questions;
    await client.accounts.answerMfa({ id: question?.id ?? 0, code: '123456' });
    const { code, err } = await running;
    expect([code, err]).toEqual([
      0,
      `The role ${roleOf('left')} waits for a one-time code of ${device}: type it in the open window, or stop and give --mfa CODE.\n`,
    ]);
  });
});
