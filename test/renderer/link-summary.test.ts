import { describe, expect, it } from 'vitest';
import { summarise } from '../../src-renderer/features/share/link-summary.ts';
import type { LinkOutcome } from '../../src-shared/contract/links.ts';
import type { Link } from '../../src-shared/model/link.ts';

const link = (more: Partial<Link>): LinkOutcome => ({
  ok: true,
  asked: 's3://media/a.jpg',
  link: {
    url: 'https://media.example/a.jpg',
    fileurl: 's3://media/a.jpg',
    issued_at: '2026-01-01T00:00:00Z',
    expires_at: '2026-01-01T02:00:00Z',
    limited_by: 'asked',
    signed_as: 'work',
    verified: null,
    warnings: [],
    ...more,
  },
});
const refused: LinkOutcome = {
  ok: false,
  asked: 'file:///a.jpg',
  error: { cause: 'signature_not_possible', message: 'A file on this computer has no address others could open.', next: null },
};

describe('the summary of links', () => {
  it('names the earliest end and what decides it, and counts what cannot be signed', () => {
    const earlier = link({ expires_at: '2026-01-01T01:00:00Z', limited_by: 'credentials' });
    expect(summarise([link({}), earlier, refused])).toMatchObject({
      made: 2,
      failed: 1,
      firstEnd: '2026-01-01T01:00:00Z',
      limitedBy: 'credentials',
      signedAs: ['work'],
      error: refused.error,
    });
  });

  it('holds no URL', () => {
    expect(JSON.stringify(summarise([link({})]))).not.toContain('https://media.example');
  });

  it('tells a web address from an object that nothing was found to sign with', () => {
    const unsigned = { expires_at: null, limited_by: 'none', signed_as: null } as const;
    expect(summarise([link({ ...unsigned, fileurl: 'https://example.com/a.jpg' })]).isWeb).toBe(true);
    expect(summarise([link(unsigned)]).isWeb).toBe(false);
  });
});
