import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { sampleTables } from '../../src-main/importing/sample.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';

const assets = join(import.meta.dirname, '..', '..', 'assets');

describe('the sample', () => {
  it('names files that are there, small enough to ship', async () => {
    const { folder, tables } = await sampleTables(assets, 'posix');
    expect([folder, tables.map(({ path }) => path)]).toEqual(['Sample', ['Sample/images', 'Sample/videos', 'Sample/audios']]);
    const paths = tables.flatMap(({ references }) =>
      references.map(({ canonical }) => fileURLToPath(referenceFromCanonical(canonical).canonical)),
    );
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths.reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(1_500_000);
  });

  it.each([2, 3, 4, 5, 6, 7, 8])('shows the same picture upright from orientation %i', async (orientation) => {
    const pixels = async (number: number) => {
      const file = join(assets, 'sample', `orientation-${number}.jpg`);
      expect((await sharp(file).metadata()).orientation).toBe(number);
      return sharp(file).autoOrient().resize(24, 16, { fit: 'fill' }).removeAlpha().raw().toBuffer();
    };
    const [expected, turned] = [await pixels(1), await pixels(orientation)];
    const difference = expected.reduce((sum, value, index) => sum + Math.abs(value - (turned[index] ?? 0)), 0) / expected.length;
    expect(difference).toBeLessThan(4);
  });

  it('says what is missing when the assets are not there', async () => {
    await expect(sampleTables(join(assets, 'nowhere'), 'posix')).rejects.toThrow('The sample is missing from this installation.');
  });
});
