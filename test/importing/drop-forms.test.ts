import { describe, expect, it } from 'vitest';
import { readDrop } from '../../src-main/importing/drop-forms.ts';
import { linksInHtml } from '../../src-main/importing/read-html.ts';
import { largestCandidate } from '../../src-main/importing/read-srcset.ts';

const drop = (forms: Partial<Parameters<typeof readDrop>[0]>) => readDrop({ kind: 'drop', paths: [], ...forms });
const texts = (forms: Partial<Parameters<typeof readDrop>[0]>) => drop(forms).addresses.map(({ text }) => text);

describe('the forms of a drop', () => {
  it('takes a picture once, however many forms name it, with the page around it as its alternative', () => {
    expect(
      drop({
        html: '<meta charset="utf-8"><a href="https://h/page"><img src="https://h/a.jpg?x=1&amp;y=2"></a>',
        uriList: 'https://h/page\r\n',
        plain: 'https://h/page',
        mozUrl: 'https://h/a.jpg?x=1&y=2\nA picture',
      }),
    ).toMatchObject({ paths: [], addresses: [{ text: 'https://h/a.jpg?x=1&y=2', alternative: 'https://h/page' }] });
  });

  it('offers the page as alternative too where only the other form names it', () => {
    expect(drop({ html: '<img src="https://h/a.jpg">', uriList: 'https://h/page' }).addresses).toEqual([
      { text: 'https://h/a.jpg', alternative: 'https://h/page' },
    ]);
  });

  it('leaves out the bitmap that a browser adds to a web address, and keeps real files', () => {
    expect(drop({ paths: ['/tmp/bitmap.png'], uriList: 'https://h/a.jpg' })).toMatchObject({
      paths: [],
      addresses: [{ text: 'https://h/a.jpg' }],
    });
    expect(drop({ paths: ['/tmp/bitmap.png'], html: '<img src="a.jpg">', uriList: 'https://h/page' })).toMatchObject({
      paths: [],
      addresses: [{ text: 'a.jpg' }],
    });
    expect(drop({ paths: ['/a.jpg'], uriList: 'file:///a.jpg', plain: '/a.jpg' })).toMatchObject({ paths: ['/a.jpg'], addresses: [] });
  });

  it('leaves out the bitmap without a path too, and says of other files what to do instead', () => {
    const withoutPath = [{ name: 'a.png', why: 'virtual' } as const];
    expect(drop({ withoutPath, html: '<img src="https://h/a.png">' })).toMatchObject({
      refused: [],
      addresses: [{ text: 'https://h/a.png' }],
    });
    expect(drop({ withoutPath, uriList: 'file:///x/a.png' })).toMatchObject({ refused: [], addresses: [{ text: 'file:///x/a.png' }] });
    const refused = (why: 'noPath' | 'folder' | 'virtual' | 'tooLarge') =>
      drop({ withoutPath: [{ name: 'a', why }], plain: 'a' }).refused.map(({ problem }) => `${problem.message} ${problem.next}`)[0];
    expect((['noPath', 'folder', 'virtual', 'tooLarge'] as const).map(refused)).toEqual([
      'A browser does not say where a dropped file lies. Paste its path as text, or drop it in the app.',
      'A browser does not say where a dropped folder lies. Paste its path as text, or drop it in the app.',
      'This file is not on this computer yet. Save it first, then drop the file.',
      '“a” is larger than 64 MB, which is the most that a page reads. Paste its path as text into the app, or use the command line: vitrine insert TABLE --from FILE.',
    ]);
  });

  it('reads lists of URIs without their comments, Mozilla links without titles, and download links', () => {
    expect(texts({ uriList: '# comment\r\nhttps://h/1\r\nhttps://h/2' })).toEqual(['https://h/1', 'https://h/2']);
    expect(texts({ mozUrl: 'https://h/1\nOne\nhttps://h/2\nTwo' })).toEqual(['https://h/1', 'https://h/2']);
    expect(texts({ downloadUrl: 'image/png:a.png:https://h:8080/a.png?b:c' })).toEqual(['https://h:8080/a.png?b:c']);
  });

  it('takes lines of objects and paths whole, splits several web addresses, strips quotes and angle brackets', () => {
    expect(
      texts({ plain: 's3://b/a b.jpg\n/x/y z.png\nhttps://h/1 "https://h/2" <https://h/3>\n<https://h/4>\n"gs://b/q"\nhttps://h/a b.jpg' }),
    ).toEqual([
      's3://b/a b.jpg',
      '/x/y z.png',
      'https://h/1',
      'https://h/2',
      'https://h/3',
      'https://h/4',
      'gs://b/q',
      'https://h/a b.jpg',
    ]);
  });

  it('tells what it cannot read, of the best form only', () => {
    const { addresses } = drop({ html: '<img src="a.jpg"><img src="data:image/png;base64,AA">', plain: 'My holiday' });
    expect(addresses.map(({ text, problem }) => [text, problem?.message])).toEqual([
      ['a.jpg', 'This link is relative, and the page it belongs to is not known.'],
      ['data:image/png;base64,AA', undefined],
    ]);
  });
});

