import { describe, expect, it } from 'vitest';
import { words } from '../../src-renderer/app/words.ts';
import { summarise } from '../../src-renderer/features/share/link-summary.ts';
import type { LinkOutcome } from '../../src-shared/contract/links.ts';
import type { Link, LinkSigner } from '../../src-shared/model/link.ts';

const signer: LinkSigner = {
  provider: 'Amazon S3',
  capSeconds: 604_800,
  session: 'work',
  login: 'aws sso login --profile work',
  region: 'eu-west-1',
  cautions: [],
};

const link = (more: Partial<Link>, plain?: string): LinkOutcome => ({
  ok: true,
  asked: 's3://media/a.jpg',
  link: {
    url: 'https://media.example/a.jpg?X-Amz-Signature=secret',
    fileurl: 's3://media/a.jpg',
    issued_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-01-01T02:00:00Z',
    limited_by: 'asked',
    signed_as: 'profile work',
    verified: null,
    warnings: [],
    signer,
    ...more,
  },
  ...(plain === undefined ? {} : { plain }),
});
const local: LinkOutcome = {
  ok: false,
  asked: '/home/me/a.jpg',
  scheme: 'file',
  error: { cause: 'signature_not_possible', message: 'A file on this computer has no address others could open.', next: null },
};

describe('the summary of links', () => {
  it('puts the earliest end first with what decides it, and counts what cannot be signed by reason', () => {
    const earlier = link({ expires_at: '2026-01-01T01:00:00Z', limited_by: 'credentials' });
    const ended: LinkOutcome = {
      ok: false,
      asked: 's3://b/a',
      scheme: 's3',
      error: { cause: 'expired_credentials', message: '', next: null },
    };
    const summary = summarise([link({ expires_at: null }), link({}), earlier, local, ended, local]);
    expect(summary).toMatchObject({
      ends: ['2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z', null],
      limitedBy: 'credentials',
      signer: { session: 'work' },
      signedAs: ['work · eu-west-1'],
      error: local.error,
      isLocal: true,
    });
    expect([...summary.refused]).toEqual([
      ['local file', 2],
      ['login ended', 1],
    ]);
  });

  it('holds no signed URL, only the plain address of the one public object', () => {
    const plain = 'https://media.example/a.jpg';
    expect(JSON.stringify(summarise([link({}, plain)]))).not.toContain('X-Amz-Signature');
    expect(summarise([link({}, plain)]).plain).toBe(plain);
    expect(summarise([link({}, plain), link({}, plain)]).plain).toBeNull();
  });

  it('leaves warnings about the end to the sheet, which says them in its own words', () => {
    const cautions = ['No browser can open a link to this name. Export the file instead.'];
    const long = link({ limited_by: 'provider', warnings: ['… allows 7 days …', ...cautions], signer: { ...signer, cautions } });
    expect(summarise([long]).cautions).toEqual(cautions);
  });

  it('tells a web address from an object that nothing was found to sign with', () => {
    const outcome = (fileurl: string) => {
      const made = link({ expires_at: null, limited_by: 'none', signed_as: null, fileurl, warnings: ['only if public'] });
      if (made.ok) delete made.link.signer;
      return summarise([made]);
    };
    expect([outcome('https://example.com/a.jpg').isWeb, outcome('s3://media/a.jpg').isWeb]).toEqual([true, false]);
    expect(outcome('s3://media/a.jpg').cautions).toEqual(['only if public']);
  });
});

describe('the words of links', () => {
  const now = new Date(2026, 10, 24, 14, 12).getTime();
  const at = (hours: number, minutes: number, day = 24) => new Date(2026, 10, day, hours, minutes).toISOString();
  // The clock of a locale may have a narrow space before AM and PM; what is compared is the sentence around it.
  const time = (instant: string) => new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(new Date(instant));

  it('say several ends and what cannot be signed in a line', () => {
    const [early, late] = [at(19, 24), at(20, 12)];
    const ends = [...Array.from({ length: 10 }, () => early), late, late];
    expect(words.linksUntil(ends, new Map([['local file', 1]]), now)).toBe(
      `13 links: 10 until ${time(early)}, 2 until ${time(late)}; 1 cannot be signed (local file)`,
    );
    expect(words.linksUntil([early, early], new Map(), now)).toBe(`2 links: until ${time(early)}`);
    expect(words.linksUntil([], new Map([['local file', 2]]), now)).toBe('2 links: 2 cannot be signed (local file)');
    expect(words.linksUntil([early, null], new Map(), now)).toBe(`2 links: 1 until ${time(early)}, 1 without an end`);
  });

  it('say until when a link works and what limits it', () => {
    const end = at(19, 24);
    const left = '5\u00a0h 12\u00a0min';
    expect(words.until(end, now)).toBe(`today ${time(end)} (${left})`);
    expect(words.linkCopied(end, 'asked', signer, now)).toBe(`Link copied. Works until ${time(end)} (${left}).`);
    expect(words.linkCopied(end, 'credentials', signer, now)).toBe(
      `Link copied. Works until ${time(end)} (${left}), limited by your AWS session “work”.`,
    );
    expect(words.linkCopied(end, 'provider', signer, now)).toMatch(/, limited by what Amazon S3 allows\.$/);
    expect(words.overCap('Amazon S3', 604_800, at(14, 12, 30), now)).toMatch(/^Amazon S3 allows 7 days at most, so the link ends .*30/);
    expect(words.askedLonger(86_400)).toBe('You asked for 24\u00a0h.');
    expect(words.askedLonger(2_592_000)).toBe('You asked for 30 days.');
  });
});
