/** What was learnt of S3 buckets besides their region: who is let in without credentials, and whose readers pay. */

/** What outlives this process and makes the next start cheaper. Losing it costs a few requests a bucket. */
export interface StoreMemory {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

/** A bucket that lets everybody read may still refuse to be listed, and the other way round. */
export type Deed = 'read' | 'list';

/** A bucket behind its endpoint: two endpoints may have buckets of one name. `endpoint` null is AWS's own. */
export interface BucketPlace {
  readonly endpoint: string | null;
  readonly bucket: string;
}

export interface BucketMemory {
  /** Held credentials were refused and nobody's were let in: asked without credentials from then on, also after a restart. */
  isOpen(place: BucketPlace, deed: Deed): boolean;
  /** Readers without credentials were refused less than ten minutes ago. */
  isClosed(place: BucketPlace, deed: Deed): boolean;
  learnOpen(place: BucketPlace, deed: Deed): void;
  learnClosed(place: BucketPlace, deed: Deed): void;
  /** Held credentials are let in after all. */
  forgetOpen(place: BucketPlace, deed: Deed): void;
  /** An answer said that its reader was charged. */
  isCharging(place: BucketPlace): boolean;
  learnCharging(place: BucketPlace): void;
}

/** A bucket that refused readers without credentials is tried again that way after this long. */
const closedHoldsMs = 600_000;

/** Makes the memory over what is kept beyond this process. @param now milliseconds since 1970 */
export function createBucketMemory(memory: StoreMemory, now: () => number): BucketMemory {
  const closedAt = new Map<string, number>();
  const nameOf = ({ endpoint, bucket }: BucketPlace, what: string) => `s3-${what} ${endpoint ?? 'aws'} ${bucket}`;
  return {
    isOpen: (place, deed) => memory.get(nameOf(place, `open-${deed}`)) === 'yes',
    isClosed(place, deed) {
      const at = closedAt.get(nameOf(place, deed));
      return at !== undefined && now() - at < closedHoldsMs;
    },
    learnOpen(place, deed) {
      closedAt.delete(nameOf(place, deed));
      memory.set(nameOf(place, `open-${deed}`), 'yes');
    },
    learnClosed: (place, deed) => void closedAt.set(nameOf(place, deed), now()),
    forgetOpen: (place, deed) => memory.set(nameOf(place, `open-${deed}`), 'no'),
    isCharging: (place) => memory.get(nameOf(place, 'charging')) === 'yes',
    learnCharging(place) {
      if (memory.get(nameOf(place, 'charging')) !== 'yes') memory.set(nameOf(place, 'charging'), 'yes');
    },
  };
}
