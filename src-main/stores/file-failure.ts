/** What the file system of this computer refused, by its code. */
import { fail } from '../../src-shared/model/error.ts';

/** Disks and shares that are away, by the codes of the systems; `UNKNOWN` is what Windows gives for shares and files in a cloud that is off. */
const awayCodes = new Set([
  'ENODEV',
  'ENXIO',
  'ESTALE',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTCONN',
  'ECONNRESET',
  'EREMOTEIO',
  'ENOMEDIUM',
  'UNKNOWN',
]);

/** The failure for a path; anything without a known code is a bug and comes back as it is. */
export function fileFailure(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const code = String(thrown.code);
  const details = { providerCode: code };
  if (code === 'ENOENT' && path.includes('\ufffd')) return unreadableName(path);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') {
    return fail('not_found', { message: `There is no file at ${path}.`, next: 'Correct the path, or remove the row.', details });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return fail('access_denied', { message: `You may not read ${path}.`, next: 'Change its permissions, then retry.', details });
  }
  if (code === 'EISDIR')
    return fail('invalid_input', { message: `${path} is a folder, and a file is needed.`, next: 'Name a file.', details });
  if (code === 'EBUSY' || code === 'EMFILE' || code === 'ENFILE' || code === 'EAGAIN') {
    return fail('throttled', { message: `${path} is in use, or too many files are open.`, next: 'Try again in a while.', details });
  }
  if (awayCodes.has(code)) {
    return fail('unreachable', { message: `The disk or share that holds ${path} is not there.`, next: 'Connect it, then retry.', details });
  }
  if (code === 'EIO') return fail('corrupt', { message: `The disk cannot read ${path}.`, next: 'Check the disk.', details });
  if (code === 'ERR_INVALID_ARG_VALUE')
    return fail('invalid_url', { message: 'This path holds a character that paths cannot hold.', next: 'Correct the path.', details });
  return thrown;
}

/** Said of a file whose name is no text: on Linux names are bytes. `shown` has U+FFFD where text ends. */
export function unreadableName(shown: string) {
  return fail('unsupported', {
    message: `The name of ${shown} is not text in UTF-8, so no address can name it.`,
    next: 'Rename it, then try again.',
  });
}
