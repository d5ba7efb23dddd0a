/** Opens `settings.json` of a library folder, notices when it changes, and writes it without losing what the user wrote. */
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import { readSettings } from './read-settings.ts';
import type { Settings, SettingsFile } from './settings.ts';
import { type SettingsDocument, settingsOf } from './settings-schema.ts';

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
  let writing: Promise<void> = Promise.resolve();

  function take(newText: string): void {
    text = newText;
    const read = readSettings(newText);
    problem = read.problem;
    const next = read.document === null ? settings : settingsOf(read.document, environmentHosts);
    const isChanged = JSON.stringify(next) !== JSON.stringify(settings);
    settings = next;
    if (isChanged) for (const listener of listeners) listener(next);
  }

  function reload(): void {
    const newText = readText(path);
    if (newText !== text) take(newText);
  }

  /** Puts one value into a section and leaves the others as they were written. */
  function write(section: 'cache' | 'looking', values: Readonly<Record<string, unknown>>): Promise<void> {
    return change((document) => {
      document[section] = { ...document[section], ...values };
    });
  }

  /** Changes the file as it was written. `edit` may throw a `Failure` and change nothing. */
  async function change(edit: (document: SettingsDocument) => void): Promise<void> {
    reload();
    if (problem !== null) {
      throw fail('invalid_input', {
        message: problem.message,
        next: 'Correct the file first; it is not changed while it cannot be read.',
        ...(problem.details ? { details: problem.details } : {}),
      });
    }
    const document: SettingsDocument = text.trim() === '' ? {} : JSON.parse(text.replace(/^\ufeff/, ''));
    edit(document);
    const newText = `${JSON.stringify(document, null, indentOf(text))}\n`;
    await replaceFile(folder, path, newText);
    take(newText);
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
        await write('cache', { limit: bytes });
      }),
    setLookingFetch: (fetch) => writeNext(() => write('looking', { fetch })),
    addStoreRule: (rule) =>
      writeNext(() =>
        change((document) => {
          const stores = document.stores ?? [];
          const same = stores.find(({ match }) => match.replace(/\/$/, '') === rule.match.replace(/\/$/, ''));
          if (same && (same.endpoint !== rule.endpoint || same.region !== rule.region)) {
            throw fail('already_exists', {
              message: `The settings have a rule for “${rule.match}” already, which leads elsewhere.`,
              next: 'Change it in the settings.',
            });
          }
          if (!same) document.stores = [...stores, { ...rule }];
        }),
      ),
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
