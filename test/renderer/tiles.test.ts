import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { justifiedLines, squareLines, tileGap } from '../../src-renderer/features/gallery/lines.ts';
import { tileMove } from '../../src-renderer/features/gallery/tile-moves.ts';
import { TileStage } from '../../src-renderer/features/gallery/tile-stage.ts';
import { tallestCanvas } from '../../src-renderer/features/look/long-scroll.ts';

const box = { width: 1000, height: 176, isLast: false };
/** Shapes that occur: portraits, 4:3, 3:2, wide. */
const shapes = [2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 16 / 9, 2.5];
const shapeOf = (row: number) => shapes[(row * 7 + Math.floor(row / 5)) % shapes.length] ?? 1;

describe('justified lines', () => {
  it('hold all tiles in order, reach the edge, keep their gaps, and are nearly as high as asked', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...shapes), { minLength: 20, maxLength: 200 }), (ratios) => {
        const lines = justifiedLines(ratios, box) ?? [];
        expect(lines.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, n) => start + n))).toEqual(
          ratios.map((_, n) => n),
        );
        for (const { lefts, widths, height } of lines) {
          expect((lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0)).toBe(1000);
          for (let place = 1; place < lefts.length; place += 1) {
            expect((lefts[place] ?? 0) - (lefts[place - 1] ?? 0) - (widths[place - 1] ?? 0)).toBe(tileGap);
          }
          expect(height).toBeGreaterThan(176 * 0.6);
          expect(height).toBeLessThan(176 * 1.5);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep the target height where the last one ends early; one tile is not stretched', () => {
    const one = justifiedLines([1.5], { ...box, isLast: true });
    expect(one).toEqual([{ start: 0, end: 1, height: 176, lefts: [0], widths: [264] }]);
    const last = justifiedLines([1.5, 1.5, 1.5, 1.5, 1.5], { ...box, isLast: true })?.at(-1);
    expect(last?.height).toBeLessThanOrEqual(180);
  });

  it('are none where too few tiles are left for a line', () => {
    expect(justifiedLines([0.7], box)).toBeNull();
  });
});

describe('squares', () => {
  it('fill the width in all lines but the last, and are all alike', () => {
    const lines = squareLines(12, { width: 1000, height: 176 });
    expect(lines.map(({ start, end, height }) => [start, end, height])).toEqual([
      [0, 5, 195],
      [5, 10, 195],
      [10, 12, 195],
    ]);
  });
});

/** A stage over rows whose sizes become known only when they are told. */
function stageOf(
  rowCount: number,
  more: { known?: Map<number, number>; shape?: 'rows' | 'squares'; tileHeight?: number; ids?: (row: number) => number | null } = {},
) {
  const known = more.known ?? new Map<number, number>();
  const stage = new TileStage({ ratioAt: (row) => known.get(row) ?? null, idAt: more.ids ?? ((row) => row) });
  const shape = { shape: more.shape ?? 'rows', width: 1000, tileHeight: more.tileHeight ?? 176, labelHeight: 0 } as const;
  stage.measure({ shape, rowCount, viewport: 700 });
  return { stage, known, shape };
}

/** What is seen: each row on screen with its place on it. */
function seen(stage: TileStage): Map<number, string> {
  const { top, viewport } = stage.scroll;
  return new Map(
    stage
      .linesIn({ start: top, end: top + viewport })
      .flatMap((line) =>
        line.lefts.map(
          (left, place) => [line.start + place, `${left},${Math.round(line.y - top)} ${line.widths[place]}×${line.height}`] as const,
        ),
      ),
  );
}