describe('links in HTML', () => {
  it('finds pictures, players and links that end like media, once each', () => {
    const html = `
      <base href="https://h/dir/"><!-- <img src="commented.png"> --><script>"<img src='script.png'>"</script>
      <IMG SRC=plain.png alt="a > b"><img src='small.jpg' srcset="m.jpg 480w, large.jpg?a,b 1200w">
      <picture><source srcset="x.avif"><img src="x.jpg"></picture>
      <video poster="p.jpg"><source src="v.webm"><source src="v.mp4"></video><audio src="s.mp3"></audio>
      <a href="/doc.html">doc</a><a href="clip.MOV?x=1">clip</a> <a href="//cdn/e.gif">e`;
    expect(linksInHtml(html, null).map(({ text }) => text)).toEqual([
      'https://h/dir/plain.png',
      'https://h/dir/large.jpg?a,b',
      'https://h/dir/x.jpg',
      'https://h/dir/v.webm',
      'https://h/dir/s.mp3',
      'https://h/dir/clip.MOV?x=1',
      'https://cdn/e.gif',
    ]);
  });

  it.each(['<', '<a', '<a href', '<a href="', '<img src=x', '<!--', '<script>', '</', '<img srcset=",,,">', '&#xffffff;'])(
    'survives %j',
    (html) => {
      expect(() => linksInHtml(html, 'https://h/')).not.toThrow();
    },
  );

  it.each([
    ['small.jpg 1x, img/large.jpg 2x', 'https://h/dir/small.jpg', 'https://h/dir/img/large.jpg'],
    ['/a/s.jpg 1x, /b/l.jpg 2x', 'https://h/a/s.jpg', 'https://h/b/l.jpg'],
    ['l.jpg 2x', 'https://cdn/other.jpg', 'https://cdn/other.jpg'],
    ['https://h/l.jpg 2x', 'https://h/s.jpg', 'https://h/l.jpg'],
    ['l.jpg 2x', 's.jpg', 'l.jpg'],
  ])('finds the base of srcset %j by the source %j that a browser made absolute', (srcset, source, found) => {
    expect(linksInHtml(`<img src="${source}" srcset="${srcset}">`, null)[0]?.text).toBe(found);
  });

  it('decodes references, and leaves queries that look like them', () => {
    expect(linksInHtml('<img src="https://h/?a=1&amp;copy=2&copy=3&#x41;&#66;.png">', null)[0]?.text).toBe(
      'https://h/?a=1&copy=2&copy=3AB.png',
    );
  });

  it('reads a megabyte of open brackets in linear time', () => {
    expect(linksInHtml('<a '.repeat(300_000), null)).toEqual([]);
  });

  it.each([
    ['a.jpg 1x, b.jpg 2x', 'b.jpg'],
    ['a.jpg, b.jpg 1.5x', 'b.jpg'],
    ['a,b.jpg 100w', 'a,b.jpg'],
    ['', null],
  ])('chooses from srcset %j: %s', (srcset, chosen) => {
    expect(largestCandidate(srcset)).toBe(chosen);
  });
});
