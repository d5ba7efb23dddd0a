/** Answers GET and HEAD for an object as RFC 9110 says: conditions first, then ranges; and plays the faults that were ordered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import type { Exchange } from './loopback-server.ts';
import type { StoredObject } from './stored-object.ts';

const page = '<!doctype html><html><head><title>Sorry</title></head><body><h1>Something went wrong</h1></body></html>\n';
const chunkBytes = 64 * 1024;

/**
 * Sends the whole answer. `extra` headers win over the object's. `whenReleased` is what a stall waits for. `errorBody` is the body of
 * 412 and 416, in the server's own format.
 */
export async function answerObject(
  exchange: Exchange,
  object: StoredObject,
  options: {
    readonly faults?: readonly Fault[];
    readonly whenReleased?: Promise<void>;
    readonly extra?: Record<string, string>;
    readonly errorBody?: (status: 412 | 416) => { type: string; text: string };
  } = {},
): Promise<void> {
  const faults = options.faults ?? [];
  const find = <K extends Fault['kind']>(kind: K) => faults.find((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind);
  const isHead = exchange.record.method === 'HEAD';
  const stall = find('stalls');
  const wait = () => Promise.race([options.whenReleased ?? new Promise<void>(() => {}), exchange.whenEnded]);

  if (stall && stall.afterBytes === null) await wait();
  if (exchange.response.destroyed) return;
  if (find('resets')) return exchange.reset();
  const said = find('status');
  if (said) return short(exchange, said.status, { 'content-type': 'text/plain', ...said.headers }, said.body);
  if (find('redirectLoop')) return short(exchange, 302, { location: exchange.request.url ?? '/' }, '');
  const redirect = find('redirectTo');
  if (redirect) return short(exchange, redirect.status, { location: redirect.location }, '');
  if (find('htmlWith200')) return short(exchange, 200, { 'content-type': 'text/html; charset=utf-8' }, page);

  const common: Record<string, string> = {
    ...(object.type === null ? {} : { 'content-type': object.type }),
    ...(object.etag === null ? {} : { etag: object.etag }),
    ...(object.modified === null ? {} : { 'last-modified': object.modified.toUTCString() }),
    ...object.headers,
    ...options.extra,
  };
  const condition = find('noConditions') ? null : conditionOf(exchange, object);
  if (condition === 304) return short(exchange, 304, { ...(object.etag ? { etag: object.etag } : {}) }, '');
  if (condition === 412) {
    const body = options.errorBody?.(412) ?? { type: 'text/plain', text: 'precondition failed\n' };
    return short(exchange, 412, { 'content-type': body.type }, body.text);
  }

  if (find('gzip')) {
    const packed = gzipSync(object.slice(0, object.size));
    exchange.head(200, { ...common, 'content-encoding': 'gzip', 'content-length': packed.length });
    if (!isHead) await exchange.send(packed);
    return exchange.finish();
  }
  const isChunked = find('chunked') !== undefined;
  const takesRanges = !isChunked && find('noRanges') === undefined;
  const range = takesRanges && !isHead ? rangeOf(exchange, object) : 'whole';
  if (range === 'unsatisfiable') {
    const body = options.errorBody?.(416) ?? { type: 'text/plain', text: 'range not satisfiable\n' };
    return short(exchange, 416, { 'content-type': body.type, 'content-range': `bytes */${object.size}` }, body.text);
  }

  const whole = range === 'whole';
  const wrong = whole ? undefined : find('wrongContentRange')?.how;
  const shift = wrong === 'later' ? 1 : wrong === 'earlier' ? -1 : 0;
  const start = whole ? 0 : Math.max(0, Math.min(range.start + shift, object.size - 1));
  const end = whole ? object.size : Math.max(start + 1, Math.min(range.end + shift, object.size));
  if (wrong === 'multipart') return multipart(exchange, common, object, start, end);
  const announced = end - start + (find('wrongLength')?.difference ?? 0);
  exchange.head(whole ? 200 : 206, {
    ...common,
    ...(takesRanges ? { 'accept-ranges': 'bytes' } : {}),
    ...(whole || wrong === 'missing'
      ? {}
      : {
          'content-range': `${wrong === 'otherUnit' ? 'items' : 'bytes'} ${start}-${end - 1}/${object.size + (wrong === 'otherTotal' ? 1 : 0)}`,
        }),
    ...(isChunked ? {} : { 'content-length': announced }),
  });
  if (isHead) return exchange.finish();

  const drop = find('dropsAfter');
  const stop = Math.min(end, start + (drop?.bytes ?? Number.POSITIVE_INFINITY));
  let position = start;
  if (stop === start || stall?.afterBytes === 0) exchange.response.flushHeaders();
  const pause = find('pauses');
  let pauseAt = pause ? start + pause.afterBytes : Number.POSITIVE_INFINITY;
  let stallAt = stall?.afterBytes === undefined || stall.afterBytes === null ? Number.POSITIVE_INFINITY : start + stall.afterBytes;
  while (position < stop) {
    if (position >= stallAt) {
      stallAt = Number.POSITIVE_INFINITY;
      await wait();
    }
    if (pause && position >= pauseAt) {
      pauseAt = Number.POSITIVE_INFINITY;
      await Promise.race([sleep(pause.ms), exchange.whenEnded]);
    }
    const next = Math.min(stop, position + chunkBytes, stallAt, pauseAt);
    if (!(await exchange.send(object.slice(position, next)))) return;
    position = next;
  }
  if (drop || announced !== end - start) return exchange.hangUp();
  exchange.finish();
}

/** One part in a body for many, as a server may answer who asks for several: https://www.rfc-editor.org/rfc/rfc9110#section-14.6 */
async function multipart(
  exchange: Exchange,
  headers: Record<string, string>,
  object: StoredObject,
  start: number,
  end: number,
): Promise<void> {
  const head = `--BOUNDARY\r\nContent-Type: ${object.type}\r\nContent-Range: bytes ${start}-${end - 1}/${object.size}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), object.slice(start, end), Buffer.from('\r\n--BOUNDARY--\r\n')]);
  exchange.head(206, { ...headers, 'content-type': 'multipart/byteranges; boundary=BOUNDARY', 'content-length': body.length });
  await exchange.send(body);
  exchange.finish();
}

/** A short answer with its length; HEAD gets the head alone. */
export async function short(exchange: Exchange, status: number, headers: Record<string, string>, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const bare = status === 304 || status === 204;
  exchange.head(status, { ...headers, ...(bare ? {} : { 'content-length': bytes.length }) });
  if (bytes.length > 0 && exchange.record.method !== 'HEAD' && !bare) await exchange.send(bytes);
  exchange.finish();
}

function conditionOf(exchange: Exchange, object: StoredObject): 304 | 412 | null {
  const { headers } = exchange.request;
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !listsTag(ifMatch, object.etag, 'strong')) return 412;
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return listsTag(ifNoneMatch, object.etag, 'weak') ? 304 : null;
  const since = headers['if-modified-since'];
  if (since !== undefined && object.modified !== null && Math.floor(object.modified.getTime() / 1000) * 1000 <= Date.parse(since))
    return 304;
  return null;
}

function listsTag(header: string, etag: string | null, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  if (etag === null) return false;
  const bare = (tag: string) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag);
  if (comparison === 'strong' && etag.startsWith('W/')) return false;
  return header.split(',').some((tag) => bare(tag.trim()) === bare(etag));
}

function rangeOf(exchange: Exchange, object: StoredObject): { start: number; end: number } | 'whole' | 'unsatisfiable' {
  const { range, 'if-range': ifRange } = exchange.request.headers;
  const match = range === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!match || (match[1] === '' && match[2] === '')) return 'whole';
  if (ifRange !== undefined && ifRange !== object.etag && ifRange !== object.modified?.toUTCString()) return 'whole';
  if (match[1] === '') {
    const length = Number(match[2]);
    return length === 0 || object.size === 0 ? 'unsatisfiable' : { start: Math.max(0, object.size - length), end: object.size };
  }
  const start = Number(match[1]);
  const last = match[2] === '' ? object.size - 1 : Number(match[2]);
  if (last < start && match[2] !== '') return 'whole';
  return start >= object.size ? 'unsatisfiable' : { start, end: Math.min(object.size, last + 1) };
}
