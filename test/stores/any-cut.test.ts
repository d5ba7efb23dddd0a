/** What the web store promises is enough to bring every file over whole, whatever the server does on the way. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import { errorOf, Failure } from '../../src-shared/model/error.ts';
import { type FaultSchedule, scheduledKinds, startFaultSchedule } from '../servers/fault-schedule.ts';
import { webReference } from './web-room.ts';

const objects = 150;
const signal = new AbortController().signal;
let schedule: FaultSchedule;
let store: HttpStore;
beforeEach(async () => {
  const seed = Number(process.env.VITRINE_SEED ?? 17);
  schedule = await startFaultSchedule({ seed, objects, bytes: [0, 150_000], faultsEach: 5, pauseMs: [0, 3] });
  store = createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({ allowedHosts: () => ['127.0.0.1'] }),
    meter: { requestSent() {}, bytesReceived() {} },
    now: Date.now,
    random: () => 0,
    sleep: async () => {},
  });
});
afterEach(async () => {
  await store.close();
  await schedule.close();
});

/** Goes on where a strong ETag allows it and else begins again; gives the hash of what came. */
async function bring(index: number): Promise<string> {
  const reference = webReference(schedule.urlOf(index));
  let held: Buffer[] = [];
  let etag: string | null = null;
  for (let tries = 0; tries < 12; tries += 1) {
    const start: number = etag === null ? 0 : held.reduce((sum, chunk) => sum + chunk.length, 0);
    if (start === 0) held = [];
    try {
      const answer = await store.read(reference, {
        range: start === 0 ? null : { start, end: null },
        ...(start === 0 || etag === null ? {} : { ifMatch: etag }),
        isOneTry: true,
        signal,
      });
      if (answer.remote.type === 'text/html') continue;
      const strong = answer.remote.etag?.startsWith('"') ? answer.remote.etag : null;
      etag = strong;
      for await (const chunk of answer.body) held.push(Buffer.from(chunk));
      return createHash('sha256').update(Buffer.concat(held)).digest('hex');
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (errorOf(thrown).cause === 'input_failed') etag = null;
    }
  }
  return 'never came';
}

test('every file arrives with the bytes of one version', async () => {
  const found: string[] = [];
  const left = Array.from({ length: objects }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let index = left.pop(); index !== undefined; index = left.pop()) {
        if (schedule.versionWith(index, await bring(index)) === null) found.push(`wrong bytes of object ${index}`);
      }
    }),
  );
  expect(found).toEqual([]);
  const unplayed = scheduledKinds.filter((kind) => schedule.played.get(kind) === 0);
  expect(unplayed).toEqual([]);
});
