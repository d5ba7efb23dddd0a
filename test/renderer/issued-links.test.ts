import { describe, expect, it } from 'vitest';
import { words } from '../../src-renderer/app/words.ts';
import { turned } from '../../src-renderer/features/issued/issued-store.ts';
import { openingOf, openingWish } from '../../src-renderer/features/share/link-opening.ts';

describe('how a link opens', () => {
  it.each([
    [{ isDownload: false, name: 'other.jpg' }, {}],
    [{ isDownload: true, name: 'a.jpg' }, { disposition: 'attachment' }],
    [{ isDownload: true, name: '  ' }, { disposition: 'attachment' }],
    [
      { isDownload: true, name: ' Été “1”.jpg ' },
      { disposition: 'attachment', filename: 'Été “1”.jpg' },
    ],
  ] as const)('%j of a.jpg asks for %j', (opening, wish) => {
    expect(openingWish(opening, 'a.jpg')).toEqual(wish);
  });

  it('begins as it was wished before', () => {
    expect(openingOf({}, 'a.jpg')).toEqual({ isDownload: false, name: 'a.jpg' });
    expect(openingOf({ disposition: 'attachment', filename: 'b.jpg' }, 'a.jpg')).toEqual({ isDownload: true, name: 'b.jpg' });
  });
});

describe('the list of links issued', () => {
  it('turns a page at a time and no further than its ends', () => {
    const pages = (start: number, total: number) => ([-1, 1] as const).map((step) => turned({ start, total }, step));
    expect([pages(0, 50), pages(0, 250), pages(100, 250), pages(200, 250), pages(100, 200)]).toEqual([
      [null, null],
      [null, 100],
      [0, 200],
      [100, null],
      [0, null],
    ]);
    expect(words.placesOf(100, 200, 1_000_000)).toBe('101–200 of 1,000,000');
  });

  it('says what decides an end only where that is not what was asked', () => {
    expect(words.issuedFacts('just now', 'asked', 'profile work')).toBe('issued just now · as profile work');
    expect(words.issuedFacts('2 h ago', 'credentials', 'profile work')).toBe('issued 2 h ago · limited by the login · as profile work');
  });
});
