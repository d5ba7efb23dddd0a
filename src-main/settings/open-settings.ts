/** Opens `settings.json` of a library folder, notices when it changes, and writes it without losing what the user wrote. */
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import { type Document, valueAt, withoutValue, withValue } from './document.ts';
import { checkSettings, readSettings } from './read-settings.ts';
import type { Settings, SettingsFile } from './settings.ts';
import { settingsOf } from './settings-schema.ts';

const fileName = 'settings.json';

/**
 * The settings of a library. A missing file is an empty one. A bad file is kept as it is, named in `problem`, and what held before (at first
 * the defaults) goes on to hold.
 */
export function openSettings(folder: string, env: Readonly<Record<string, string | undefined>>): SettingsFile {
  const path = join(folder, fileName);
  const environmentHosts = (env.VITRINE_ALLOWED_HOSTS ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  const listeners = new Set<(settings: Settings) => void>();
  let text = readText(path);
  let settings = settingsOf({}, environmentHosts);
  let problem: VitrineError | null = null;
  let told = JSON.stringify([settings, undefined]);
  let writing: Promise<void> = Promise.resolve();

  function take(newText: string): void {
    text = newText;
    const read = readSettings(newText);
    problem = read.problem;
    const next = read.document === null ? settings : settingsOf(read.document, environmentHosts);
    const isChanged = JSON.stringify([next, problem?.message]) !== told;
    told = JSON.stringify([next, problem?.message]);
    settings = next;
    if (isChanged) for (const listener of listeners) listener(next);
  }

  function reload(): void {
    const newText = readText(path);
    if (newText !== text) take(newText);
  }

  function refuseProblem(): void {
    if (problem === null) return;
    throw fail('invalid_input', {
      message: problem.message,
      next: 'Correct the file first; it is not changed while it cannot be read.',
      ...(problem.details ? { details: problem.details } : {}),
    });
  }

  /** Changes the document as it was written and puts it in place, where what came of it is good. */
  async function write(change: (document: Document) => Document): Promise<void> {
    reload();
    refuseProblem();
    const before = documentOf(text);
    const document = change(before);
    refuseMistakes(before, document);
    const newText = `${JSON.stringify(document, null, indentOf(text))}\n`;
    await replaceFile(folder, path, newText);
    take(newText);
  }

  function set(key: string, value: unknown, expected: { readonly expected?: unknown } = {}): Promise<void> {
    return writeNext(() =>
      write((document) => {
        refuseOthers(document, key, expected);
        return withValue(document, key, value);
      }),
    );
  }

  /** One after the other, so that none undoes another. */
  function writeNext(work: () => Promise<void>): Promise<void> {
    const written = writing.then(work);
    writing = written.catch(() => undefined);
    return written;
  }

  take(text);
  const watcher = watchFolder(folder, reload);
  return {
    current: () => settings,
    get problem() {
      return problem;
    },
    setCacheLimit: (bytes) =>
      writeNext(async () => {
        if (!Number.isSafeInteger(bytes) || bytes < 1_000_000) {
          throw fail('invalid_input', { message: 'The cache limit must be at least 1 MB.', next: 'Give a larger size.' });
        }
        await write((document) => withValue(document, 'cache.limit', bytes));
      }),
    setCacheFolder: (cacheFolder) => set('cache.folder', cacheFolder),
    setLookingFetch: (fetch) => set('looking.fetch', fetch),
    addStoreRule: (rule) =>
      writeNext(() =>
        write((document) => {
          const stores = checkSettings(document).document?.stores ?? [];
          const same = stores.find(({ match }) => match.replace(/\/$/, '') === rule.match.replace(/\/$/, ''));
          if (same && (same.endpoint !== rule.endpoint || same.region !== rule.region)) {
            throw fail('already_exists', {
              message: `The settings have a rule for “${rule.match}” already, which leads elsewhere.`,
              next: 'Change it in the settings.',
            });
          }
          return same ? document : withValue(document, `stores.${stores.length}`, { ...rule });
        }),
      ),
    file: path,
    written: () => (problem === null ? documentOf(text) : null),
    set: (key, value, options) => set(key, value, options),
    checkRule: ({ match, keys }) => {
      refuseProblem();
      refuseMistakes(documentOf(text), withKeys(documentOf(text), match, keys));
    },
    nameKeys: (match, keys) => writeNext(() => write((document) => withKeys(document, match, keys))),
    async unset(key, options = {}) {
      let isThere = false;
      await writeNext(() => {
        isThere = problem !== null || valueAt(documentOf(text), key) !== undefined;
        if (!isThere) refuseUnknown(key);
        return isThere
          ? write((document) => {
              refuseOthers(document, key, options);
              return withoutValue(document, key);
            })
          : Promise.resolve();
      });
      return isThere;
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      watcher?.close();
      listeners.clear();
    },
  };
}

/** What would be wrong afterwards is refused with its sentence; two rules for one place would leave one of them unheard. */
function refuseMistakes(before: Document, after: Document): void {
  const { mistake } = checkSettings(after);
  if (mistake !== null) {
    throw fail(mistake.isUnknown ? 'unknown_name' : 'invalid_input', {
      message: mistake.sentence,
      next: 'Correct it; nothing was changed.',
      ...(mistake.suggestion === undefined ? {} : { details: { suggestion: mistake.suggestion } }),
    });
  }
  const doubled = doubledMatch(after);
  if (doubled !== null && doubledMatch(before) !== doubled) {
    throw fail('already_exists', { message: `There is a store rule for “${doubled}” already.`, next: 'Change that one.' });
  }
}

/** Who is used is named once: keys take the place of a profile and of reading without credentials. Their endpoint is their own. */
function withKeys(document: Document, match: string, keys: string): Document {
  const rules = checkSettings(document).document?.stores ?? [];
  const place = rules.findIndex((rule) => rule.match === match);
  const { profile: _profile, anonymous: _anonymous, endpoint: _endpoint, ...rest } = rules[place] ?? { match };
  return withValue(document, `stores.${place < 0 ? rules.length : place}`, { ...rest, keys });
}

function doubledMatch(document: Document): string | null {
  const matches = (checkSettings(document).document?.stores ?? []).map(({ match }) => match);
  return matches.find((match, place) => matches.indexOf(match) !== place) ?? null;
}

function refuseOthers(document: Document, key: string, options: { readonly expected?: unknown }): void {
  if (!('expected' in options) || JSON.stringify(valueAt(document, key)) === JSON.stringify(options.expected)) return;
  throw fail('invalid_input', { message: `“${key}” was changed elsewhere meanwhile.`, next: 'Look at it again; nothing was changed.' });
}

/** A name that is no setting at all is said, also where there is nothing to take away. */
function refuseUnknown(key: string): void {
  const { mistake } = checkSettings(withValue({}, key, null));
  if (mistake?.isUnknown) {
    throw fail('unknown_name', {
      message: mistake.sentence,
      ...(mistake.suggestion ? { details: { suggestion: mistake.suggestion } } : {}),
    });
  }
}

function documentOf(text: string): Document {
  return text.trim() === '' ? {} : JSON.parse(text.replace(/^\ufeff/, ''));
}

/** Editors replace files rather than write them, so the folder is watched and not the file. Where watching is not possible, a restart reads the file. */
function watchFolder(folder: string, changed: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || name === fileName) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Network drives and exhausted inotify limits: settings then hold until the next start.
    return null;
  }
}

/** A file that cannot be read counts as missing while it is away; a folder in its place or missing rights are told as what they are. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT') return '';
    throw fail('read_only', { message: `“${path}” cannot be read.`, next: 'Change the permissions of the file.' });
  }
}

/** Whole or not at all: written beside the file, flushed, then put in its place. */
async function replaceFile(folder: string, path: string, text: string): Promise<void> {
  const temporary = join(folder, `.${fileName}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true });
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOSPC')
      throw fail('disk_full', {
        message: 'The disk is full: settings.json could not be written.',
        next: 'Free some space, and try again.',
      });
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      throw fail('read_only', { message: `“${folder}” cannot be written.`, next: 'Change the permissions of the folder.' });
    throw thrown;
  }
}

function indentOf(text: string): string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
}
