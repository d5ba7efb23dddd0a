import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
const yaml: { load(text: string): Record<string, unknown> } = createRequire(require.resolve('app-builder-lib/package.json'))('js-yaml');
const load = (path: string) => yaml.load(readFileSync(join(root, path), 'utf8'));

const isValid = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(require.resolve('app-builder-lib/scheme.json'), 'utf8')),
);
function complaints(config: object): string {
  return isValid(config) ? '' : JSON.stringify(isValid.errors);
}

describe('the configuration of the installers', () => {
  const config = load('electron-builder.yml');

  test('is what electron-builder understands', () => {
    expect(complaints(config)).toBe('');
  });

  test('no ffmpeg is packed: its licence is another', () => {
    expect(config.files).toContain('!**/node_modules/ffmpeg-static/**');
  });

  test('a key with a typing error is named', () => {
    expect(complaints({ ...config, asarUnpak: [] })).toContain('asarUnpak');
  });

  test('a value of the wrong type is named', () => {
    expect(complaints({ ...config, npmRebuild: 'no' })).toContain('/npmRebuild');
  });
});

test('the workflow parses, and each of its jobs has steps', () => {
  const { jobs } = load('.github/workflows/ci.yml') as { jobs: Record<string, { steps?: unknown[] }> };
  expect(Object.keys(jobs)).toContain('test');
  for (const job of Object.values(jobs)) expect(job.steps?.length).toBeGreaterThan(0);
});
