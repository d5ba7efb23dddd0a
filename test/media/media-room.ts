/** A media room for tests: real helpers, a real store of thumbnails in a file, real byte rooms. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { CatalogThumbnails } from '../../src-main/catalog/catalog.ts';
import { getPeaks, getThumbnail, openThumbnails, putPeaks, putThumbnail } from '../../src-main/catalog/thumbnails.ts';
import { createMedia, type MediaOptions } from '../../src-main/media/create-media.ts';
import { findFfmpeg } from '../../src-main/media/find-ffmpeg.ts';
import type { Media, ThumbnailAsking } from '../../src-main/media/media.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { type CacheRoom, createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';

/** The decode helper from the sources. */
export const helper = startChild({ node: process.execPath, script: join(import.meta.dirname, '../../src-main/media/decode-helper.ts') });

/** The ffmpeg of this machine, or null. Tests that need it are passed over, and say so. */
export const foundFfmpeg = await findFfmpeg({ env: process.env, bundled: null });
export const ffmpeg = foundFfmpeg?.path ?? null;
if (ffmpeg === null) console.warn('SKIPPED: there is no ffmpeg here, so posters of films and peaks of compressed sound were not made.');

export interface MediaRoom {
  readonly server: HttpServer;
  readonly cache: CacheRoom;
  readonly folder: string;
  readonly thumbnails: CatalogThumbnails;
  open(options?: Partial<MediaOptions>): Promise<Media>;
  close(): Promise<void>;
}

/** Everything is closed with the room. */
export async function createMediaRoom(): Promise<MediaRoom> {
  const server = await startHttpServer();
  const cache = await createCacheRoom();
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-media-'));
  const database = openThumbnails(join(folder, 'thumbnails.sqlite'));
  const opened: Media[] = [];
  const thumbnails: CatalogThumbnails = {
    get: async (canonical, validator, edge) => getThumbnail(database, canonical, validator, edge),
    put: async (canonical, validator, edge, thumbnail) => putThumbnail(database, canonical, validator, edge, thumbnail),
    getPeaks: async (canonical, validator) => getPeaks(database, canonical, validator),
    putPeaks: async (canonical, validator, peaks) => putPeaks(database, canonical, validator, peaks),
  };
  return {
    server,
    cache,
    folder,
    thumbnails,
    async open(options = {}) {
      const media = createMedia({
        ...{ bytes: await cache.open(), thumbnails, startHelper: helper, helpers: 1, findFfmpeg: async () => foundFfmpeg },
        ...options,
      });
      opened.push(media);
      return media;
    },
    async close() {
      await Promise.all(opened.map((media) => media.close()));
      database.close();
      server.release();
      await cache.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A thumbnail that is looked at, of 320 pixels unless said otherwise. */
export function look(media: Media, address: string, asking: Partial<ThumbnailAsking> = {}) {
  return media.thumbnail(referenceOf(address), { edge: 320, signal: never, priority: 'visible', known: null, ...asking });
}

/** A thumbnail in a few words, or why there is none. */
export async function said(media: Media, address: string, asking: Partial<ThumbnailAsking> = {}): Promise<string> {
  try {
    const { mime, width, height, bytes } = await look(media, address, asking);
    const { space, orientation } = await sharp(bytes).metadata();
    return `${mime} ${width}x${height} ${space} ${orientation ?? 'upright'}`;
  } catch (thrown) {
    return sentenceOf(thrown);
  }
}

/** The cause and the sentence of a failure. */
export function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Failure)) throw thrown;
  return `${thrown.error.cause}: ${thrown.error.message}`;
}

/** True for a process that runs; one that has ended and is only remembered does not. */
export function isRunning(pid: string): boolean {
  try {
    process.kill(Number(pid), 0);
  } catch {
    return false;
  }
  const place = `/proc/${pid}/stat`;
  return !existsSync(place) || !/^\d+ \(.*\) Z/.test(readFileSync(place, 'utf8'));
}
