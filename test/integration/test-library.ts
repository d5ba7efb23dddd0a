/** A real library in a folder of its own, opened by its owner, spoken to through the typed client alone. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { plainNodeInstallation } from '../../src-main/hosts/installation.ts';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { type OwnedLibrary, openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import type { OpenOptions } from '../../src-main/library.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import type { Client, Connection } from '../../src-shared/contract/contract.ts';
import type { EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { Cell, Row } from '../../src-shared/model/cell.ts';
import type { Outcome, VitrineError } from '../../src-shared/model/error.ts';
import type { Table } from '../../src-shared/model/table.ts';
import { noKeychain } from '../credentials/memory-keychain.ts';

/** No metadata address is asked, and loopback is allowed, whatever machine the tests run on. */
const quietEnvironment = {
  PATH: process.env.PATH,
  AWS_EC2_METADATA_DISABLED: 'true',
  METADATA_SERVER_DETECTION: 'none',
  AZURE_TOKEN_CREDENTIALS: 'dev',
  VITRINE_ALLOWED_HOSTS: '127.0.0.1,localhost',
};

/** A folder for one test, with `library` and `home` in it; `remove` takes it away. */
export interface TestPlace {
  readonly root: string;
  readonly folder: string;
  readonly home: string;
  remove(): void;
}

export function newPlace(): TestPlace {
  const place = placeAt(mkdtempSync(join(tmpdir(), 'vitrine-whole-')));
  mkdirSync(place.folder);
  mkdirSync(place.home);
  return place;
}

/** The place that another process made. */
export function placeAt(root: string): TestPlace {
  return {
    root,
    folder: join(root, 'library'),
    home: join(root, 'home'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** How the sources are installed here; the entry is named where the command line's own would be. */
export function openOptions(
  place: { readonly folder: string; readonly home: string },
  env: Readonly<Record<string, string>> = {},
  renderer?: string,
): OpenOptions {
  const entry = new URL('../../src-main/hosts/cli/main.ts', import.meta.url).href;
  const found = plainNodeInstallation(entry, '0.1.0');
  // Whether a package brought its ffmpeg must not decide a test; the environment may name one.
  const installation = { ...found, bundledFfmpeg: '', ...(renderer === undefined ? {} : { renderer }) };
  return {
    folder: place.folder,
    home: place.home,
    env: { ...quietEnvironment, HOME: place.home, ...env },
    installation,
    startDecoder: startChild({ node: installation.node, script: installation.decodeHelper }),
    keychain: noKeychain,
  };
}

export interface TestLibrary {
  readonly place: TestPlace;
  readonly owned: OwnedLibrary;
  readonly client: Client;
  readonly listen: Connection['listen'];
  /** Closes and opens it again in the same folder. */
  reopen(): Promise<TestLibrary>;
  /** Closes it and removes its folder. */
  end(): Promise<void>;
  /** Everything in its log folder. */
  logText(): string;
}

interface TestLibraryOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Written to settings.json first. */
  readonly settings?: unknown;
  readonly place?: TestPlace;
  /** Folder of the page's files, where no build is to be looked at. */
  readonly renderer?: string;
}

/** Opens a library as its owner. */
export async function openTestLibrary({ env = {}, settings, place = newPlace(), renderer }: TestLibraryOptions = {}): Promise<TestLibrary> {
  if (settings !== undefined) writeFileSync(join(place.folder, 'settings.json'), JSON.stringify(settings));
  const owned = await openOwned(openOptions(place, env, renderer), commandLine);
  if (!owned) throw new Error('The library is locked by another test.');
  const connection = owned.connectionFor(commandLine);
  return {
    place,
    owned,
    ...connection,
    async reopen() {
      await owned.close();
      return openTestLibrary({ env, place, ...(renderer === undefined ? {} : { renderer }) });
    },
    async end() {
      await owned.close();
      place.remove();
    },
    logText: () => textsIn(join(place.folder, 'log')),
  };
}

function textsIn(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

/** The value, or an error that says why there is none. */
export function got<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.error.cause}: ${outcome.error.message} ${outcome.error.next ?? ''}`);
}

/** The error of a call that must fail. */
export function refused(outcome: Outcome<unknown>): VitrineError {
  if (outcome.ok) throw new Error(`This was expected to fail and gave ${JSON.stringify(outcome.value)}.`);
  return outcome.error;
}

/** An error as a person meets it: `cause: what happened | what to do`. */
export function inSentences(error: { readonly cause: string; readonly message: string; readonly next: string | null }): string {
  return `${error.cause}: ${error.message} | ${error.next}`;
}

/** Folders, tables, columns and counts of rows, to compare before and after. */
export async function treeOf(client: Client): Promise<unknown> {
  return got(await client.folders.list({}));
}

/** The rows of a table, at most a page. */
export async function rowsOf(client: Client, table: string): Promise<Row[]> {
  const view = got(await client.views.open({ table }));
  const { rows } = got(await client.views.page({ viewId: view.viewId, start: 0, end: Math.min(1_000, view.rowCount) }));
  await client.views.close({ viewId: view.viewId });
  return rows;
}

/** A table with one image column, holding these addresses. */
export async function tableOf(client: Client, urls: readonly string[], path = 'pictures'): Promise<Table> {
  got(await client.tables.create({ path, columns: [{ name: 'image', type: 'image' }] }));
  if (urls.length > 0)
    got(await client.rows.insert({ table: path, source: { kind: 'texts', texts: [...urls] }, onError: 'abort', compute: 'none' }));
  return got(await client.tables.get({ table: path }));
}

/** Cells of all rows (at most a page) in a few words each: values, else the state, else the cause. */
export async function cellsInWords(client: Client, table: string, column: string): Promise<string[]> {
  const rows = await rowsOf(client, table);
  const index = got(await client.tables.get({ table })).columns.findIndex(({ name }) => name === column);
  return rows.map(({ cells }) => inWords(cells[index]));
}

function inWords(cell: Cell | undefined): string {
  if (!cell) return 'no cell';
  if (cell.state === 'error') return cell.error?.cause ?? 'error without a cause';
  if (cell.state !== 'ok') return cell.state;
  return cell.media ? cell.media.typed : String(cell.value);
}

/** Resolves with the first event of that name that fits. */
export function nextEvent<N extends EventName>(
  listen: Connection['listen'],
  name: N,
  fits: (payload: EventOf<N>) => boolean = () => true,
): Promise<EventOf<N>> {
  return new Promise((resolve) => {
    const end = listen(name, (payload) => {
      if (!fits(payload)) return;
      end();
      resolve(payload);
    });
  });
}

/** A picture of one colour as PNG. */
export function picture(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: { r: 196, g: 99, b: 58 } } })
    .png()
    .toBuffer();
}
