/** `vitrine recipe`: the whole job step by step, each result printed as it comes. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { Cell } from '../../../src-shared/model/cell.ts';
import { Failure } from '../../../src-shared/model/error.ts';
import { type ExitCode, errorLine, valueOrThrow } from './command-run.ts';
import type { Surroundings } from './surroundings.ts';
import { alignedTable, counted, shownSize, shownValue } from './text.ts';

/** What the recipe is played on. */
interface Ingredients {
  readonly about: readonly string[];
  readonly images: readonly string[];
  readonly videos: readonly string[];
  readonly objects: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly settings: object;
}

const pictures = 'https://raw.githubusercontent.com/pixeltable/pixeltable/main/docs/resources/images';
const films = 's3://multimedia-commons/data/videos/mp4/ffe';

/** The public files of the recipe, read without credentials. */
const onlineIngredients: Ingredients = {
  about: ['On public files over the network, without credentials.'],
  images: ['000000000036.jpg', '000000000090.jpg', '000000000106.jpg'].map((name) => `${pictures}/${name}`),
  videos: [`${films}/ffb/ffeffbef41bbc269810b2a1a888de.mp4`, `${films}/feb/ffefebb41485539f964760e6115fbc44.mp4`],
  objects: [`${films}/ffb/ffeffbef41bbc269810b2a1a888de.mp4`],
  env: {},
  settings: { stores: [{ match: 's3://multimedia-commons', anonymous: true }] },
};

/** The bundled sample, and objects that exist nowhere, signed with keys that open nothing. */
function offlineIngredients(surroundings: Surroundings, folder: string): Ingredients {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const keyFile = join(folder, 'example-service-account.json');
  const account = {
    type: 'service_account',
    project_id: 'vitrine-example',
    private_key_id: 'example',
    private_key: privateKey,
    client_email: 'recipe@vitrine-example.iam.gserviceaccount.com',
    client_id: '0',
    token_uri: 'https://oauth2.googleapis.com/token',
  };
  writeFileSync(keyFile, JSON.stringify(account), { mode: 0o600 });
  const sample = (name: string) => join(surroundings.sample, name);
  return {
    about: [
      'On the bundled sample, without a network.',
      'The S3 and GCS links are signed by the real code with example credentials of this recipe; they are made, not opened.',
    ],
    images: [sample('hall.jpg'), sample('orientation-6.jpg'), sample('marble.png')],
    videos: [sample('rolling.webm')],
    objects: ['s3://vitrine-example/films/rolling.webm', 'gs://vitrine-example/films/rolling.webm'],
    env: {
      // The key id and secret of AWS's documentation, which belong to nobody.
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: '',
      AWS_ENDPOINT_URL_S3: '',
      STORAGE_EMULATOR_HOST: '',
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    },
    settings: { stores: [{ match: 's3://vitrine-example', region: 'us-east-1' }] },
  };
}

