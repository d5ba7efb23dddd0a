/** Resolves `electron` to the stand-in, for `import` and `require` alike. */
import { registerHooks } from 'node:module';

const url = new URL('electron.mjs', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context)),
});
