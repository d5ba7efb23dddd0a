/** A store rule as it is typed, and back. What a form does not show of a rule stays as it was. */
import type { StoreRule } from '../../../src-shared/model/store-rule.ts';

/** Who is used towards a store. */
export const whoChoices = ['usual', 'profile', 'keys', 'anonymous'] as const;
export type WhoChoice = (typeof whoChoices)[number];
/** `usual` leaves it to the kind of endpoint. */
export const styleChoices = ['usual', 'path', 'host'] as const;
export type StyleChoice = (typeof styleChoices)[number];

export interface StoreDraft {
  /** Its place in the list; null for a new one. */
  readonly place: number | null;
  /** The rule as it was read, null for a new one. */
  readonly was: StoreRule | null;
  readonly match: string;
  readonly endpoint: string;
  readonly region: string;
  readonly who: WhoChoice;
  readonly profile: string;
  readonly keys: string;
  readonly style: StyleChoice;
  readonly requesterPays: boolean;
  readonly userProject: string;
  readonly signAs: string;
  readonly linkCap: string;
}

/** An empty form, with what is known of the new rule. */
export function newDraft(known: Partial<StoreDraft> = {}): StoreDraft {
  return {
    place: null,
    was: null,
    match: '',
    endpoint: '',
    region: '',
    who: 'usual',
    profile: '',
    keys: '',
    style: 'usual',
    requesterPays: false,
    userProject: '',
    signAs: '',
    linkCap: '',
    ...known,
  };
}

/** The form of a rule that is there. */
export function draftOf(rule: StoreRule, place: number): StoreDraft {
  return newDraft({
    place,
    was: rule,
    match: rule.match,
    endpoint: rule.endpoint ?? '',
    region: rule.region ?? '',
    who: rule.anonymous ? 'anonymous' : rule.keys !== undefined ? 'keys' : rule.profile !== undefined ? 'profile' : 'usual',
    profile: rule.profile ?? '',
    keys: rule.keys ?? '',
    style: rule.path_style === undefined ? 'usual' : rule.path_style ? 'path' : 'host',
    requesterPays: rule.requester_pays ?? false,
    userProject: rule.user_project ?? '',
    signAs: rule.sign_as ?? '',
    linkCap: rule.link_cap_seconds === undefined ? '' : String(rule.link_cap_seconds),
  });
}

/** The scheme that the rule is for; s3 while that is not typed yet. */
export function schemeOf({ match }: Pick<StoreDraft, 'match'>): 's3' | 'gs' | 'az' {
  if (/^gs:/i.test(match.trim())) return 'gs';
  return /^az:/i.test(match.trim()) ? 'az' : 's3';
}

/** The rule to write. What is wrong with it the core says: a number that is none stays the text that was typed. */
export function ruleOf(draft: StoreDraft): Record<string, unknown> {
  const scheme = schemeOf(draft);
  const text = (typed: string) => (typed.trim() === '' ? undefined : typed.trim());
  const isS3 = scheme === 's3';
  const cap = text(draft.linkCap);
  const fields: Record<string, unknown> = {
    match: draft.match.trim(),
    endpoint: draft.who === 'keys' && isS3 ? undefined : text(draft.endpoint),
    region: isS3 ? text(draft.region) : undefined,
    profile: isS3 && draft.who === 'profile' ? draft.profile.trim() : undefined,
    keys: isS3 && draft.who === 'keys' ? draft.keys.trim() : undefined,
    anonymous: draft.who === 'anonymous' ? true : undefined,
    path_style: !isS3 || draft.style === 'usual' ? undefined : draft.style === 'path',
    requester_pays: draft.requesterPays || undefined,
    user_project: scheme === 'gs' ? text(draft.userProject) : undefined,
    sign_as: scheme === 'gs' ? text(draft.signAs) : undefined,
    link_cap_seconds: cap === undefined ? undefined : /^\d+$/.test(cap) ? Number(cap) : cap,
  };
  return Object.fromEntries(Object.entries({ ...draft.was, ...fields }).filter(([, value]) => value !== undefined));
}

/** The bucket of an address, as a rule matches it: `s3://media/`. The address itself where it has none. */
export function bucketOf(address: string): string {
  const [, found] =
    /^((?:s3|gs):\/\/[^/]+\/|az:\/\/[^/]+\/[^/]+\/)/.exec(address.replace(/^(s3|gs|az)\+version:\/\/[^@]*@/, '$1://')) ?? [];
  return found ?? address;
}
