/** One row: its cells in order of dependence, with the least asked of each file. */
import { evaluateExpression } from '../../src-shared/expression/evaluate-expression.ts';
import type { RowScope, TextMatcher } from '../../src-shared/expression/expression.ts';
import { mediaFieldNamed, readField } from '../../src-shared/expression/fields.ts';
import type { CellState, CellValue } from '../../src-shared/model/cell.ts';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { issuedLinkOf, type NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import { type Cost, type Level, levels } from '../../src-shared/model/media.ts';
import type { Column, RowId } from '../../src-shared/model/table.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import { isKeyed } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Bytes, LeasedFile, Priority } from '../cache/bytes.ts';
import type { Links } from '../links/links.ts';
import type { PlannedColumn } from './column-plan.ts';
import { isAbort, type ReferenceFacts, type StoredReference } from './reference-facts.ts';
import { retryDelay } from './retry-policy.ts';

/** A cell as evaluating sees it. */
export interface InputCell {
  readonly state: CellState;
  readonly value: CellValue;
  readonly reference?: StoredReference;
  readonly error?: VitrineError;
}

/** End of the links that a value holds, the earliest where there are several; `issued` is what the ledger keeps of that one, null where nobody signed it. */
export interface LinkEnd {
  readonly expiresAt: string | null;
  readonly limitedBy: string;
  readonly issued: NewIssuedLink | null;
}

/** What became of a cell. `waits`: an input is not computed yet, or asking costs more than allowed. `bug`: ours; nothing is stored. */
export type CellOutcome =
  | { readonly state: 'ok'; readonly value: CellValue; readonly link?: LinkEnd }
  | { readonly state: 'error'; readonly error: VitrineError }
  | { readonly state: 'waits' }
  | { readonly state: 'bug'; readonly thrown: unknown };

/** Rooms and rules by which a row is evaluated. */
export interface RowSurroundings {
  readonly facts: ReferenceFacts;
  readonly bytes: Bytes;
  readonly links: Links;
  readonly matches: TextMatcher;
  readonly clock: { now(): number; sleep(milliseconds: number, signal: AbortSignal): Promise<void> };
  readonly random: () => number;
}

/** How one row is asked. */
export interface RowAsking {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** Dearest level that may be paid. */
  readonly maxLevel: Level;
  /** Asks again where only an error is remembered. */
  readonly again: boolean;
  /** Refuses plain addresses in place of signatures: the link was a signed one, and still must be. */
  readonly mustSign?: boolean;
  readonly onCost: (cost: Cost) => void;
  /** Told once, when the row has to wait for something outside. */
  readonly onWaiting?: (columnId: number) => void;
}

/** Thrown inside an evaluation that cannot end now; never leaves this file. */
class CannotNow extends Error {}

/**
 * Evaluates `todo`, which is in order of dependence, over a row. `cells` are by column name. Throws only when stopped by the signal; every other
 * end is an outcome.
 */
export async function evaluateRow(
  todo: readonly PlannedColumn[],
  cells: ReadonlyMap<string, InputCell>,
  asking: RowAsking,
  surroundings: RowSurroundings,
): Promise<Map<Column, CellOutcome>> {
  const known = new Map(cells);
  const outcomes = new Map<Column, CellOutcome>();
  const dearest = dearestLevels(todo);
  for (const { column } of todo) known.set(column.name, { state: 'pending', value: null });
  for (const planned of todo) {
    const outcome = await evaluateCell(planned, known, dearest, asking, surroundings);
    outcomes.set(planned.column, outcome);
    if (outcome.state === 'ok') known.set(planned.column.name, { state: 'ok', value: outcome.value });
    if (outcome.state === 'error') known.set(planned.column.name, { state: 'error', value: null, error: outcome.error });
  }
  return outcomes;
}

/** For each media column the dearest of head and header that any of the columns asks, so that one question answers all. */
function dearestLevels(todo: readonly PlannedColumn[]): Map<string, 'head' | 'header'> {
  const dearest = new Map<string, 'head' | 'header'>();
  for (const { checked } of todo) {
    for (const { column, level } of checked.reads) {
      if (level === 'header' || (level === 'head' && !dearest.has(column))) dearest.set(column, level);
    }
  }
  return dearest;
}

async function evaluateCell(
  planned: PlannedColumn,
  cells: ReadonlyMap<string, InputCell>,
  dearest: ReadonlyMap<string, 'head' | 'header'>,
  asking: RowAsking,
  surroundings: RowSurroundings,
): Promise<CellOutcome> {
  for (let attempts = 1; ; attempts += 1) {
    const links: LinkEnd[] = [];
    const leases: LeasedFile[] = [];
    try {
      const row = rowScope(planned, cells, dearest, { asking, surroundings, links, leases });
      const given = evaluateExpression(planned.checked, row);
      const value = given instanceof Promise ? await given : given;
      const link = earliest(links);
      return link ? { state: 'ok', value, link } : { state: 'ok', value };
    } catch (thrown) {
      if (asking.signal.aborted) throw thrown;
      if (thrown instanceof CannotNow) return { state: 'waits' };
      if (isAbort(thrown)) return { state: 'waits' };
      if (!(thrown instanceof Failure) || thrown.error.cause === 'internal') return { state: 'bug', thrown };
      const delay = retryDelay(attempts, thrown.error, surroundings.random());
      if (delay === null) return { state: 'error', error: withAttempts(thrown.error, attempts) };
      await surroundings.clock.sleep(delay, asking.signal);
    } finally {
      for (const lease of leases) lease.release();
    }
  }
}

function withAttempts(error: VitrineError, attempts: number): VitrineError {
  return attempts === 1 ? error : { ...error, details: { ...error.details, attempts } };
}

function earliest(links: readonly LinkEnd[]): LinkEnd | null {
  let first: LinkEnd | null = null;
  for (const link of links) {
    if (first === null || (link.expiresAt !== null && (first.expiresAt === null || link.expiresAt < first.expiresAt))) first = link;
  }
  return first;
}

interface Evaluation {
  readonly asking: RowAsking;
  readonly surroundings: RowSurroundings;
  readonly links: LinkEnd[];
  readonly leases: LeasedFile[];
}

function rowScope(
  planned: PlannedColumn,
  cells: ReadonlyMap<string, InputCell>,
  dearest: ReadonlyMap<string, 'head' | 'header'>,
  evaluation: Evaluation,
): RowScope {
  const { asking, surroundings } = evaluation;
  const inputOf = (name: string): InputCell => {
    const cell = cells.get(name);
    if (!cell) throw new Error(`The row has no cell of ${name}.`);
    if (cell.state === 'ok') return cell;
    if (cell.state !== 'error') throw new CannotNow();
    throw fail('input_failed', {
      message: `This needs ${name}, which has an error.`,
      next: `Look at ${name}; this follows by itself.`,
      details: { column: name },
    });
  };
  const pay = (level: Level) => {
    if (levels.indexOf(level) > levels.indexOf(asking.maxLevel)) throw new CannotNow();
    asking.onWaiting?.(planned.column.id);
  };
  return {
    column(name) {
      const { reference, value } = inputOf(name);
      return reference ? readField('fileurl', { remote: null, facts: null, reference: storedReference(reference) }) : value;
    },
    field(name, field) {
      const { reference } = inputOf(name);
      const level = mediaFieldNamed(field)?.level;
      if (!reference || level === undefined) return null;
      if (level === 'full') {
        pay('full');
        return localPath(reference, evaluation);
      }
      const nothing = { remote: null, facts: null, reference: storedReference(reference) };
      if (level !== 'head' && level !== 'header') return readField(field, nothing);
      const known = surroundings.facts.known(reference.id, level, asking.again);
      if (known) return readField(field, { ...nothing, remote: known.remote, facts: known.facts });
      pay(level);
      return asked(reference, level, dearest.get(name) ?? level, evaluation).then((facts) => readField(field, { ...nothing, ...facts }));
    },
    state: (name) => cells.get(name)?.state ?? 'ok',
    cause: (name) => cells.get(name)?.error?.cause ?? null,
    now: new Date(surroundings.clock.now()).toISOString(),
    matches: surroundings.matches,
    effects: {
      async presignedUrl(fileurl, seconds) {
        pay('sign');
        const reference = parseReference(fileurl);
        if (!reference.ok) throw new Failure(reference.error);
        const expiresSeconds = Math.floor(seconds);
        const outcome = await surroundings.links.sign(reference.value, {
          expiresSeconds,
          overCap: 'refuse',
          signal: asking.signal,
        });
        if (!outcome.ok) throw new Failure(outcome.error);
        if (asking.mustSign && outcome.value.signed_as === null && isKeyed(reference.value)) {
          throw fail('no_credentials', {
            message: 'The credentials that signed this link are gone.',
            next: 'Log in again; Vitrine notices by itself. Recompute the column for links without a signature.',
          });
        }
        const { expires_at: expiresAt, limited_by: limitedBy } = outcome.value;
        evaluation.links.push({ expiresAt, limitedBy, issued: issuedLinkOf(outcome.value, { typed: fileurl, expiresSeconds }, 'column') });
        return outcome.value.url;
      },
    },
  };
}

/** Asks at the dearer level that the row needs anyway; where the bytes are bad, what a HEAD says is still to be had. */
async function asked(
  reference: StoredReference,
  level: 'head' | 'header',
  dearest: 'head' | 'header',
  { asking, surroundings }: Evaluation,
) {
  const { signal, priority, again, onCost, maxLevel } = asking;
  const atOnce = levels.indexOf(dearest) <= levels.indexOf(maxLevel) ? dearest : level;
  const how = { signal, priority, again, onCost };
  try {
    return await surroundings.facts.ask(reference, { ...how, level: atOnce });
  } catch (thrown) {
    const isOfContent = thrown instanceof Failure && (thrown.error.cause === 'corrupt' || thrown.error.cause === 'unsupported');
    if (level !== 'head' || atOnce === 'head' || !isOfContent) throw thrown;
    return surroundings.facts.ask(reference, { ...how, level: 'head' });
  }
}

async function localPath(reference: StoredReference, { asking, surroundings, leases }: Evaluation): Promise<string> {
  const file = await surroundings.bytes.fetch(storedReference(reference), {
    signal: asking.signal,
    priority: asking.priority,
    isExplicit: false,
  });
  leases.push(file);
  asking.onCost(file.cost);
  return file.path;
}

/** Names a row in a log. */
export function rowInWords(tableId: number, rowId: RowId): string {
  return `row ${rowId} of table ${tableId}`;
}
