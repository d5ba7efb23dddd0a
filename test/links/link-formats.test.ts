import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Link } from '../../src-shared/model/link.ts';
import { formatLinks, htmlSafe, linkFormats, linkName, linkWriter, markdownSafe } from '../../src-shared/model/link-formats.ts';

const runs = process.env.VITRINE_SOAK ? 100_000 : 500;

function link(fileurl: string, url: string, expires_at: string | null = '2026-11-24T19:24:00Z'): Link {
  return {
    url,
    fileurl,
    issued_at: '2026-11-24T18:24:00Z',
    expires_at,
    limited_by: expires_at === null ? 'none' : 'asked',
    signed_as: expires_at === null ? null : 'profile work',
    verified: null,
    warnings: [],
  };
}

const plain = link('s3://media/2026/a, "b".jpg', 'https://m.example/a?X-Amz-Date=1&copy;=(x)&lt=2');
const odd = link('s3://media/[x](y)_*<&>`~|!\n.jpg', 'https://m.example/%5Bx%5D', null);

describe('links as text', () => {
  it.each([
    ['lines', 'https://m.example/a?X-Amz-Date=1&copy;=(x)&lt=2\nhttps://m.example/%5Bx%5D'],
    [
      'csv',
      [
        'name,reference,link,works until,limited by\r\n',
        '"a, ""b"".jpg","s3://media/2026/a, ""b"".jpg",https://m.example/a?X-Amz-Date=1&copy;=(x)&lt=2,2026-11-24T19:24:00Z,asked\r\n',
        '"[x](y)_*<&>`~|!\n.jpg","s3://media/[x](y)_*<&>`~|!\n.jpg",https://m.example/%5Bx%5D,,none\r\n',
      ].join(''),
    ],
    [
      'markdown',
      [
        '- [a, "b".jpg](https://m.example/a?X-Amz-Date=1\\&copy;=\\(x\\)&lt=2), works until 2026-11-24 19:24 UTC',
        '- [\\[x\\](y)\\_\\*\\<\\&\\>\\`\\~\\|\\! .jpg](https://m.example/%5Bx%5D)',
      ].join('\n'),
    ],
    [
      'html',
      [
        '<ul>',
        '<li><a href="https://m.example/a?X-Amz-Date=1&#38;copy;=(x)&#38;lt=2">a, &#34;b&#34;.jpg</a>, works until 2026-11-24 19:24 UTC</li>',
        '<li><a href="https://m.example/%5Bx%5D">[x](y)_*&#60;&#38;&#62;`~|!\n.jpg</a></li>',
        '</ul>',
      ].join('\n'),
    ],
  ] as const)('as %s name each file, say each end, and escape the syntax alone', (format, text) => {
    expect(formatLinks(format, [plain, odd])).toBe(text);
  });

  it('stand alone without a list, and leave out of JSON what is for the window', () => {
    expect(formatLinks('markdown', [odd])).toBe('[\\[x\\](y)\\_\\*\\<\\&\\>\\`\\~\\|\\! .jpg](https://m.example/%5Bx%5D)');
    expect(formatLinks('html', [plain])).toMatch(/^<a href="[^"]*">a, &#34;b&#34;\.jpg<\/a>$/);
    const signer = { provider: 'Amazon S3', capSeconds: 1, session: 'work', login: null, region: null, cautions: [] };
    expect(JSON.parse(formatLinks('json', [{ ...plain, signer }, odd]))).toEqual([plain, odd]);
  });

  it('are the same in one piece and link by link', () => {
    for (const format of linkFormats) {
      const { before, between, end, after, write } = linkWriter(format, { isList: true });
      const streamed = `${before}${write(plain)}${end}${between}${write(odd)}${end}${after}`;
      expect(streamed.replace(format === 'csv' ? '' : /\n$/, '')).toBe(formatLinks(format, [plain, odd]));
    }
  });

  it('carry every byte of any URL and any name', () => {
    const text = fc.string({ unit: fc.constantFrom(...'&;#()[]<>\\"\'`_*~|!%x1/?=amplt, ') });
    fc.assert(
      fc.property(text, text, (name, query) => {
        const url = `https://m.example/a?${query}`;
        const html = formatLinks('html', [link('s3://b/k', url)]);
        expect(unescapedHtml(/href="([^"]*)"/.exec(html)?.[1] ?? '')).toBe(url);
        expect(unescapedHtml(htmlSafe(name))).toBe(name);
        expect(htmlSafe(name)).not.toMatch(/[<>"']|&(?!#\d+;)/);
        const destination = /\]\((.*)\)$/s.exec(formatLinks('markdown', [link('s3://b/k', url)]))?.[1] ?? '';
        expect(unescapedMarkdown(destination.replace(/^<(.*)>$/s, '$1'))).toBe(url);
        expect(unescapedMarkdown(markdownSafe(name))).toBe(name);
      }),
      { numRuns: runs },
    );
  });

  it('are named by the last part of the reference, whatever its scheme', () => {
    const names = ['s3://b/a/%20#?.jpg', 'https://e.example/x/a%20b.jpg?q=1', 'gs://b/folder/', 'no address'];
    expect(names.map((fileurl) => linkName({ fileurl }))).toEqual(['%20#?.jpg', 'a b.jpg', 'folder/', 'no address']);
  });
});

/** What a reader of HTML makes of numeric references. */
function unescapedHtml(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** What a reader of CommonMark makes of backslash escapes: one before ASCII punctuation goes. Entities must not be left to it. */
function unescapedMarkdown(text: string): string {
  expect(text).not.toMatch(/(?<!\\)(?:\\\\)*&#?\w+;/);
  return text.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
}
