/** Makes the health room. */
import type { HealthFinding } from '../../src-shared/contract/health.ts';
import { type ErrorCause, Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { UpstreamMark } from '../catalog/catalog.ts';
import { checkAged } from './check-aged.ts';
import { checkReference, type Found, isAnother, type Knowledge } from './check-reference.ts';
import { decideChanged } from './decide-changed.ts';
import type { Health } from './health.ts';
import { type HealthOptions, unknownReference } from './health-options.ts';
import { hostOf, workPolitely } from './polite-work.ts';

/** References that are read from the catalog at a time. */
const pageSize = 1000;
/** Findings that an answer names. */
const mostFindings = 1000;
/** A host that fails so often in a row for reasons of its own is not asked again in this check. */
const mostFailuresOfHost = 3;
const hostCauses: ReadonlySet<ErrorCause> = new Set(['dns', 'unreachable', 'timeout', 'tls', 'blocked_host']);
/** Errors that come before anything is sent. */
const unsentCauses: ReadonlySet<ErrorCause> = new Set(['blocked_host', 'invalid_url', 'no_credentials', 'dns']);

interface Asked extends Knowledge {
  readonly referenceId: number;
  readonly reference: Reference;
  readonly rowId: number;
  readonly rows: number;
}

/** Makes the room, which from now on asks for copies that were not checked for long, a few at a time. */
export function createHealth(options: HealthOptions): Health {
  const { catalog, bytes, storeOf, caps, now } = options;
  const aged = checkAged({ ...options, remember });

  /** Writes down what was found, and nothing where nothing was learnt. */
  async function remember(asked: Pick<Asked, 'reference' | 'copy'> & { referenceId?: number }, found: Found): Promise<void> {
    const { canonical } = asked.reference;
    const checkedAt = new Date(now()).toISOString();
    const mark = (state: UpstreamMark['state'], remote: UpstreamMark['remote']) =>
      catalog.upstream.put([{ canonical, checkedAt, state, remote }]);
    if (found.state === 'failed' || found.state === 'pinned') return;
    if (found.state === 'same') {
      if (asked.copy) bytes.markChecked(canonical);
      await mark('same', null);
    } else if (found.state === 'fresh') {
      if (asked.referenceId !== undefined) {
        await catalog.references.putFacts([
          { referenceId: asked.referenceId, remote: found.remote, facts: null, error: null, askedAt: checkedAt },
        ]);
      }
      await mark('same', null);
    } else await mark(found.state, found.remote);
  }

  async function* asking(tableId: number, rows: Parameters<Health['check']>[1], signal: AbortSignal): AsyncGenerator<Asked> {
    for (let after = 0; ; ) {
      const page = await catalog.references.ofRows(tableId, rows, { after, limit: pageSize });
      const facts = new Map(
        (await catalog.references.factsOf(page.map(({ id }) => id))).map((known) => [known.referenceId, known] as const),
      );
      const marks = new Map(
        (await catalog.upstream.get(page.map(({ canonical }) => canonical))).map((mark) => [mark.canonical, mark] as const),
      );
      for (const one of page) {
        if (signal.aborted) return;
        const reference = storedReference(one);
        yield {
          referenceId: one.id,
          reference,
          rowId: one.rowId,
          rows: one.rows,
          copy: bytes.copyOf(reference),
          remote: facts.get(one.id)?.remote ?? null,
          mark: marks.get(one.canonical) ?? null,
        };
      }
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      after = last.id;
    }
  }

  const check: Health['check'] = async (table, rows, watching) => {
    const count = { checked: 0, same: 0, fresh: 0, pinned: 0, changed: 0, failed: 0, requests: 0 };
    const findings = firstFindings();
    const hosts = silentHosts();
    const stop = new AbortController();
    const signal = AbortSignal.any([watching.signal, stop.signal]);
    watching.onTotal(await catalog.references.countOfRows(table.id, rows));

    async function checkOne(asked: Asked): Promise<void> {
      const host = hostOf(asked.reference);
      const silent = hosts.errorOf(host);
      const found: Found = silent
        ? { state: 'failed', error: silent }
        : await checkReference(asked.reference, asked, storeOf(asked.reference), signal);
      if (signal.aborted) return;
      if (found.state === 'failed' && found.error.cause === 'offline') {
        stop.abort();
        throw new Failure(found.error);
      }
      hosts.heard(host, found.state === 'failed' ? found.error : null);
      await remember(asked, found);
      const isSent = !silent && !(found.state === 'failed' && unsentCauses.has(found.error.cause));
      const requests = isSent && found.state !== 'pinned' && asked.reference.scheme !== 'file' ? 1 : 0;
      count.checked += 1;
      count.requests += requests;
      count[found.state === 'kept' ? 'same' : found.state] += 1;
      const finding = findingOf(asked, found);
      if (finding) findings.add(finding);
      watching.onChecked(finding, requests);
    }

    await workPolitely(asking(table.id, rows, signal), caps(), ({ reference }) => hostOf(reference), checkOne);
    if (watching.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.', next: 'What was found until then is remembered.' });
    return { ...count, findings: findings.inOrder() };
  };

  return {
    check,
    async stateOf(referenceId) {
      const [found] = await catalog.references.get([referenceId]);
      if (!found) throw unknownReference(referenceId);
      const [mark] = await catalog.upstream.get([found.canonical]);
      return mark ? { checkedAt: mark.checkedAt, state: mark.state, remote: mark.remote } : null;
    },
    decide: (referenceIds, choice, signal) => decideChanged(options, { referenceIds, choice, signal }),
    async met(canonical: CanonicalUrl, known, met) {
      if (known === null || !isAnother(known, met)) return false;
      const [mark] = await catalog.upstream.get([canonical]);
      const isDecided = mark?.state === 'kept' && mark.remote !== null && !isAnother(mark.remote, met);
      const state = isDecided ? 'kept' : 'changed';
      await catalog.upstream.put([{ canonical, checkedAt: new Date(now()).toISOString(), state, remote: met }]);
      return true;
    },
    close: aged.close,
  };
}

function findingOf({ referenceId, reference, rowId, rows }: Asked, found: Found): HealthFinding | null {
  const one = { referenceId, canonical: reference.canonical, rowId, rows };
  if (found.state === 'changed') return { ...one, found: 'changed', remote: found.remote, error: null };
  return found.state === 'failed' ? { ...one, found: 'failed', remote: null, error: found.error } : null;
}

/** Of findings in any order those of the first rows. */
function firstFindings() {
  let held: HealthFinding[] = [];
  const inOrder = () => held.sort((one, other) => one.rowId - other.rowId).slice(0, mostFindings);
  return {
    add(finding: HealthFinding): void {
      held.push(finding);
      if (held.length >= 2 * mostFindings) held = inOrder();
    },
    inOrder,
  };
}

/** Hosts that do not answer: the rest of their files gets the same error without being asked for. */
function silentHosts() {
  const failures = new Map<string, { count: number; error: VitrineError }>();
  return {
    errorOf(host: string): VitrineError | null {
      const known = failures.get(host);
      return known && known.count >= mostFailuresOfHost ? known.error : null;
    },
    heard(host: string, error: VitrineError | null): void {
      if (error === null || !hostCauses.has(error.cause)) failures.delete(host);
      else failures.set(host, { count: (failures.get(host)?.count ?? 0) + 1, error });
    },
  };
}
