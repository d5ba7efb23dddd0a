/** Where this clone lies. */
import { fileURLToPath } from 'node:url';

/** The folder with package.json, without a separator at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Says why it cannot go on, and leaves. */
export function giveUp(sentence) {
  console.error(`Vitrine: ${sentence}`);
  process.exit(1);
}
