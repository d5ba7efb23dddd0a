/** The face of the access room: who the app is towards a file, why, and whether that works. */
import type { AccessFacts, AccessStep } from '../../src-shared/model/access.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';

export interface Access {
  /** The way to a file as far as it is known; asks nobody. Throws `Failure` where the settings of it are wrong. */
  explain(reference: Reference, signal: AbortSignal): Promise<AccessFacts>;
  /**
   * Goes the way to a file step by step and tells each as it is known. It stops at the first that fails; those after it are told as
   * skipped. Of failures it throws `cancelled` alone.
   */
  test(reference: Reference, options: { readonly signal: AbortSignal; readonly report: (step: AccessStep) => void }): Promise<AccessStep[]>;
  /** Hears of a login, a profile or saved keys that changed on disk, within two seconds. */
  onLoginsChanged(listener: () => void): () => void;
}
