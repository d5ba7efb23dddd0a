/** Paths of this computer's files as text: making them absolute, and their way into `file:` URLs and back. No Node here, so the rules are our own; a test compares them with Node's. */

/** Which rules a path follows. */
export type Platform = 'posix' | 'win32';

/** Where a relative path starts (null: nowhere, it is refused), where `~` is, and whose rules hold. `cwd` and `home` are absolute. */
export interface LocalPlace {
  readonly cwd: string | null;
  readonly home: string;
  readonly platform: Platform;
}

/** A Windows path with a drive and a slash after it: `C:\…` or `C:/…`. */
export function isDrivePath(text: string): boolean {
  return /^[a-z]:[\\/]/i.test(text);
}

/** A path to another computer's share, `\\server\share\…`, or the long form of a local one, `\\?\C:\…`. */
export function isUncPath(text: string): boolean {
  return /^[\\/]{2}[^\\/]+[\\/]/.test(text);
}

/** The absolute path with `.`, `..`, doubled and trailing separators resolved, in the platform's own form. `base` is absolute. */
export function resolvePath(base: string, path: string, platform: Platform): string {
  return platform === 'posix' ? resolvePosix(base, path) : resolveWindows(base, path);
}

function resolvePosix(base: string, path: string): string {
  return `/${resolvedParts(path.startsWith('/') ? path : `${base}/${path}`, /\//).join('/')}`;
}

function resolveWindows(base: string, path: string): string {
  const plain = path.replace(/^\\\\\?\\(?=[a-z]:)/i, '');
  if (isDrivePath(plain)) return windowsPath(plain);
  if (isUncPath(plain)) return windowsPath(plain);
  const { root } = splitWindowsRoot(base);
  return windowsPath(/^[\\/]/.test(plain) ? `${root}${plain.replace(/^[\\/]+/, '')}` : `${base}\\${plain}`);
}

function windowsPath(path: string): string {
  const { root, rest } = splitWindowsRoot(path);
  return `${root}${resolvedParts(rest, /[\\/]/).join('\\')}`;
}

/** `C:\` with the letter large, or `\\server\share\`; what follows is `rest`. */
function splitWindowsRoot(path: string): { root: string; rest: string } {
  if (isDrivePath(path)) return { root: `${path.slice(0, 1).toUpperCase()}:\\`, rest: path.slice(3) };
  const unc = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]*)/.exec(path);
  if (unc) return { root: `\\\\${unc[1]}\\${unc[2]}\\`, rest: path.slice(unc[0].length) };
  return { root: '\\', rest: path };
}

function resolvedParts(path: string, separator: RegExp): string[] {
  const parts: string[] = [];
  for (const part of path.split(separator)) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** WHATWG's path percent-encode set, with `%` and `\` added as `pathToFileURL` does: what would be read as something else on the way back. */
const encoded = /[\u0000-\u0020"#<>?^`{}%\\\u007f-\u{10ffff}]/gu;

/**
 * The `file:` URL of an absolute path, by the rules of `pathToFileURL`. One addition: a posix path that begins like a Windows
 * drive (`/C:/x`) has its colon encoded, so that a URL alone says whose path it is.
 */
export function fileUrlOfPath(path: string, platform: Platform): string {
  if (platform === 'posix') return `file://${encodePath(path).replace(/^\/([a-z]):(?=\/|$)/i, '/$1%3A')}`;
  const unc = /^\\\\([^\\]+)\\(.*)$/s.exec(path);
  if (unc) return `file://${(unc[1] ?? '').toLowerCase()}/${encodePath((unc[2] ?? '').replaceAll('\\', '/'))}`;
  return `file:///${encodePath(path.replaceAll('\\', '/'))}`;
}

function encodePath(path: string): string {
  return path.replace(encoded, (character) =>
    [...new TextEncoder().encode(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** Why a `file:` URL names no file. */
export type FileUrlProblem = 'host' | 'encoding' | 'separator';

/**
 * The path that a `file:` URL (as WHATWG serialises it) names. Without `platform` the URL itself says it: a drive letter or a host is
 * Windows, anything else posix.
 */
export function pathOfFileUrl(href: string, platform?: Platform): { path: string; platform: Platform } | { problem: FileUrlProblem } {
  const match = /^file:\/\/([^/?#]*)(\/[^?#]*)?/.exec(href);
  const host = match?.[1] ?? '';
  const pathname = match?.[2] ?? '/';
  const rules = platform ?? (host !== '' || /^\/[a-z]:(\/|$)/i.test(pathname) ? 'win32' : 'posix');
  if (host !== '' && rules === 'posix') return { problem: 'host' };
  if ((rules === 'win32' ? /%2f|%5c/i : /%2f/i).test(pathname)) return { problem: 'separator' };
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return { problem: 'encoding' };
  }
  if (path.includes('\0')) return { problem: 'encoding' };
  if (rules === 'posix') return { path: resolvePosix('/', path), platform: rules };
  if (host !== '') return { path: windowsPath(`\\\\${host}${path}`), platform: rules };
  if (!/^\/[a-z]:(\/|$)/i.test(path)) return { problem: 'host' };
  return { path: windowsPath(`${path.slice(1, 3)}\\${path.slice(4)}`), platform: rules };
}
