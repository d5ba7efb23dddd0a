/** `settings`: what holds, and changes to `settings.json`. */
import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { SettingsSeen } from '../../../../src-shared/contract/settings.ts';
import { fail } from '../../../../src-shared/model/error.ts';
import { nearestName } from '../../../../src-shared/model/nearest-name.ts';
import { type Begin, type CommandRun, errorLine, valueOrThrow } from '../command-run.ts';
import { alignedTable, readSize } from '../text.ts';

type Leaf = readonly [key: string, value: unknown];

/** Every value with its key in dots; lists are one value. */
function leavesOf(value: unknown, before = ''): Leaf[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[before, value]];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, before === '' ? name : `${before}.${name}`));
}

function valueAt(value: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((inner, part) => {
    const isThere = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part);
    return isThere ? Reflect.get(inner, part) : undefined;
  }, value);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A file with a mistake is said with each answer: what is shown is then not what is written. */
function sayProblem(run: CommandRun, { problem }: SettingsSeen): void {
  if (problem) run.complain(errorLine(problem));
}

async function show(run: CommandRun, key: string | undefined): Promise<void> {
  const seen = valueOrThrow(await (await run.client()).settings.get({}));
  if (key === undefined) {
    run.json(seen.settings);
    const written = new Set(leavesOf(seen.written ?? {}).map(([name]) => name));
    const rows = leavesOf(seen.settings).map(([name, value]) => [name, plain(value), written.has(name) ? '' : 'default']);
    for (const line of alignedTable(['setting', 'value', ''], rows)) run.say(line);
    run.say(`They are kept in ${seen.file}`);
  } else {
    const value = valueAt(seen.settings, key);
    if (value === undefined) {
      const nearest = nearestName(key, [...Object.keys(seen.settings), ...leavesOf(seen.settings).map(([name]) => name)]);
      throw fail('unknown_name', { message: `There is no setting "${key}".`, next: nearest ? `Did you mean ${nearest}?` : null });
    }
    run.json(value);
    run.say(plain(value));
  }
  sayProblem(run, seen);
}

/** Settings that are bytes, or bytes a second. */
const sizes = new Set(['cache.limit', 'cache.stream_above', 'network.bandwidth']);

/** JSON where it is some, else the text itself; sizes may be written as elsewhere on the command line. */
function typedValue(key: string, text: string): z.core.util.JSONType {
  if (sizes.has(key) && text !== 'null') return readSize(text);
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}

async function set(run: CommandRun, key: string, text: string): Promise<void> {
  const seen = valueOrThrow(await (await run.client()).settings.set({ key, value: typedValue(key, text) }));
  const value = valueAt(seen.settings, key);
  run.json({ key, value });
  run.say(`${key} is ${plain(value)} now.`);
}

async function unset(run: CommandRun, key: string): Promise<void> {
  const { isUnset, seen } = valueOrThrow(await (await run.client()).settings.unset({ key }));
  const value = valueAt(seen.settings, key);
  run.json({ key, unset: isUnset, value: value ?? null });
  const now = value === undefined ? '' : ` The default is ${plain(value)}.`;
  run.say(isUnset ? `${key} is no longer set.${now}` : `${key} was not set.${now}`);
}

/** Adds the commands about settings. */
export function addSettingsCommands(program: Command, begin: Begin): void {
  const settings = program.command('settings').description('how this library behaves, in settings.json');
  settings
    .command('show [key]')
    .description('what holds; a key is in dots, such as cache.limit')
    .action(begin((run, key: string | undefined) => show(run, key)));
  settings
    .command('set <key> <value>')
    .description('write one value, as JSON or plain text; all else stays as it was written')
    .action(begin((run, key: string, value: string) => set(run, key, value)));
  settings
    .command('unset <key>')
    .description('let the default hold again')
    .action(begin((run, key: string) => unset(run, key)));
}
