/** An S3 store over a loopback S3, with a home folder of its own; what a test opens is closed by `close`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store, type S3Store } from '../../src-main/stores/s3.ts';
import type { S3Access } from '../../src-main/stores/s3-access.ts';
import type { ReadAnswer } from '../../src-main/stores/store.ts';
import { outcomeOf, type VitrineError } from '../../src-shared/model/error.ts';
import { type CloudRooms, type CloudSettings, cloudRooms } from '../links/cloud-rooms.ts';
import { type S3Server, type S3ServerOptions, startS3Server } from '../servers/s3-server.ts';

export const reader = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
export const stranger = { AWS_ACCESS_KEY_ID: 'AKIASTRANGER', AWS_SECRET_ACCESS_KEY: 'stranger-secret' };
/** Keys that the server has never heard of. */
export const unknown = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', AWS_SECRET_ACCESS_KEY: 'unknown-secret' };
export const nobody = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
export const signal = new AbortController().signal;
export const whole = { range: null, signal };

export interface S3Room {
  readonly server: S3Server;
  readonly home: string;
  /** As the reader of the environment, at the loopback server, unless told otherwise. */
  open(settings?: CloudSettings): { store: S3Store; access: S3Access; links: CloudRooms['links'] };
  /** Method, path, status and who asked, a line a request. */
  asked(): string[];
  close(): Promise<void>;
}

export async function openS3Room(options: S3ServerOptions): Promise<S3Room> {
  const server = await startS3Server({
    keys: [
      { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' },
      { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'stranger-secret' },
    ],
    ...options,
  });
  const home = mkdtempSync(join(tmpdir(), 'vitrine-s3-'));
  const stores: S3Store[] = [];
  return {
    server,
    home,
    open(settings = {}) {
      const rooms = cloudRooms({ home, ...settings, env: { AWS_ENDPOINT_URL_S3: server.origin, ...reader, ...settings.env } });
      const meter = { requestSent() {}, bytesReceived() {} };
      const retryPolicy = createRetryPolicy(() => 0);
      const store = createS3Store({
        access: rooms.s3,
        meter,
        retryPolicy,
        sleep: async () => {},
        now: settings.now ?? Date.now,
        ...(settings.timeouts ? { timeouts: settings.timeouts } : {}),
      });
      stores.push(store);
      return { store, access: rooms.s3, links: rooms.links };
    },
    asked: () =>
      server.requests.map(({ method, rawPath, status, headers }) => {
        return `${method} ${rawPath} ${status} ${headers.authorization === undefined ? 'unsigned' : 'signed'}`;
      }),
    async close() {
      for (const store of stores) store.close();
      await server.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The body as text. */
export async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The error of what must fail. */
export async function errorOf(work: () => Promise<unknown>): Promise<VitrineError> {
  const outcome = await outcomeOf(work);
  if (outcome.ok) throw new Error('It succeeded.');
  return outcome.error;
}

/** The same as cause, message and next step. */
export async function sentencesOf(work: () => Promise<unknown>): Promise<[string, string, string | null]> {
  const { cause, message, next } = await errorOf(work);
  return [cause, message, next];
}
