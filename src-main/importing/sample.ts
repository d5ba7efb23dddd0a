/** The sample that comes with Vitrine: what `library.openSample` puts into a library. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { fail } from '../../src-shared/model/error.ts';
import type { Platform } from '../../src-shared/reference/file-path.ts';
import { fileReference } from '../../src-shared/reference/parse-reference.ts';
import type { NewReference } from '../catalog/catalog.ts';

const SampleDescription = z.object({
  folder: z.string(),
  tables: z.array(
    z.object({
      name: z.string(),
      column: z.object({ name: z.string(), type: z.enum(['image', 'video', 'audio', 'media']) }),
      computed: z.array(z.object({ name: z.string(), expression: z.string() })),
      files: z.array(z.string()),
    }),
  ),
});

/** A table of the sample: its media column, its computed columns, and a reference a row. */
export interface SampleTable {
  /** `Sample/images`. */
  readonly path: string;
  readonly column: { readonly name: string; readonly type: 'image' | 'video' | 'audio' | 'media' };
  readonly computed: readonly { readonly name: string; readonly expression: string }[];
  readonly references: readonly NewReference[];
}

/** The sample's folder and tables, as `SAMPLE.json` in the assets describes them. `not_found` where the installation lacks it. */
export async function sampleTables(assetsFolder: string, platform: Platform): Promise<{ folder: string; tables: SampleTable[] }> {
  const sample = join(assetsFolder, 'sample');
  let text: string;
  try {
    text = await readFile(join(sample, 'SAMPLE.json'), 'utf8');
  } catch {
    throw fail('not_found', { message: 'The sample is missing from this installation.', next: 'Install Vitrine again.' });
  }
  const { folder, tables } = SampleDescription.parse(JSON.parse(text));
  return {
    folder,
    tables: tables.map(({ name, column, computed, files }) => ({
      path: `${folder}/${name}`,
      column,
      computed,
      references: files.map((file) => {
        const path = join(sample, file);
        return { canonical: fileReference(path, platform).canonical, typed: path };
      }),
    })),
  };
}
