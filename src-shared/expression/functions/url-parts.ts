/** Parts of an address: of a media column or of a text such as `image.fileurl`. */
import { type Operation, operation, textAt } from '../operation.ts';

/** An address taken apart. Keys of buckets stand as they are; paths of web addresses and files are decoded. `path` has no leading `/`. */
interface AddressParts {
  readonly scheme: string;
  readonly host: string | null;
  readonly bucket: string | null;
  readonly path: string;
}

const objectForm = /^(s3|gs|az):\/\/([^/]+)\/?([\s\S]*)$/i;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Percent signs that encode nothing are part of the name.
    return path;
  }
}

function takeApart(address: string): AddressParts | null {
  const object = objectForm.exec(address);
  if (object) {
    const [, scheme = '', bucket = '', key = ''] = object;
    return { scheme: scheme.toLowerCase(), host: null, bucket, path: key };
  }
  if (!/^(https?|file):/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.hostname === '' ? null : url.hostname,
    bucket: null,
    path: decoded(url.pathname.slice(1)),
  };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function nameOf({ path }: AddressParts): string | null {
  return orNull(path.slice(path.lastIndexOf('/') + 1));
}

function extensionOf(parts: AddressParts): string | null {
  const name = nameOf(parts) ?? '';
  const dot = name.lastIndexOf('.');
  return dot > 0 ? orNull(name.slice(dot + 1).toLowerCase()) : null;
}

function urlPart(name: string, help: string, example: string, read: (parts: AddressParts) => string | null): Operation {
  const run = (values: Parameters<typeof textAt>[0]) => {
    const parts = takeApart(textAt(values, 0));
    return parts === null ? null : read(parts);
  };
  return operation(
    'addresses',
    name,
    { signature: `${name}(address)`, help, example },
    { parameters: ['media'], returns: 'string', run },
    { parameters: ['text'], returns: 'string', run },
  );
}

/** The functions. */
export const urlPartFunctions: readonly Operation[] = [
  urlPart('name', 'The last part of the address, with its extension.', 'name(image)', nameOf),
  urlPart('extension', 'The extension in small letters, without the dot.', 'extension(image)', extensionOf),
  urlPart('folder', 'The path without the name: "a/b" of s3://bucket/a/b/c.jpg.', 'folder(image)', ({ path }) =>
    path.includes('/') ? orNull(path.slice(0, path.lastIndexOf('/'))) : null,
  ),
  urlPart('host', 'The host of a web address.', 'host(image)', ({ host }) => host),
  urlPart('bucket', 'The bucket of an object.', 'bucket(image)', ({ bucket }) => bucket),
  urlPart('key', 'The key of an object, as it stands.', 'key(image)', ({ bucket, path }) => (bucket === null ? null : orNull(path))),
  urlPart('scheme', 'https, http, s3, gs or file.', 'scheme(image)', ({ scheme }) => scheme),
];
