/** Keys typed by hand: the secret in the keychain of the system, or where there is none, and the user agreed, in a file of the user's alone. */
import * as z from 'zod/mini';
import type { Account } from '../../src-shared/model/account.ts';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { endpointText, parseEndpoint } from '../stores/endpoint.ts';
import type { AwsIdentity } from './aws.ts';
import { createKeyFile, type Kept, keyFilePath } from './key-file.ts';
import type { Keychain } from './keychain.ts';

/** What may be shown of saved keys. */
export interface SavedKey {
  readonly name: string;
  /** The one place that these keys go to, as `https://host`; null is AWS itself. */
  readonly endpoint: string | null;
  readonly region: string | null;
  /** The public half. */
  readonly accessKeyId: string;
  readonly keptIn: 'keychain' | 'file';
}

/** Keys as they were typed. */
export interface KeysToSave {
  readonly name: string;
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface SavedKeys {
  /** By name. Reads the file, never the keychain; empty where the file cannot be used. */
  list(): readonly SavedKey[];
  find(name: string): SavedKey | null;
  /** The same as accounts; a file that cannot be used is one with its `problem`. */
  accounts(): Account[];
  /** Who signs with these keys, the same object until they change. Throws `no_credentials` where there are none, or they are not given. */
  identity(name: string): Promise<AwsIdentity>;
  /** The endpoint that the secret itself is bound to, as text; null is AWS itself. Throws as `identity` does. */
  endpointOf(name: string): Promise<string | null>;
  /**
   * Keeps keys; others of that name are replaced. Where no keychain takes them and `mayUseFile` is false, nothing is kept and the answer
   * is null: the user is asked first. Throws `invalid_input`, `read_only`, `disk_full`.
   */
  save(keys: KeysToSave, options: { readonly mayUseFile: boolean }): Promise<SavedKey['keptIn'] | null>;
  /** False where there were none of that name. */
  forget(name: string): Promise<boolean>;
  /** Where the file is, or would be. */
  readonly file: string;
}

/** What the keychain holds: the secret and the place it may go to, so that no other file can send it elsewhere. */
const Bound = z.object({ endpoint: z.nullable(z.string()), accessKeyId: z.string(), secretAccessKey: z.string() });
type Bound = z.infer<typeof Bound>;

interface Held {
  readonly stamp: string;
  readonly bound: Bound;
  readonly identity: AwsIdentity;
}

/** Printable, without blanks: what keys of S3 and its kin are made of. */
const keyText = /^[\x21-\x7e]{1,512}$/;
const nameText = /^[\p{L}\p{N}._@-](?:[\p{L}\p{N}._@ -]{0,62}[\p{L}\p{N}._@-])?$/u;
const regionText = /^[a-z0-9-]{1,64}$/i;
const endpointShape = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i;

/** Makes the room's part for saved keys; nothing is read yet. */
export function createSavedKeys(options: {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  keychain: Keychain;
}): SavedKeys {
  const { keychain } = options;
  const file = createKeyFile(keyFilePath(options.env, options.home, options.platform));
  const held = new Map<string, Held>();

  function readable(): { kept: readonly Kept[]; problem: VitrineError | null } {
    try {
      return { kept: file.read(), problem: null };
    } catch (thrown) {
      if (thrown instanceof Failure) return { kept: [], problem: thrown.error };
      throw thrown;
    }
  }
  const list = () => readable().kept.map(shownOf);

  async function load(name: string): Promise<Held> {
    const stamp = file.stamp();
    const known = held.get(name);
    if (known?.stamp === stamp) return known;
    const kept = file.read().find((one) => one.name === name);
    if (!kept) {
      throw fail('no_credentials', {
        message: `There are no saved keys “${name}”.`,
        next: `Save them with “vitrine accounts save ${name}”, or choose another identity.`,
      });
    }
    const { secret_access_key: secret } = kept;
    const bound = secret === undefined ? await boundIn(keychain, name) : { ...shownOf(kept), secretAccessKey: secret };
    const identity: AwsIdentity = {
      name: `saved keys ${name}`,
      credentials: { accessKeyId: bound.accessKeyId, secretAccessKey: bound.secretAccessKey },
      expiration: null,
      isEndUnknown: false,
      profile: null,
      login: null,
    };
    const fresh = { stamp, bound, identity };
    held.set(name, fresh);
    return fresh;
  }

  return {
    list,
    find: (name) => list().find((one) => one.name === name) ?? null,
    accounts() {
      const { kept, problem } = readable();
      const common = { provider: 'aws', kind: 'saved', isDefault: false, endsAt: null, login: null } as const;
      if (problem !== null) {
        const sentence = problem.next ? `${problem.message} ${problem.next}` : problem.message;
        return [{ ...common, name: 'saved keys', detail: null, where: file.path, canSign: null, problem: sentence }];
      }
      return kept.map(shownOf).map(({ name, endpoint, accessKeyId, keptIn }) => ({
        ...common,
        name,
        detail: `key ${shortened(accessKeyId)}${endpoint === null ? '' : ` for ${endpoint}`}`,
        where: keptIn === 'keychain' ? 'keychain' : file.path,
        canSign: true,
        problem: null,
      }));
    },
    identity: async (name) => (await load(name)).identity,
    endpointOf: async (name) => (await load(name)).bound.endpoint,
    async save(keys, { mayUseFile }) {
      const { name, region, accessKeyId, secretAccessKey } = keys;
      refuseNonsense(keys);
      const endpoint = keys.endpoint === null ? null : endpointText(parseEndpoint(keys.endpoint));
      // A file that cannot be used is said before the keychain is changed.
      file.read();
      const bound: Bound = { endpoint, accessKeyId, secretAccessKey };
      const isInKeychain = await keychain.set(name, JSON.stringify(bound)).then(
        () => true,
        () => false,
      );
      if (!isInKeychain && !mayUseFile) return null;
      const kept: Kept = {
        name,
        endpoint,
        region,
        access_key_id: accessKeyId,
        ...(isInKeychain ? {} : { secret_access_key: secretAccessKey }),
      };
      await file.change((all) => [...all.filter((one) => one.name !== name), kept]);
      return isInKeychain ? 'keychain' : 'file';
    },
    async forget(name) {
      const kept = file.read().find((one) => one.name === name);
      if (!kept) return false;
      if (kept.secret_access_key === undefined) await removeFrom(keychain, name);
      held.delete(name);
      await file.change((all) => all.filter((one) => one.name !== name));
      return true;
    },
    file: file.path,
  };
}

function shownOf(kept: Kept): SavedKey {
  return {
    name: kept.name,
    endpoint: kept.endpoint,
    region: kept.region,
    accessKeyId: kept.access_key_id,
    keptIn: kept.secret_access_key === undefined ? 'keychain' : 'file',
  };
}

/** `AKIA…7Q`: enough to tell keys apart. */
function shortened(accessKeyId: string): string {
  return accessKeyId.length <= 8 ? accessKeyId : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-2)}`;
}

async function boundIn(keychain: Keychain, name: string): Promise<Bound> {
  const text = await keychain.get(name).catch(() => null);
  const bound = text === null ? null : boundOf(text);
  if (bound !== null) return bound;
  throw fail('no_credentials', {
    message: `The keychain did not give the saved keys “${name}”.`,
    next: 'Unlock the keychain and try again, or save the keys anew.',
  });
}

function boundOf(text: string): Bound | null {
  try {
    return Bound.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Keys that could not be taken out of the keychain are not said to be forgotten. */
async function removeFrom(keychain: Keychain, name: string): Promise<void> {
  try {
    await keychain.delete(name);
  } catch {
    throw fail('no_credentials', {
      message: `The keychain did not let go of the saved keys “${name}”.`,
      next: 'Unlock the keychain and try again.',
    });
  }
}

function refuseNonsense({ name, endpoint, region, accessKeyId, secretAccessKey }: KeysToSave): void {
  const rule = (sentence: string) => fail('invalid_input', { message: sentence, next: 'Correct it; nothing was saved.' });
  if (!nameText.test(name)) throw rule('The name of saved keys must be 1 to 64 letters, digits, blanks within, or . _ @ -.');
  if (endpoint !== null && !endpointShape.test(endpoint))
    throw rule('The endpoint of saved keys must be an http or https address without query or login.');
  if (region !== null && !regionText.test(region)) throw rule('The region of saved keys must be the name of a region.');
  if (!keyText.test(accessKeyId)) throw rule('The access key must be letters, digits and signs without blanks.');
  if (!keyText.test(secretAccessKey)) throw rule('The secret key must be letters, digits and signs without blanks.');
}
