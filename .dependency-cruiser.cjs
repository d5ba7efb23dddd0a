/**
 * The layers: who may import whom, each line with its reason, which is shown when it is broken. Type imports count.
 * shared ← rooms ← library ← api ← hosts; renderer → shared only.
 */
const rooms = 'access|cache|catalog|compute|credentials|health|importing|jobs|links|log|media|settings|stores';

/** What a room shows to the others: its face, and what faces are made of. */
const faces = [
  'access/access',
  'cache/(bytes|byte-source|flight|disk|transfer-queue)',
  'catalog/catalog',
  'compute/compute',
  'credentials/(aws|gcp|azure|aws-profiles|mfa-desk|saved-keys|shell-environment)',
  'health/health',
  'importing/importing',
  'jobs/jobs',
  'links/links',
  'log/log',
  'media/media',
  'settings/settings',
  'stores/(store|stores|list-all|s3-access|gcs-access|azure-access|server-clock|network-failure|proxies|proxied-handler|connections|network-guard|folder-entries|retry|endpoint|store-rule|link-connections)',
];

module.exports = {
  forbidden: [
    {
      name: 'shared-is-leaf',
      comment: 'src-shared is what both sides speak: it knows neither of them.',
      severity: 'error',
      from: { path: '^src-shared' },
      to: { path: '^src-(main|renderer)' },
    },
    {
      name: 'renderer-knows-shared-only',
      comment: 'The window speaks the contract; a private door to the core would not exist in the browser and the command line.',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: { path: '^src-main' },
    },
    {
      name: 'main-knows-no-renderer',
      comment: 'The core runs without a window.',
      severity: 'error',
      from: { path: '^src-main' },
      to: { path: '^src-renderer' },
    },
    {
      name: 'rooms-know-no-house',
      comment: 'A room gets what it needs passed in; it knows neither the library around it nor who calls.',
      severity: 'error',
      from: { path: `^src-main/(${rooms})/` },
      to: { path: '^src-main/((library|insert-sample)\\.ts|api/|hosts/)' },
    },
    {
      name: 'rooms-meet-at-their-faces',
      comment: 'A room imports another by the file that is its face, so that what lies behind can change.',
      severity: 'error',
      from: { path: `^src-main/(${rooms})/` },
      to: { path: `^src-main/(${rooms})/`, pathNot: ['^src-main/$1/', `^src-main/(${faces.join('|')})\\.ts$`] },
    },
    {
      name: 'library-knows-no-callers',
      comment: 'The library is built from rooms; the api stands on it, not under it.',
      severity: 'error',
      from: { path: '^src-main/(library|insert-sample)\\.ts$' },
      to: { path: '^src-main/(api|hosts)/' },
    },
    {
      name: 'api-knows-no-host',
      comment: 'Handlers answer every host alike, so they cannot know one.',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: { path: '^src-main/hosts/' },
    },
    {
      name: 'api-meets-faces',
      comment: 'Handlers say who does it: they use what the library opened, by the faces.',
      severity: 'error',
      from: { path: '^src-main/api/' },
      to: { path: `^src-main/(${rooms})/`, pathNot: [`^src-main/(${faces.join('|')})\\.ts$`] },
    },
    {
      name: 'electron-only-in-its-host',
      comment: 'The core runs, and is tested, under plain Node.',
      severity: 'error',
      from: { pathNot: '^src-main/hosts/electron/' },
      to: { path: '(^|/)electron(/|$)', dependencyTypesNot: ['local'] },
    },
    {
      name: 'sql-only-in-catalog',
      comment: 'All SQL is in one room, in worker threads, so that no query blocks the window.',
      severity: 'error',
      from: { pathNot: '^src-main/catalog/' },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'pictures-decode-in-the-helper',
      comment: 'Untrusted bytes are decoded in a helper process: a crash costs one thumbnail.',
      severity: 'error',
      from: { pathNot: '^src-main/media/decode-helper\\.ts$' },
      to: { path: '(^|/)sharp(/|$)' },
    },
    {
      name: 'no-node-outside-main',
      comment: 'Shared code runs in the page too, and the page has no Node.',
      severity: 'error',
      from: { path: '^src-(shared|renderer)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'shared-depends-on-little',
      comment: 'What shared imports is in every bundle, the page included.',
      severity: 'error',
      from: { path: '^src-shared' },
      to: { path: 'node_modules', pathNot: 'node_modules/(zod|@marcbachmann/cel-js|re2js)/' },
    },
    {
      name: 're2js-not-in-the-page',
      comment: 'Matching runs in the core; the page only checks and shows. 150 kB less to load.',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: { path: 're2js', reachable: true },
    },
    {
      name: 'page-libraries-stay-in-the-page',
      comment: 'React and its kind have no business in the core.',
      severity: 'error',
      from: { path: '^src-(main|shared)' },
      to: { path: 'node_modules/(react|react-dom|zustand|@base-ui|lucide-react|@tanstack|@fontsource[^/]*)/' },
    },
    {
      name: 'page-depends-on-its-own',
      comment: 'A new dependency of the page is a decision: add it here, and to ARCHITECTURE.md with the reason.',
      severity: 'error',
      from: { path: '^src-renderer' },
      to: {
        path: 'node_modules',
        pathNot:
          'node_modules/(react|react-dom|zustand|@base-ui|lucide-react|@tanstack|@fontsource[^/]*|zod|@marcbachmann/cel-js|@types|vite)/',
      },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unknown-imports',
      comment: 'An import that cannot be followed cannot be checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.(css|woff2)' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.](css|woff2|svg|png)$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'], extensions: ['.ts', '.tsx', '.js'] },
  },
};
