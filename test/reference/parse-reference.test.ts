import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import { parseReference, referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

const posix: LocalPlace = { cwd: '/home/ann/photos', home: '/home/ann', platform: 'posix' };
const windows: LocalPlace = { cwd: 'C:\\Users\\ann', home: 'C:\\Users\\ann', platform: 'win32' };

/** The canonical form, or the sentence of the refusal. */
function outcome(text: string, local?: LocalPlace): string {
  const parsed = parseReference(text, local);
  return parsed.ok ? parsed.value.canonical : `${parsed.error.cause}: ${parsed.error.message}`;
}

describe('objects in buckets', () => {
  it.each([
    's3://b/a#1 ?.jpg',
    's3://b/a%20b+c.jpg',
    's3://b//two//slashes',
    's3://b//leading',
    's3://b/../x/./y',
    's3://b/trailing blank ',
    's3://b/😀/é/e\u0301.png',
    's3://b/folder/',
    's3://b/a\\b',
    's3://My_Bucket.with:odd name/k',
    'gs://b/a?generation=1#x',
  ])('keeps every byte of %j', (text) => {
    expect(outcome(text)).toBe(text);
    expect(parseReference(text)).toMatchObject({
      ok: true,
      value: { bucket: text.split('/')[2], key: text.split('/').slice(3).join('/') },
    });
  });

  it('takes the scheme in any case and drops blanks before the address', () => {
    expect(outcome('  S3://B/K')).toBe('s3://B/K');
  });

  it('says what is missing', () => {
    expect(outcome('s3://')).toBe('invalid_url: This is not an address: after s3:// the name of the bucket is missing.');
    expect(outcome('s3:///key')).toBe('invalid_url: This is not an address: after s3:// the name of the bucket is missing.');
    expect(outcome('gs://bucket')).toBe('invalid_url: This is not the address of a file: it names a bucket and no key.');
    expect(outcome('s3://bucket/')).toBe('invalid_url: This is not the address of a file: it names a bucket and no key.');
    expect(outcome('s3:bucket/key')).toBe('invalid_url: This is not an address: s3: must be followed by //bucket/key.');
  });
});

describe('web addresses', () => {
  it('follows WHATWG, drops the fragment and keeps the query', () => {
    expect(outcome(' HTTPS://Example.COM:443/a/../b c.jpg?x=1&y=%20#part ')).toBe('https://example.com/b%20c.jpg?x=1&y=%20');
  });

  it('refuses a user name or password and does not repeat it', () => {
    const parsed = parseReference('https://ann:hunter2@example.com/a.jpg');
    expect(parsed).toEqual({
      ok: false,
      error: {
        cause: 'invalid_url',
        message: 'This address carries a user name or password, and those are not kept.',
        next: 'Take out what stands before the @.',
      },
    });
  });

  it('says when the host is missing or the address cannot be read', () => {
    expect(outcome('https://')).toBe('invalid_url: This is not an address: the host is missing.');
    expect(outcome('http://exa mple/')).toBe('invalid_url: This is not an address: it cannot be read as a web address.');
    expect(outcome('http://h:99999/')).toBe('invalid_url: This is not an address: it cannot be read as a web address.');
  });

  it('agrees with the published vectors of the URL standard on http and https', () => {
    const vectors = new URL('../../../shared/vectors/url/urltestdata.json', import.meta.url);
    if (!existsSync(vectors)) {
      console.warn('SKIPPED: the URL vectors are not here (../shared/vectors/url), so http references were not compared with them.');
      return;
    }
    type Vector = { input: string; base: string | null; href?: string; failure?: true };
    const cases: Vector[] = JSON.parse(readFileSync(vectors, 'utf8'));
    const differing: string[] = [];
    let compared = 0;
    for (const { input, base, href, failure } of cases) {
      if (typeof input !== 'string' || base !== null || !/^[\s\u0000]*https?:/i.test(input)) continue;
      if (failure !== true && (href === undefined || /^https?:\/\/[^/]*@/.test(href))) continue;
      compared += 1;
      const parsed = parseReference(input);
      const expected = failure === true ? 'refused' : (href ?? '').replace(/#.*$/s, '');
      const got = parsed.ok ? parsed.value.canonical : 'refused';
      if (got !== expected) differing.push(`${JSON.stringify(input)}: ${got} instead of ${expected}`);
    }
    expect(compared).toBeGreaterThan(150);
    expect(differing).toEqual([]);
  });
});

describe('signed web addresses', () => {
  const signature =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=ab12';

  it('keeps the text of the address as given, and leaves the signature out of its identity', () => {
    const typed = `https://b.s3.amazonaws.com/a'b|c.jpg?versionId=7&${signature}#top`;
    expect(parseReference(typed)).toMatchObject({
      ok: true,
      value: {
        url: `https://b.s3.amazonaws.com/a'b|c.jpg?versionId=7&${signature}`,
        canonical: "https://b.s3.amazonaws.com/a'b|c.jpg?versionId=7",
      },
    });
  });

  it('gives two links to one object the same identity', () => {
    expect(outcome(`https://h/k.jpg?${signature}`)).toBe(
      outcome(`https://h/k.jpg?${signature.replace('ab12', 'cd34').replace('3600', '60')}`),
    );
    expect(outcome(`https://h/k.jpg?${signature}`)).toBe('https://h/k.jpg');
  });

  it('takes half a signature for an ordinary query', () => {
    const half = 'https://h/k.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab12';
    expect(outcome(half)).toBe(half);
  });
});

describe('files of this computer', () => {
  it.each([
    ['/a/b c.jpg', 'file:///a/b%20c.jpg'],
    ['/a/../b//c/', 'file:///b/c'],
    ['~/x.jpg', 'file:///home/ann/x.jpg'],
    ['~', 'file:///home/ann'],
    ['a.jpg', 'file:///home/ann/photos/a.jpg'],
    ['./a', 'file:///home/ann/photos/a'],
    ['../up/100% #1?.png', 'file:///home/ann/up/100%25%20%231%3F.png'],
    ['sub folder/file', 'file:///home/ann/photos/sub%20folder/file'],
    ['file:///a/b%20c.jpg', 'file:///a/b%20c.jpg'],
    ['file://localhost/a b.jpg', 'file:///a%20b.jpg'],
    ['FILE:/a/b', 'file:///a/b'],
    ['/C:/odd.jpg', 'file:///C%3A/odd.jpg'],
  ])('reads %j as %s', (text, canonical) => {
    expect(outcome(text, posix)).toBe(canonical);
  });

  it.each([
    ['c:\\Photos\\a b.jpg', 'file:///C:/Photos/a%20b.jpg', 'C:\\Photos\\a b.jpg'],
    ['D:/x/../y.jpg', 'file:///D:/y.jpg', 'D:\\y.jpg'],
    ['\\\\NAS\\media\\a.jpg', 'file://nas/media/a.jpg', '\\\\NAS\\media\\a.jpg'],
    ['\\\\?\\C:\\long.jpg', 'file:///C:/long.jpg', 'C:\\long.jpg'],
    ['\\top.jpg', 'file:///C:/top.jpg', 'C:\\top.jpg'],
    ['sub\\a.jpg', 'file:///C:/Users/ann/sub/a.jpg', 'C:\\Users\\ann\\sub\\a.jpg'],
    ['~\\a.jpg', 'file:///C:/Users/ann/a.jpg', 'C:\\Users\\ann\\a.jpg'],
    ['file:///c:/a.jpg', 'file:///C:/a.jpg', 'C:\\a.jpg'],
    ['file://nas/media/a.jpg', 'file://nas/media/a.jpg', '\\\\nas\\media\\a.jpg'],
  ])('reads %j on Windows', (text, canonical, path) => {
    expect(parseReference(text, windows)).toEqual({ ok: true, value: { scheme: 'file', canonical, path } });
  });

  it('refuses what names no file, each with its reason', () => {
    expect(outcome('file://nas/media/a.jpg', posix)).toBe('invalid_url: This is not an address: it names no file of this computer.');
    expect(outcome('file:///a%2Fb', posix)).toBe('invalid_url: This is not an address: a name in it holds an encoded slash.');
    expect(outcome('file:///a%zz', posix)).toBe('invalid_url: This is not an address: a % in it does not stand for a character.');
    expect(outcome('C:\\a.jpg', posix)).toBe('invalid_url: This is not an address: it is a path of a Windows computer.');
    expect(outcome('sub/a.jpg')).toBe('invalid_url: This is not an address: it has no scheme, and there is no folder it could start from.');
  });

  it('encodes and decodes paths as Node does', () => {
    const path = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `/${text.replaceAll('\0', '')}`);
    fc.assert(
      fc.property(path, (typed) => {
        fc.pre(!/^\/[a-z]:/i.test(typed) && typed.isWellFormed());
        const parsed = parseReference(typed, posix);
        if (!parsed.ok || parsed.value.scheme !== 'file') throw new Error(`${typed} was refused`);
        expect(parsed.value.path).toBe(
          fileURLToPath(pathToFileURL(typed))
            .replace(/\/+/g, '/')
            .replace(/(?<=.)\/$/, ''),
        );
        expect(fileURLToPath(parsed.value.canonical)).toBe(parsed.value.path);
        expect(parseReference(pathToFileURL(parsed.value.path).href, posix)).toEqual(parsed);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('what is no address', () => {
  it.each([
    ['', 'This is not an address: there is nothing in it.'],
    ['   ', 'This is not an address: there is nothing in it.'],
    ['x', 'This is not an address: “x” is neither a web address nor a path.'],
    ['hello world', 'This is not an address: “hello world” is neither a web address nor a path.'],
    ['ftp://x/y.png', 'ftp is not read; https, http, s3, gs, az and files are.'],
    ['mailto:ann@example.com', 'mailto is not read; https, http, s3, gs, az and files are.'],
    ['data:image/png;base64,AAAA', 'This picture exists only inside its page.'],
    ['blob:https://example.com/1', 'This picture exists only inside its page.'],
    ['\ud800', 'This is not an address: it holds half of a character.'],
  ])('refuses %j', (text, message) => {
    expect(outcome(text, posix)).toBe(`invalid_url: ${message}`);
  });

  it('takes a host with a port for no scheme', () => {
    expect(outcome('photos.example:8080/a.jpg')).toContain('it has no scheme');
  });
});

describe('canonical forms', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(
        fc.constantFrom('s3://', 'gs://', 'https://', 'http://', 'file:///', '/', '~/', './', 's3://b/', 'https://h/?'),
        fc.string({ unit: 'binary' }),
      )
      .map((p) => p.join('')),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
  );

  it('stay themselves when read again, on both platforms', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(posix, windows, undefined), (text, local) => {
        const parsed = parseReference(text, local);
        if (!parsed.ok) return;
        const again = referenceFromCanonical(parsed.value.canonical);
        expect(again.canonical).toBe(parsed.value.canonical);
        if (parsed.value.scheme === 'file' && again.scheme === 'file')
          expect(again.path.toLowerCase()).toBe(parsed.value.path.toLowerCase());
      }),
      { seed: 7, numRuns: 3000 },
    );
  });

  it('of web addresses are what a browser makes of them, plain ones too, which are read without it', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '.',
        '..',
        '%2e',
        '.%2E',
        'a.jpg',
        'A b',
        '',
        'é',
        '%zz',
        '@',
        ':',
        '-',
        '*',
        "'",
        '~x',
        '%2F',
        '\\',
        '|',
        '[',
        '^',
        '.x',
      ),
      fc.string({ maxLength: 4 }),
    );
    const host = fc.oneof(
      fc.constantFrom(
        'h.example',
        'H.example',
        '127.0.0.1',
        '127.1',
        '1.2.3.04',
        '256.1.1.1',
        'a.0x1',
        'a.1',
        'xn--a',
        'xn--bcher-kva.de',
        'a_b.c',
        'a-.c',
      ),
      fc.constantFrom('localhost', 'a..b', 'a.b.', '-', 'a--b', '[::1]', 'ann@h', 'é.de', '1a', '0.0.0.0', '255.255.255.255'),
    );
    const port = fc.oneof(
      fc.constantFrom('', '', '', ':80', ':443', ':0', ':08', ':65535', ':65536', ':8080', ':'),
      fc.nat(70_000).map((n) => `:${n}`),
    );
    const address = fc
      .tuple(fc.constantFrom('http', 'https', 'HTTP'), host, port, fc.array(part, { maxLength: 4 }))
      .map(([scheme, name, digits, parts]) => `${scheme}://${name}${digits}${parts.map((one) => `/${one}`).join('')}`);
    fc.assert(
      fc.property(address, (text) => {
        const parsed = parseReference(text);
        const url = URL.canParse(text) ? new URL(text) : null;
        expect(parsed.ok).toBe(url !== null && url.username === '');
        if (!parsed.ok || url === null || !('host' in parsed.value)) return;
        url.hash = '';
        expect(parsed.value).toEqual({ scheme: url.protocol.slice(0, -1), canonical: url.href, url: url.href, host: url.host });
      }),
      { seed: 3, numRuns: 5000 },
    );
  });

  it('are not made of anything else', () => {
    expect(() => referenceFromCanonical('nothing' as CanonicalUrl)).toThrow('No canonical address');
  });
});
