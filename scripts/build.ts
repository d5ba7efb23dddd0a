/** `npm run build`: everything in out/. Output goes to stderr where it is a step of another command. */
import { join } from 'node:path';
import { build as buildApp } from 'electron-vite';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
await buildApp({ root, logLevel: 'warn' });
// A plain Node reads no asar, so the packed helper lies outside of it, alone in its folder; being unpacked without a package.json
// beside it, it says by its ending that it is CommonJS.
await build({
  root,
  configFile: false,
  logLevel: 'warn',
  // Of its packages only sharp, which is unpacked with its binaries, is there to be required; the rest goes into the file.
  ssr: { noExternal: true, external: ['sharp'] },
  build: {
    outDir: 'out/helper',
    target: 'node24',
    ssr: join(root, 'src-main', 'media', 'decode-helper.ts'),
    rollupOptions: { output: { format: 'cjs', entryFileNames: 'decode-helper.cjs' } },
  },
});
