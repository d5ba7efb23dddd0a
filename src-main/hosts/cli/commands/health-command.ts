/** `health`: whether the files of a table are still what is known of them, and what to do about those that are not. */
import type { Command } from 'commander';
import type { Client } from '../../../../src-shared/contract/contract.ts';
import type { HealthFinding, HealthResult } from '../../../../src-shared/contract/health.ts';
import { fail, type VitrineError } from '../../../../src-shared/model/error.ts';
import { type Begin, type CommandRun, errorLine, valueOrThrow } from '../command-run.ts';
import { counted, joined, shownSize } from '../text.ts';

interface HealthOptions {
  where?: string;
  keep?: true;
  takeNew?: true;
}

interface Decisions {
  readonly decided: number;
  readonly failed: { asked: string; error: VitrineError }[];
}

function problemJson({ rowId, rows, canonical, found, remote, error }: HealthFinding) {
  return {
    row: rowId,
    rows,
    url: canonical,
    found,
    ...(remote ? { size: remote.size, etag: remote.etag, modified: remote.modified } : {}),
    ...(error ? { error } : {}),
  };
}

function problemLine({ rowId, rows, canonical, remote, error }: HealthFinding): string {
  const where = `row ${rowId}${rows > 1 ? ` and ${rows - 1} more` : ''}: ${canonical}`;
  if (error) return `${where}: ${errorLine(error)}`;
  const now = joined([
    remote?.size === null || remote === null ? null : shownSize(remote.size),
    remote?.modified ? `of ${remote.modified}` : null,
  ]);
  return `${where}: another file lies there now${now === '' ? '' : ` (${now})`}.`;
}

/** Decides for all that changed. An answer names a thousand of them, so that a long list is decided for in turns. */
async function decide(run: CommandRun, client: Client, first: HealthResult, ask: () => Promise<HealthResult>, choice: 'keep' | 'take_new') {
  const decisions: { decided: number; failed: Decisions['failed'] } = { decided: 0, failed: [] };
  for (let result = first; ; result = await ask()) {
    const changed = result.findings.filter(({ found }) => found === 'changed');
    if (changed.length === 0) return decisions;
    const { references, failed } = valueOrThrow(
      await client.health.decide(
        { referenceIds: changed.map(({ referenceId }) => referenceId), choice, compute: 'wait' },
        { signal: run.surroundings.signal },
      ),
    );
    decisions.decided += references;
    for (const { referenceId, error } of failed) {
      decisions.failed.push({ asked: changed.find((one) => one.referenceId === referenceId)?.canonical ?? '', error });
    }
    if (result.changed <= changed.length || references === 0) return decisions;
  }
}

async function health(run: CommandRun, table: string, { where, keep, takeNew }: HealthOptions): Promise<void> {
  if (keep && takeNew) throw fail('invalid_input', { message: 'Either --keep or --take-new, not both.', next: 'Nothing was asked.' });
  const client = await run.client();
  const rows = where === undefined ? {} : { rows: { where } };
  const ask = async () => valueOrThrow(await client.health.check({ table, ...rows }, run.count(`Check ${table}`)));
  const result = await ask();
  const choice = keep ? 'keep' : takeNew ? 'take_new' : null;
  const decisions = choice === null ? null : await decide(run, client, result, ask, choice);
  const { checked, same, fresh, pinned, changed, failed, requests, findings } = result;
  run.json({
    checked,
    same,
    new: fresh,
    pinned,
    changed,
    failed,
    requests,
    problems: findings.map(problemJson),
    ...(decisions ?? {}),
  });
  for (const finding of findings) {
    if (finding.found === 'failed') run.complain(problemLine(finding));
    else run.say(problemLine(finding));
  }
  const more = changed + failed - findings.length;
  if (more > 0) run.say(`… and ${counted(more, 'other')}`);
  const number = (count: number, what: string) => (count > 0 ? `${count.toLocaleString('en-US')} ${what}` : null);
  run.say(
    `${counted(checked, 'file')} checked: ${joined([
      number(same, 'as known'),
      number(fresh, 'asked for the first time'),
      number(pinned, 'pinned'),
      number(changed, 'changed'),
      number(failed, 'failed'),
      counted(requests, 'request'),
    ])}`,
  );
  if (decisions && choice === 'keep') run.say(`What is here of ${counted(decisions.decided, 'file')} stays.`);
  else if (decisions) run.say(`${counted(decisions.decided, 'file')} taken anew; what was computed from the former is computed again.`);
  else if (changed > 0) run.say('Take what lies there now with --take-new, or stay with what is here with --keep.');
  for (const { asked, error } of decisions?.failed ?? []) run.complain(`${asked}: ${errorLine(error)}`);
  if (failed > 0 || (changed > 0 && decisions === null)) run.fail(1);
}

/** Adds the command. */
export function addHealthCommand(program: Command, begin: Begin): void {
  program
    .command('health <path>')
    .description('ask whether the files of a table are still what is known of them; an unchanged one costs no bytes')
    .option('--where <expression>', 'only rows for which this is true')
    .option('--keep', 'stay with what is here of those that changed')
    .option('--take-new', 'take what lies there now, fetch it where a copy was here, and compute again')
    .action(begin((run, path: string, options: HealthOptions) => health(run, path, options)));
}