/** Plays the recipe and gives the exit code: 1 where a step failed, with its cause said. `folder` null: a temporary library, removed at the end. */
export async function playRecipe(surroundings: Surroundings, options: { isOnline: boolean; folder: string | null }): Promise<ExitCode> {
  const temporary = mkdtempSync(join(tmpdir(), 'vitrine-recipe-'));
  const library = options.folder ?? join(temporary, 'library');
  try {
    const ingredients = options.isOnline ? onlineIngredients : offlineIngredients(surroundings, temporary);
    if (options.folder === null) {
      mkdirSync(library, { mode: 0o700 });
      writeFileSync(join(library, 'settings.json'), `${JSON.stringify(ingredients.settings, null, 2)}\n`);
    }
    for (const line of ingredients.about) surroundings.out(`${line}\n`);
    const connection = await surroundings.connect({ folder: library, env: ingredients.env });
    try {
      return await playSteps(connection.client, ingredients, surroundings, options.isOnline);
    } finally {
      await connection.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    surroundings.err(`${errorLine(thrown.error)}\n`);
    return 2;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function playSteps(
  client: Client,
  { images, videos, objects }: Ingredients,
  { out, err, cwd, signal }: Surroundings,
  isOnline: boolean,
): Promise<ExitCode> {
  const failed: string[] = [];
  let number = 0;

  /** One step: its title, its lines; a failure is said and the next step still comes. */
  async function step(title: string, work: () => Promise<readonly string[]>): Promise<void> {
    if (signal.aborted) return;
    number += 1;
    out(`\n${number}. ${title}\n`);
    try {
      for (const line of await work()) out(`   ${line}\n`);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      failed.push(`step ${number} (${title}): ${errorLine(thrown.error)}`);
      out(`   failed: ${errorLine(thrown.error)}\n`);
    }
  }

  async function insert(table: string, texts: readonly string[]): Promise<string> {
    const result = valueOrThrow(
      await client.rows.insert({ table, source: { kind: 'texts', texts: [...texts], cwd }, onError: 'ignore', compute: 'wait' }),
    );
    if (result.errors > 0) failed.push(`step ${number}: ${table}: ${counted(result.errors, 'cell')} of the new rows failed.`);
    for (const { message, text } of result.rejected) failed.push(`step ${number}: ${text}: ${message}`);
    const rate = result.seconds > 0 ? `, ${Math.round(result.rows / result.seconds).toLocaleString('en-US')} rows/s` : '';
    return `${table}: ${counted(result.rows, 'row')} inserted, ${counted(result.values, 'value')} computed, ${counted(result.errors + result.rejected.length, 'error')}${rate}`;
  }

  async function addColumn(table: string, name: string, expression: string): Promise<string> {
    const { result } = valueOrThrow(await client.columns.addComputed({ table, name, expression, compute: 'wait' }));
    if (!result) return '';
    if (result.errors > 0) failed.push(`step ${number}: ${await firstError(table, name)}`);
    return `${table}.${name} = ${expression}: ${counted(result.values, 'value')}, ${counted(result.errors, 'error')}, ${counted(result.requests, 'request')}, ${shownSize(result.bytes)} read`;
  }

  async function pageOf(table: string) {
    const found = valueOrThrow(await client.tables.get({ table }));
    const view = valueOrThrow(await client.views.open({ table }));
    const { rows } = valueOrThrow(await client.views.page({ viewId: view.viewId, start: 0, end: 10, withLinks: true }));
    await client.views.close({ viewId: view.viewId });
    return { found, rows };
  }

  async function firstError(table: string, name: string): Promise<string> {
    const { found, rows } = await pageOf(table);
    const index = found.columns.findIndex((column) => column.name === name);
    const error = rows.map(({ cells }) => cells[index]?.error).find((one) => one !== undefined);
    return `${table}.${name}: ${error ? errorLine(error) : 'some cells failed'}`;
  }

  async function show(table: string): Promise<string[]> {
    const { found, rows } = await pageOf(table);
    return alignedTable(
      found.columns.map(({ name }) => name),
      rows.map(({ cells }) => cells.map(cellText)),
    );
  }

  async function select(table: string, named: Record<string, string>): Promise<string[]> {
    const { found, rows } = await pageOf(table);
    const rowIds = rows.map(({ rowId }) => rowId);
    const { cells } = valueOrThrow(
      await client.columns.evaluate({ table: found.id, expressions: Object.values(named), rowIds, maxLevel: 'full' }),
    );
    for (const cell of cells.flat()) if (cell.error) failed.push(`step ${number}: ${errorLine(cell.error)}`);
    return alignedTable(
      Object.keys(named),
      cells.map((row) => row.map(cellText)),
    );
  }

  const cacheLine = async () => {
    const { bytes, limit, files } = valueOrThrow(await client.cache.status({}));
    return `${shownSize(bytes)} of ${shownSize(limit)} in ${counted(files, 'file')}`;
  };

  await step('Start afresh: drop the folder with all that is in it, and create it', async () => {
    const { dropped } = valueOrThrow(await client.folders.drop({ path: 'recipe', force: true }));
    valueOrThrow(await client.folders.create({ path: 'recipe' }));
    return [dropped ? 'The old folder moved to the trash.' : 'There was none yet.', 'Folder recipe is there.'];
  });
  await step('Create tables with image and video columns', async () => {
    const made: string[] = [];
    for (const kind of ['image', 'video'] as const) {
      const table = valueOrThrow(await client.tables.create({ path: `recipe/${kind}s`, columns: [{ name: kind, type: kind }] }));
      made.push(`${table.path}  ${kind}:${kind}`);
    }
    return made;
  });
  await step('The cache before', async () => [await cacheLine()]);
  await step('Insert references; nothing is downloaded', async () => [
    await insert('recipe/images', images),
    await insert('recipe/videos', videos),
  ]);
  await step('The rows', async () => [...(await show('recipe/images')), ...(await show('recipe/videos'))]);
  await step('Computed columns over the media: width and height, from header bytes', async () => [
    await addColumn('recipe/images', 'width', 'image.width'),
    await addColumn('recipe/images', 'height', 'image.height'),
    ...(await show('recipe/images')),
  ]);
  await step('One row more is computed as it comes', async () => [await insert('recipe/images', images.slice(0, 1))]);
  await step('Select named expressions, shown and not stored', () =>
    select('recipe/images', { name: 'name(image)', megapixels: 'round(width * height / 1e5) / 10', is_tall: 'height > width' }),
  );
  await step('A link for a while: presigned_url in a query', async () => {
    valueOrThrow(await client.tables.create({ path: 'recipe/objects', columns: [{ name: 'video', type: 'video' }] }));
    return [
      await insert('recipe/objects', objects),
      ...(await select('recipe/objects', { video: 'video', link: 'presigned_url(video.fileurl, 3600)' })),
    ];
  });
  await step('The same as a stored column', async () => [
    await addColumn('recipe/objects', 'link', 'presigned_url(video.fileurl, 3600)'),
    ...(await show('recipe/objects')),
  ]);
  await step('A whole file, fetched when it is asked for', () =>
    select('recipe/images', { image: 'name(image)', localpath: 'image.localpath' }),
  );
  await step('The cache after', async () => [await cacheLine(), 'Files on this computer are read where they lie and never copied.']);

  out('\n');
  for (const sentence of new Set(failed)) err(`${sentence}\n`);
  if (isOnline && failed.length > 0)
    err('The recipe without a network is "vitrine recipe"; with one, these steps need the hosts named above.\n');
  if (failed.length === 0) out('All steps are done.\n');
  return signal.aborted ? 130 : failed.length === 0 ? 0 : 1;
}

function cellText(cell: Cell): string {
  if (cell.media) return cell.media.typed;
  return cell.error ? `! ${cell.error.cause}` : shownValue(cell.value);
}
