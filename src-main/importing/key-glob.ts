/** Globs over keys, which may hold what no path does. */
import picomatch from 'picomatch/posix.js';
import { fail } from '../../src-shared/model/error.ts';

/** Steps upwards and line ends are bytes of a key like any other, but picomatch lets no wildcard stand for them; these characters stand in their place. */
const oddParts = /(?<=^|\/)\.{1,2}(?=\/|$)|[\n\r\u2028\u2029]/g;
const standIn = '\ue000';

/**
 * Whether a name below a prefix matches: `**` is any folders, `*` anything within a name, `?` one character, `[…]` and `{a,b}` choices, a
 * leading `!` everything else; dots at the beginning are not special, `\` takes a sign as it is. Throws `invalid_input`.
 */
export function keyMatcher(glob: string): (name: string) => boolean {
  try {
    // Nested alternatives of extglobs can take a time that grows exponentially with a name.
    const matches = picomatch(glob, { dot: true, noextglob: true });
    return (name) => matches(name.replace(oddParts, (part) => standIn.repeat(part.length)));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError || thrown instanceof TypeError)) throw thrown;
    throw fail('invalid_input', { message: `“${glob}” is not a glob.`, next: 'Write it like **/*.jpg.' });
  }
}
