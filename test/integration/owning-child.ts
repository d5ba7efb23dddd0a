/**
 * A process that owns the library whose place it is given, for clients over its socket. Says `owning` when it is ready. Told `leave`, it
 * closes the library as a host does and says `left`.
 */
import { openTestLibrary, placeAt } from './test-library.ts';

const [, , root = ''] = process.argv;
const library = await openTestLibrary({ place: placeAt(root) });
process.on('message', (message) => {
  if (message !== 'leave') return;
  void library.owned.close().then(() => {
    process.send?.('left');
    process.disconnect();
  });
  process.send?.('leaving');
});
process.send?.('owning');