describe('the stage', () => {
  it('shows the last of a million rows, with no element above 8 million px', () => {
    const { stage } = stageOf(1_000_000);
    stage.reveal(999_999);
    expect(stage.canvasHeight).toBe(tallestCanvas);
    expect(stage.visibleRows().end).toBe(1_000_000);
    stage.rest();
    expect(stage.visibleRows().end).toBe(1_000_000);
    expect(stage.scroll.scrollTop).toBe(tallestCanvas - 700);
  });

  it.each(['rows', 'squares'] as const)('goes to any place of the bar, and to both ends (%s)', (shape) => {
    const { stage, known } = stageOf(1_000_000, { shape });
    for (let row = 0; row < 1_000_000; row += 3) known.set(row, shapeOf(row));
    stage.scrollTo(tallestCanvas / 2);
    expect(stage.visibleRows().start / 1_000_000).toBeCloseTo(0.5, 2);
    stage.scrollTo(tallestCanvas - 700);
    expect(stage.visibleRows().end).toBe(1_000_000);
    stage.scrollTo(0);
    stage.rest();
    expect(stage.visibleRows().start).toBe(0);
  });

  it('never moves a tile on screen, whatever is learnt, and wherever one was before', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.record({ type: fc.constant('scroll' as const), by: fc.integer({ min: -900, max: 900 }) }),
            fc.record({ type: fc.constant('jump' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
            fc.record({
              type: fc.constant('learn' as const),
              from: fc.integer({ min: -300, max: 300 }),
              count: fc.integer({ min: 1, max: 200 }),
            }),
            fc.record({ type: fc.constant('rows' as const), count: fc.integer({ min: 1, max: 300 }) }),
            fc.record({ type: fc.constant('rest' as const) }),
            fc.record({ type: fc.constant('above' as const), by: fc.integer({ min: -300, max: 300 }) }),
          ),
          { minLength: 5, maxLength: 40 },
        ),
        (steps) => {
          let rowCount = 5_000;
          let shifted = 0;
          // Rows have ids that stay with them, whatever their places are.
          const { stage, known, shape } = stageOf(rowCount, { ids: (row) => row - shifted });
          stage.lookBeyond(700);
          for (const step of steps) {
            if (step.type === 'scroll') stage.scrollTo(Math.min(Math.max(0, stage.scroll.scrollTop + step.by), stage.canvasHeight - 700));
            else if (step.type === 'jump') stage.scrollTo(Math.round(step.to * (stage.canvasHeight - 700)));
            else {
              const before = seen(stage);
              let by = 0;
              if (step.type === 'learn') {
                const first = stage.visibleRows().start + step.from;
                for (let row = Math.max(0, first); row < first + step.count; row += 1) known.set(row, shapeOf(row));
                stage.refresh();
              } else if (step.type === 'rows') {
                rowCount += step.count;
                stage.measure({ shape, rowCount, viewport: 700 });
              } else if (step.type === 'above') {
                by = Math.max(step.by, -stage.visibleRows().start);
                const moved = [...known].map(([row, ratio]) => [row + by, ratio] as const);
                known.clear();
                for (const [row, ratio] of moved) if (row >= 0) known.set(row, ratio);
                shifted += by;
                rowCount += by;
                stage.shiftTo(shifted, rowCount);
                stage.measure({ shape, rowCount, viewport: 700 });
                stage.refresh();
              } else stage.rest();
              const after = seen(stage);
              for (const [row, place] of before) expect(after.get(row + by), `row ${row}`).toBe(place);
            }
            // No hole and no overlap: the lines follow each other.
            const { top } = stage.scroll;
            const lines = stage.linesIn({ start: top - 700, end: top + 1400 });
            lines.forEach((line, place) => {
              const next = lines[place + 1];
              if (next) expect([next.start, Math.round(next.y)]).toEqual([line.end, Math.round(line.y + line.height + tileGap)]);
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('uses sizes learnt meanwhile when a line comes into view', () => {
    const { stage, known } = stageOf(2_000);
    for (let row = 0; row < 2_000; row += 1) known.set(row, 2 / 3);
    const before = seen(stage);
    stage.refresh();
    expect(seen(stage)).toEqual(before);
    stage.scrollTo(1_400);
    const line = stage.linesIn({ start: stage.scroll.top, end: stage.scroll.top + 700 }).at(1);
    expect(line?.widths.every((width) => Math.abs(width / (line.height ?? 1) - 2 / 3) < 0.02)).toBe(true);
  });

  it('lays out anew from the line in which another row has taken a place', () => {
    let removed: number | null = null;
    const ids = (row: number) => (removed !== null && row >= removed ? row + 1 : row);
    const known = new Map<number, number>();
    const ratioAt = (row: number) => shapeOf(ids(row));
    const stage = new TileStage({ ratioAt, idAt: ids });
    const shape = { shape: 'rows', width: 1000, tileHeight: 176, labelHeight: 0 } as const;
    stage.measure({ shape, rowCount: 500, viewport: 700 });
    const before = seen(stage);
    removed = stage.visibleRows().end - 3;
    stage.measure({ shape, rowCount: 499, viewport: 700 });
    stage.refresh();
    const after = seen(stage);
    const line = stage.linesIn({ start: 0, end: 700 }).find(({ end }) => end > (removed ?? 0));
    for (let row = 0; row < (line?.start ?? 0); row += 1) expect(after.get(row)).toBe(before.get(row));
    for (const [row, place] of after) {
      const [, width = 0, height = 1] = /(\d+)×(\d+)/.exec(place)?.map(Number) ?? [];
      expect(width / height).toBeCloseTo(shapeOf(ids(row)), 1);
    }
    expect(known.size).toBe(0);
  });

  it('keeps the tile under the pointer in place when the size changes', () => {
    const { stage, shape } = stageOf(100_000);
    stage.scrollTo(40_000);
    const row = stage.rowNear(500, stage.scroll.top + 350) ?? 0;
    const place = stage.placeOf(row);
    const y = place.y + place.height / 2 - stage.scroll.top;
    for (const tileHeight of [240, 128, 64, 480, 176]) {
      stage.measure({ shape: { ...shape, tileHeight }, rowCount: 100_000, viewport: 700 }, { row, y });
      const now = stage.placeOf(row);
      expect(Math.abs(now.y + now.height / 2 - stage.scroll.top - y), `at ${tileHeight}`).toBeLessThanOrEqual(1);
    }
  });

  it('stays at the row that is first on screen when the width changes', () => {
    const { stage, shape } = stageOf(100_000);
    stage.scrollTo(40_000);
    const first = stage.visibleRows().start;
    stage.measure({ shape: { ...shape, width: 700 }, rowCount: 100_000, viewport: 500 });
    expect(Math.abs(stage.visibleRows().start - first)).toBeLessThan(10);
  });
});

describe('keys among tiles', () => {
  const { stage } = stageOf(1_000, { shape: 'squares' });
  const go = (key: string, row: number) => {
    const move = tileMove(key, { row, rowCount: 1_000, x: stage.middleOf(row) }, stage);
    return move && `${move.row} ${move.effect}`;
  };

  it('go to the tile beside, above and below, by five squares a line', () => {
    expect(['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp'].map((key) => go(key, 12))).toEqual([
      '13 choose',
      '11 choose',
      '17 choose',
      '7 choose',
    ]);
  });

  it('stay at the edges', () => {
    expect([go('ArrowLeft', 0), go('ArrowUp', 3), go('ArrowDown', 998), go('ArrowRight', 999)]).toEqual([
      '0 choose',
      '3 choose',
      '998 choose',
      '999 choose',
    ]);
  });

  it('go to the first and last row and a screen on', () => {
    expect([go('Home', 500), go('End', 500), go('PageDown', 12), go('PageUp', 512)]).toEqual([
      '0 choose',
      '999 choose',
      '27 choose',
      '497 choose',
    ]);
  });

  it('extend with Shift and move without selecting with Mod', () => {
    expect([go('Shift+ArrowDown', 12), go('Mod+ArrowRight', 12), go('Mod+End', 12), go('x', 12)]).toEqual([
      '17 extend',
      '13 focus',
      '999 choose',
      null,
    ]);
  });
});
