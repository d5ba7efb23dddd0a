/** The store of Azure Blob Storage. */
import { fail } from '../../src-shared/model/error.ts';
import { notListed } from './not-listed.ts';
import type { Store } from './store.ts';

const notRead = 'Azure blobs are not read yet.';

/** Makes the store. */
export function createAzureStore(): Store {
  const refuse = () => Promise.reject(fail('unsupported', { message: notRead, next: 'Give the https address of the file.' }));
  return { stat: refuse, read: refuse, list: notListed(notRead) };
}
