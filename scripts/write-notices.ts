/** Writes THIRD_PARTY_NOTICES.md: every package that is shipped, in the app's folder or inside the page's bundle, by the lock file. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { root } from './clone.mjs';

const Names = z.record(z.string(), z.string());
const Manifest = z.object({ dependencies: Names, optionalDependencies: Names, devDependencies: Names });
const Locked = z.object({
  version: z.optional(z.string()),
  license: z.optional(z.string()),
  dependencies: z.optional(Names),
  optionalDependencies: z.optional(Names),
  peerDependencies: z.optional(Names),
});
type Locked = z.infer<typeof Locked>;
const Lock = z.object({ packages: z.record(z.string(), Locked) });

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = Manifest.parse(read('package.json'));
const { packages } = Lock.parse(read('package-lock.json'));

/** Development packages that the page imports: they are shipped inside its bundle, fonts among them. */
function bundledInPage(): string[] {
  const sources = globSync('src-renderer/**/*.{ts,tsx,css}', { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  return Object.keys(manifest.devDependencies).filter((name) =>
    sources.some((source) => [`'${name}'`, `'${name}/`, `"${name}/`].some((named) => source.includes(named))),
  );
}

/** Where a package finds another: in its own folder first, then outwards. */
function locate(from: string, name: string): string | null {
  const own = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[own]) return own;
  return from === '' ? null : locate(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

/** Left out of the app by electron-builder.yml. */
const notPacked = ['ffmpeg-static'];

const shipped = new Map<string, Locked>();
function walk(from: string, names: readonly string[]): void {
  for (const name of names) {
    const path = locate(from, name);
    const found = path === null ? undefined : packages[path];
    if (path === null || !found || shipped.has(path) || name.startsWith('@types/')) continue;
    shipped.set(path, found);
    walk(path, Object.keys({ ...found.dependencies, ...found.optionalDependencies, ...found.peerDependencies }));
  }
}
const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
walk('', [...installed.filter((name) => !notPacked.includes(name)), ...bundledInPage()]);

const rows = [...shipped].map(([path, { version, license }]) => {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return `| ${name} | ${version ?? ''} | ${license ?? 'see the package'} |`;
});
const text = `# Third-party notices

Vitrine is shipped with the packages below, each under its own licence. Packages for other systems than yours are listed too. The app
also contains Electron and, with it, Chromium and Node.js; their licences lie beside the app as LICENSE.electron.txt and
LICENSES.chromium.html. This file is written by \`node scripts/write-notices.ts\` from the lock file.

| Package | Version | Licence |
|---|---|---|
${[...new Set(rows)].sort().join('\n')}
`;
writeFileSync(join(root, 'THIRD_PARTY_NOTICES.md'), text);
