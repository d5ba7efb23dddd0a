/** Bytes held in memory: of readers that fill a column, and of files for which the disk has no room. Bounded over all references. */
import { type Ranges, withoutRange, withRange } from './range-set.ts';

/** What of one reference is in memory. */
export interface SpanMemory {
  readonly ranges: Ranges;
  /** Remembers bytes; what is there already is not taken twice. */
  add(start: number, bytes: Uint8Array): void;
  /** Copies what of `start` and after is here into `target`. */
  copyTo(start: number, target: Uint8Array): void;
  /** Until it is called back, these are not dropped to make room. */
  pin(start: number, end: number): () => void;
  /** Forgets `start` to `end`. */
  drop(start: number, end: number): void;
}

/** The memory of all references. */
export interface SpanMemories {
  create(): SpanMemory;
  /** Bytes held. */
  readonly bytes: number;
}

interface Span {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly owner: Owner;
}

interface Owner {
  ranges: Ranges;
  readonly spans: Set<Span>;
  readonly pins: Set<readonly [number, number]>;
}

/** `limit` in bytes; pinned ones may be above it. */
export function createSpanMemories(limit: number): SpanMemories {
  /** The first is the oldest. */
  const order = new Set<Span>();
  let held = 0;

  function remove(span: Span): void {
    order.delete(span);
    span.owner.spans.delete(span);
    span.owner.ranges = withoutRange(span.owner.ranges, span.start, span.start + span.bytes.length);
    held -= span.bytes.length;
  }

  function insert(owner: Owner, start: number, bytes: Uint8Array): void {
    const span: Span = { start, bytes, owner };
    order.add(span);
    owner.spans.add(span);
    owner.ranges = withRange(owner.ranges, start, start + bytes.length);
    held += bytes.length;
  }

  function makeRoom(): void {
    for (const span of order) {
      if (held <= limit) return;
      const end = span.start + span.bytes.length;
      if (![...span.owner.pins].some((pin) => pin[0] < end && pin[1] > span.start)) remove(span);
    }
  }

  return {
    get bytes() {
      return held;
    },
    create() {
      const owner: Owner = { ranges: [], spans: new Set(), pins: new Set() };
      return {
        get ranges() {
          return owner.ranges;
        },
        add(start, bytes) {
          let missing: Ranges = [[start, start + bytes.length]];
          for (const [from, to] of owner.ranges) missing = withoutRange(missing, from, to);
          // A copy: a chunk of a socket is a window on a larger buffer, which would stay whole for a few bytes.
          for (const [from, to] of missing) insert(owner, from, bytes.slice(from - start, to - start));
          makeRoom();
        },
        copyTo(start, target) {
          const end = start + target.length;
          for (const span of owner.spans) {
            const from = Math.max(start, span.start);
            const to = Math.min(end, span.start + span.bytes.length);
            if (from < to) target.set(span.bytes.subarray(from - span.start, to - span.start), from - start);
          }
        },
        pin(start, end) {
          const pin = [start, end] as const;
          owner.pins.add(pin);
          return () => owner.pins.delete(pin);
        },
        drop(start, end) {
          for (const span of [...owner.spans]) {
            const spanEnd = span.start + span.bytes.length;
            if (spanEnd <= start || span.start >= end) continue;
            remove(span);
            if (span.start < start) insert(owner, span.start, span.bytes.slice(0, start - span.start));
            if (spanEnd > end) insert(owner, end, span.bytes.slice(end - span.start));
          }
        },
      };
    },
  };
}
