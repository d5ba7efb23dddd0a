/** Addresses of rows in the forms that other apps take from a drag. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { givenAddress } from '../import/copy-rows.ts';

const mimeByExtension: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  heic: 'image/heic',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
};

/**
 * Chromium carries one URI in `text/uri-list`, so several rows go as lines of text and as HTML alone. `mediaAddress` gives the app's own
 * address of a file, by which one row can be dropped as a file; null where the host drags files itself.
 */
export function linkForms(cells: readonly MediaCell[], mediaAddress: ((referenceId: number) => string) | null): Record<string, string> {
  const addresses = cells.map(givenAddress);
  const [cell] = cells;
  const single: Record<string, string> = {};
  if (cells.length === 1 && cell) {
    const address = givenAddress(cell);
    // Another app would read `#`, `%` or a blank of a key as something else.
    if (!/^(?:s3|gs):/.test(address) || isPlainUri.test(address)) single['text/uri-list'] = address;
    if (mediaAddress) single.DownloadURL = `${mimeOf(cell)}:${cell.name.replace(/[:/\\]/g, '_')}:${mediaAddress(cell.referenceId)}`;
  }
  return { ...single, 'text/plain': addresses.join('\n'), 'text/html': cells.map(asHtml).join('\n') };
}

const isPlainUri = /^[\w\-.~!$&'()*+,;=:@/]*$/;

function asHtml(cell: MediaCell): string {
  const address = escaped(givenAddress(cell));
  const isPicture = cell.kind === 'image' && /^https?$/.test(cell.scheme);
  return isPicture ? `<img src="${address}" alt="${escaped(cell.name)}">` : `<a href="${address}">${escaped(cell.name)}</a>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function mimeOf({ name }: MediaCell): string {
  return mimeByExtension[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}
