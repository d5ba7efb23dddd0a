import { describe, expect, it } from 'vitest';
import { bucketOf, draftOf, newDraft, ruleOf, type StoreDraft } from '../../src-renderer/features/settings/store-draft.ts';

describe('the form of a store rule', () => {
  it.each([
    { match: 's3://media' },
    { match: 's3://media/raw/', endpoint: 'https://h', region: 'auto', profile: 'work', path_style: false, requester_pays: true },
    { match: 's3://media/', keys: 'minio', path_style: true, link_cap_seconds: 600 },
    { match: 's3://media/', anonymous: true },
    { match: 'gs://stills/', user_project: 'p', sign_as: 'a@b.iam.gserviceaccount.com', requester_pays: true },
    { match: 'az://account/container/', endpoint: 'https://h', anonymous: true },
    { match: 's3://media/', of_a_later_version: { kept: true } },
  ])('gives back the rule it was made of: %j', (rule) => {
    expect(ruleOf(draftOf(rule, 0))).toEqual(rule);
  });

  it.each<[string, Partial<StoreDraft>, Record<string, unknown>]>([
    [
      'keys have an endpoint of their own',
      { match: 's3://a', who: 'keys', keys: 'k', endpoint: 'https://h' },
      { match: 's3://a', keys: 'k' },
    ],
    ['a profile of S3 means nothing at Google', { match: 'gs://a', who: 'profile', profile: 'work', region: 'x' }, { match: 'gs://a' }],
    ['no number is left to the core', { match: 's3://a', linkCap: '7 days' }, { match: 's3://a', link_cap_seconds: '7 days' }],
    [
      'blanks around what was typed do not count',
      { match: ' s3://a ', region: ' eu ', linkCap: ' 60 ' },
      { match: 's3://a', region: 'eu', link_cap_seconds: 60 },
    ],
  ])('%s', (_what, typed, rule) => {
    expect(ruleOf(newDraft(typed))).toEqual(rule);
  });

  it('begins with the bucket of an address', () => {
    expect(
      ['s3://media/a/b.jpg', 'gs+version://17@stills/a#1.png', 'az://account/container/a', 'https://example.com/a'].map(bucketOf),
    ).toEqual(['s3://media/', 'gs://stills/', 'az://account/container/', 'https://example.com/a']);
  });
});
