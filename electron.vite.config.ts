/** Three builds: the hosts' main side, Electron's preload, and the page. The decode helper is built beside them in scripts/build.ts. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const source = (...parts: string[]) => join(import.meta.dirname, ...parts);

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // The fonts, libraries and native modules stay where npm put them: a bundle could not find its own binaries.
      externalizeDeps: true,
      rollupOptions: {
        input: {
          electron: source('src-main', 'hosts', 'electron', 'main.ts'),
          cli: source('src-main', 'hosts', 'cli', 'main.ts'),
          'catalog-worker': source('src-main', 'catalog', 'catalog-worker.ts'),
          'decode-helper': source('src-main', 'media', 'decode-helper.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can require nothing but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: source('src-main', 'hosts', 'electron', 'preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      minify: true,
      // One page, loaded from this computer: splitting would only add files.
      chunkSizeWarningLimit: 2_000,
      // Scripts and fonts as data: addresses would need holes in the content security policy.
      assetsInlineLimit: 0,
      rollupOptions: { input: { index: source('src-renderer', 'index.html') } },
    },
  },
});
