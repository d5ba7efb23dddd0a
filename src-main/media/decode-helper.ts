/**
 * Entry of the helper process: makes thumbnails of untrusted pictures. It answers one message at a time and knows nothing of the
 * library; when a picture crashes it, only that thumbnail is lost.
 */
import sharp from 'sharp';
import { type DecodeAnswer, type DecodeRequest, memoryExitCode, memoryLimitBytes } from './decode-message.ts';

/** 300 megapixels: larger than any camera's picture, and some 1.2 GB decoded at worst. */
const pixelLimit = 300_000_000;
const secondsLimit = 20;

/** What Electron puts on `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: DecodeRequest }) => void): unknown;
  postMessage(message: unknown): void;
}

/** sharp tells causes apart by words alone; these are its own (src/common.cc and src/pipeline.cc of 0.35). */
function answerOf(thrown: unknown): DecodeAnswer['outcome'] {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (words.includes('exceeds pixel limit')) return { ok: false, cause: 'too_large' };
  if (words.includes('timeout')) return { ok: false, cause: 'timeout' };
  if (words.includes('unsupported image format') || words.includes('No decoding plugin')) return { ok: false, cause: 'unsupported' };
  return { ok: false, cause: 'corrupt' };
}

async function thumbnailOf({ input, edge }: DecodeRequest): Promise<DecodeAnswer['outcome']> {
  try {
    const picture = sharp(input, { limitInputPixels: pixelLimit, failOn: 'error', sequentialRead: true, pages: 1 })
      .timeout({ seconds: secondsLimit })
      .rotate()
      .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb');
    const { hasAlpha } = await sharp(input, { limitInputPixels: pixelLimit }).metadata();
    const encoded = hasAlpha ? picture.webp({ quality: 80 }) : picture.jpeg({ quality: 82, mozjpeg: false });
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { ok: true, bytes: data, mime: hasAlpha ? 'image/webp' : 'image/jpeg', width: info.width, height: info.height };
  } catch (thrown) {
    return answerOf(thrown);
  }
}

sharp.cache(false);
sharp.concurrency(1);
// A utility process of Electron speaks by its parent port, a child of plain Node by `process.send`.
const { parentPort } = process as { parentPort?: ParentPort };

async function answer(request: DecodeRequest): Promise<void> {
  const message = { id: request.id, outcome: await thumbnailOf(request), rssBytes: process.memoryUsage.rss() };
  if (parentPort) parentPort.postMessage(message);
  else process.send?.(message);
}

if (parentPort) parentPort.on('message', ({ data }) => void answer(data));
else process.on('message', (request: DecodeRequest) => void answer(request));
// Pictures are decoded on other threads, so this one is free to look.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimitBytes) process.exit(memoryExitCode);
}, 100).unref();
// Whoever started it has gone.
process.on('disconnect', () => process.exit(0));
