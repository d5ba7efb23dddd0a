/** `accounts`: identities that were found, the way to a file, keys typed by hand. */
import type { Command } from 'commander';
import { type AccessStep, type AccessStepName, accessSteps } from '../../../../src-shared/model/access.ts';
import { fail } from '../../../../src-shared/model/error.ts';
import { type Begin, type CommandRun, valueOrThrow } from '../command-run.ts';
import { alignedTable, joined } from '../text.ts';

const providerWords = { aws: 'AWS', gcp: 'Google', azure: 'Azure' } as const;
const stepWords: Record<AccessStepName, string> = {
  identity: 'identity',
  region: 'region',
  endpoint: 'endpoint',
  stat: 'stat',
  byte: 'one byte',
  sign: 'link',
};
const stepMarks = { ok: '✓', failed: '✗', skipped: '–' } as const;

async function list(run: CommandRun): Promise<void> {
  const { accounts } = valueOrThrow(await (await run.client()).accounts.list({}));
  run.json(accounts);
  if (accounts.length === 0) run.say('No cloud credentials found. Public files work without any.');
  else {
    const rows = accounts.map((account) => [
      `${providerWords[account.provider]}`,
      account.name,
      joined([account.kind.replaceAll('_', ' '), account.detail]),
      account.endsAt === null ? '' : account.endsAt,
      account.where,
      joined([account.isDefault ? 'used first' : null, account.canSign === false ? 'cannot sign' : null]),
    ]);
    for (const line of alignedTable(['provider', 'name', 'kind', 'ends', 'found in', ''], rows)) run.say(line);
  }
  for (const { name, problem, login } of accounts) {
    if (problem === null) continue;
    run.surroundings.err(`${name}: ${problem}${login === null || problem.includes(login) ? '' : ` Run "${login}".`}\n`);
  }
}

/** One step as a line: `4 ✓ stat      8.4 MB, image/jpeg`. */
function stepLine({ step, state, text, error, endsAt }: AccessStep): string {
  const number = accessSteps.indexOf(step) + 1;
  const said = [text, ...(error?.next ? [error.next] : [])].join(' ');
  return `${number} ${stepMarks[state]} ${stepWords[step].padEnd(8)}  ${said}${endsAt === null ? '' : `, until ${endsAt.slice(0, 19)}Z at most`}`;
}

async function test(run: CommandRun, url: string): Promise<void> {
  const { steps } = valueOrThrow(
    await (await run.client()).accounts.test(
      { url, cwd: run.surroundings.cwd },
      { signal: run.surroundings.signal, onProgress: (step) => run.say(stepLine(step)) },
    ),
  );
  run.json({ url, steps });
  if (steps.some(({ state }) => state === 'failed')) run.fail(1);
}

interface SaveOptions {
  endpoint?: string;
  region?: string;
  match?: string;
  inFile?: true;
}

/** Key and secret: asked for at a terminal, else two lines of the standard input. Never of the arguments, which others can read. */
async function readKeys({ surroundings }: CommandRun): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const { askTerminal, signal } = surroundings;
  const given = askTerminal
    ? [
        await askTerminal('Access key: ', { isHidden: false, signal }),
        await askTerminal('Secret key (not shown): ', { isHidden: true, signal }),
      ]
    : (await surroundings.readInput()).split(/\r?\n/);
  const [accessKeyId = '', secretAccessKey = ''] = given.map((line) => line?.trim() ?? '');
  if (accessKeyId === '' || secretAccessKey === '') {
    throw fail('invalid_input', {
      message: 'The access key and the secret key are read from the standard input, one a line; one is missing.',
      next: 'Nothing was saved.',
    });
  }
  return { accessKeyId, secretAccessKey };
}

async function save(run: CommandRun, name: string, { endpoint, region, match, inFile }: SaveOptions): Promise<void> {
  const keys = await readKeys(run);
  const client = await run.client();
  const ask = async (mayUseFile: boolean) =>
    valueOrThrow(
      await client.accounts.save({ name, endpoint: endpoint ?? null, region: region ?? null, match: match ?? null, ...keys, mayUseFile }),
    );
  let saved = await ask(inFile ?? false);
  if (saved.keptIn === null) {
    const question = `This computer has no keychain that Vitrine can reach. Keep the keys in ${saved.file}, which you alone may read? [y/N] `;
    const { askTerminal, signal } = run.surroundings;
    const answer = askTerminal && (await askTerminal(question, { isHidden: false, signal }));
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      throw fail('unsupported', {
        message: 'This computer has no keychain that Vitrine can reach; nothing was saved.',
        next: `Add --in-file to keep the keys in ${saved.file}, which you alone may read.`,
      });
    }
    saved = await ask(true);
  }
  run.json({ name, kept_in: saved.keptIn, ...(saved.keptIn === 'file' ? { file: saved.file } : {}), match: match ?? null });
  run.say(`The keys "${name}" are in ${saved.keptIn === 'keychain' ? 'the keychain' : `${saved.file}, which you alone may read`}.`);
  if (match === undefined) run.say(`Use them for a bucket with: vitrine accounts save ${name} --match s3://BUCKET`);
  else run.say(`They are used for ${match} from now on.`);
}

async function forget(run: CommandRun, name: string): Promise<void> {
  const { isForgotten, rules } = valueOrThrow(await (await run.client()).accounts.forget({ name }));
  if (!isForgotten) {
    throw fail('unknown_name', {
      message: `There are no saved keys "${name}".`,
      next: 'See the names with "vitrine accounts list".',
    });
  }
  run.json({ name, forgotten: true, rules });
  run.say(`The keys "${name}" are forgotten.`);
  for (const match of rules) run.surroundings.err(`The store rule for ${match} still names them.\n`);
}

/** Adds the commands about identities. */
export function addAccountCommands(program: Command, begin: Begin): void {
  const accounts = program.command('accounts').description('who Vitrine is towards a bucket');
  accounts.command('list').description('identities found on this computer, and until when they work').action(begin(list));
  accounts
    .command('test <url>')
    .description('step by step: identity, region, endpoint, stat, one byte, link')
    .action(begin((run, url: string) => test(run, url)));
  accounts
    .command('save <name>')
    .description('keep keys in the keychain; key and secret come from the standard input')
    .option('--endpoint <url>', 'where they belong; Amazon S3 itself unless given')
    .option('--region <region>', 'region of that endpoint')
    .option('--match <prefix>', 'use them for this bucket or prefix, such as s3://media/')
    .option('--in-file', 'where there is no keychain, keep them in a file that you alone may read')
    .action(begin((run, name: string, options: SaveOptions) => save(run, name, options)));
  accounts
    .command('forget <name>')
    .description('take saved keys out of the keychain')
    .action(begin((run, name: string) => forget(run, name)));
}
