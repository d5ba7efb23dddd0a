/** Everything the window says, in one place. What happened, then what to do; no codes, no exclamation marks. */
import type { ErrorCause } from '../../src-shared/model/error.ts';
import type { Job } from '../../src-shared/model/job.ts';
import type { LimitedBy, LinkSigner } from '../../src-shared/model/link.ts';
import { formatCount, formatEnd, formatLeft, formatSize, isToday } from './format.ts';
import { plural } from './plural.ts';

const rows = (count: number) => plural(count, { one: '# row', other: '# rows' });
const errors = (count: number) => plural(count, { one: '# error', other: '# errors' });
const values = (count: number) => plural(count, { one: '# value', other: '# values' });

/** Short words for a cause, as they stand in a cell. */
export const causeWords: Readonly<Record<ErrorCause, string>> = {
  not_found: 'not found',
  unknown_name: 'unknown',
  already_exists: 'name taken',
  access_denied: 'access denied',
  expired_credentials: 'login ended',
  no_credentials: 'no login',
  wrong_region: 'wrong region',
  throttled: 'busy, retrying',
  timeout: 'timed out',
  offline: 'offline',
  dns: 'host unknown',
  tls: 'not secure',
  unreachable: 'unreachable',
  server_error: 'server error',
  too_many_redirects: 'redirects',
  blocked_host: 'blocked',
  too_large: 'too large',
  cache_full: 'cache full',
  disk_full: 'disk full',
  read_only: 'read-only',
  library_locked: 'locked',
  newer_version: 'newer',
  corrupt: 'damaged',
  unsupported: 'not supported',
  invalid_url: 'not an address',
  invalid_input: 'not valid',
  input_failed: 'needs input',
  expression: 'expression',
  signature_not_possible: 'cannot sign',
  clock_skew: 'clock wrong',
  archived: 'archived',
  requester_pays: 'requester pays',
  cancelled: 'cancelled',
  internal: 'fault in Vitrine',
};

/** What decides the end of a link, after "limited by"; empty where it is what was asked. */
function limitOf(limitedBy: LimitedBy, signer: LinkSigner | undefined): string {
  if (limitedBy === 'provider') return signer ? `what ${signer.provider} allows` : 'what the provider allows';
  if (limitedBy === 'credentials') return signer ? `your AWS session “${signer.session}”` : 'your login';
  return '';
}

/** A cap for people: `7 days`, or two units of time where it is no whole days. */
function lifeOf(seconds: number): string {
  return seconds % 86_400 === 0 && seconds > 86_400 ? `${seconds / 86_400} days` : formatLeft(seconds * 1000);
}

/** Every text of the window, by what it is for. */
export const words = {
  app: 'Vitrine',
  library: 'Library',
  cancel: 'Cancel',
  close: 'Close',
  undo: 'Undo',
  redo: 'Redo',
  retry: 'Retry',
  copy: 'Copy',
  back: 'Back',
  forward: 'Forward',
  loading: (what: string) => `Waiting for ${what}`,

  // M1–M7
  firstTitle: 'Drop links, files or folders here',
  firstText: 'The files stay where they are. Vitrine keeps only their addresses.',
  firstField: 'Links to import',
  firstPlaceholder: 'https:// or s3:// …  paste one or many lines',
  openSample: 'Open the sample library',
  chooseFiles: 'Choose files…',
  found: (accounts: readonly string[]) => `Found on this computer: ${accounts.join(' · ')}`,
  noAccounts: 'No cloud credentials found. Public files work without any.',
  emptyFolder: 'Nothing in this folder yet.',
  emptyLibrary: 'Choose a table, or make one.',
  emptyTable: 'No rows yet. Drop or paste links to add some.',
  noMatch: (hidden: number) => `No row matches. ${plural(hidden, { one: '# row is', other: '# rows are' })} hidden by the filter.`,
  clearFilter: 'Clear filter',
  selectRow: 'Select a row to see its details.',
  noJobs: 'Nothing is running.',
  noErrors: 'No errors.',

  // M10–M13, M16, M18–M21, M27, M31
  imported: (inserted: number, computed: number, failed: number) =>
    [`${rows(inserted)} inserted`, ...(computed > 0 ? [`${values(computed)} computed`] : []), errors(failed)].join(', '),
  nothingImported: (rejected: number) =>
    `Nothing was inserted. ${plural(rejected, { one: '# line is not an address.', other: '# lines are not addresses.' })}`,
  importCancelled: 'Import cancelled. Nothing was inserted.',
  showErrors: 'Show errors',
  removedRows: (count: number) => `${rows(count)} moved to the trash. The ${count === 1 ? 'file is' : 'files are'} untouched.`,
  removedTable: (name: string, count: number) => `Table “${name}” with ${rows(count)} moved to the trash.`,
  removedFolder: (name: string, tables: number) =>
    `Folder “${name}” with ${plural(tables, { zero: 'no tables', one: '# table', other: '# tables' })} moved to the trash.`,
  removedColumn: (name: string) => `Column “${name}” moved to the trash.`,
  clearCacheQuestion: (bytes: number) => `Frees ${formatSize(bytes)}. References, thumbnails and values stay.`,
  clearCacheTitle: 'Clear the cache?',
  clearCache: 'Clear cache',
  cacheCleared: (bytes: number) => `The cache is clear. ${formatSize(bytes)} freed.`,
  linkCopied: (expiresAt: string, limitedBy: LimitedBy, signer: LinkSigner | undefined, now: number) => {
    const limit = limitOf(limitedBy, signer);
    return `Link copied. Works until ${formatEnd(expiresAt, now)} (${formatLeft(Date.parse(expiresAt) - now)})${limit ? `, limited by ${limit}` : ''}.`;
  },
  plainLinkCopied: 'Plain link copied. The file is public; this link has no end.',
  unsignedLinkCopied: 'Plain link copied. It has no end; it works if the file is public.',
  webLinkCopied: 'Link copied. It is the web address itself.',
  linkOptions: 'Options…',
  showLinks: 'Show',
  linksCopied: (count: number, firstEnd: string | null, failed: number, now: number) =>
    [
      `${plural(count, { one: '# link', other: '# links' })} copied.`,
      ...(firstEnd ? [`The first ends ${formatEnd(firstEnd, now)}.`] : []),
      ...(failed > 0 ? [`${formatCount(failed)} could not be made.`] : []),
    ].join(' '),
  tooManyLinks: (most: number) => `Links are made for at most ${formatCount(most)} rows at once.`,
  undone: (what: string) => `Undone: ${what}.`,
  redone: (what: string) => `Redone: ${what}.`,
  reconnecting: 'Reconnecting… What you did is saved.',
  paneStopped: 'This part stopped working',
  reload: 'Reload',
  copyDetails: 'Copy details',
  copied: (what: string) => `${what} copied.`,

  // The tree
  newTable: 'New table',
  newFolder: 'New folder',
  rename: 'Rename',
  remove: 'Remove',
  newIn: (name: string) => `New in ${name}`,
  treeItem: (name: string, kind: 'folder' | 'table', count: number) =>
    kind === 'table' ? `${name} ${rows(count)}, table` : `${name}, folder`,
  nameOf: (kind: 'folder' | 'table') => (kind === 'folder' ? 'Name of the folder' : 'Name of the table'),

  // The table
  rows,
  rowNumber: 'Row',
  rowAddress: (place: number) => `row ${formatCount(place)}`,
  rowsShown: (shown: number, total: number) => (shown === total ? rows(total) : `${formatCount(shown)} of ${rows(total)}`),
  selected: (count: number) => `${formatCount(count)} selected`,
  filter: 'Filter',
  filterPlaceholder: 'Search or filter…',
  sortAscending: 'Sort ascending',
  sortDescending: 'Sort descending',
  addToSort: 'Add to sort',
  clearSort: 'Clear sort',
  renameColumn: 'Rename…',
  removeColumn: 'Remove column',
  fitWidth: 'Fit width',
  recompute: 'Recompute',
  recomputeAll: 'All values',
  recomputeErrors: 'Errors only',
  columnName: 'Name of the column',
  columnMenu: (name: string) => `Menu of ${name}`,
  copyReference: 'Copy reference',
  copyLink: 'Copy link',
  fetch: 'Fetch',
  removeRows: 'Remove row',
  selectAll: 'Select all',
  selectNone: 'Select none',
  invertSelection: 'Invert selection',
  toggleRow: 'Select or unselect row',
  edit: 'Edit',
  onRows: (count: number) => rows(count),
  computedFrom: (expression: string) => `Computed from: ${expression}. It cannot be typed into.`,
  notComputed: 'not computed yet',
  running: 'being computed',
  stale: 'out of date',
  emptyCell: 'empty',
  errorIn: (cause: string) => `error: ${cause}`,
  held: { none: '', whole: 'in the cache', local: 'on this computer' },
  linkLeft: (left: string) => left,
  linkEnded: 'ended',
  linkNoEnd: 'no end',
  linkOnCopy: 'made when copied',
  fetched: (count: number, bytes: number) => `${plural(count, { one: '# file', other: '# files' })} fetched, ${formatSize(bytes)}.`,
  fetchFailed: (count: number) => `${plural(count, { one: '# file', other: '# files' })} could not be fetched.`,
  tableOf: (name: string) => `Table ${name}`,
  pasteHere: 'Paste links…',

  // How a table is looked at
  showTable: 'Table',
  showGallery: 'Gallery',
  layout: 'Layout',
  openLoupe: 'Open',
  larger: 'Larger',
  smaller: 'Smaller',

  // The gallery

  // The loupe and its players

  // Jobs and errors
  bottomPanel: 'Jobs and errors',
  heightOf: (pane: string) => `Height of the ${pane.toLowerCase()} panel`,
  jobsTab: 'Jobs',
  errorsCounted: (count: number) => (count === 0 ? 'Errors' : `Errors ${formatCount(count)}`),
  percent: (percent: number) => `${percent}\u00a0%`,
  jobRate: (perSecond: number, kind: Job['kind']) => {
    const unit = { import: 'rows', compute: 'cells', fetch: 'files' }[kind];
    return `${perSecond >= 10 ? formatCount(Math.round(perSecond)) : Number(perSecond.toPrecision(2))}\u00a0${unit}/s`;
  },
  timeLeft: (left: string) => `about ${left}`,
  jobResult: (job: Job) => {
    if (job.kind === 'import') return `${rows(job.done)} inserted`;
    if (job.kind === 'fetch')
      return [plural(job.done, { one: '# file fetched', other: '# files fetched' }), ...(job.failed > 0 ? [errors(job.failed)] : [])].join(
        ', ',
      );
    return [values(job.done), errors(job.failed), ...(job.cost.bytes > 0 ? [`${formatSize(job.cost.bytes)} read`] : [])].join(', ');
  },
  jobEnded: { done: '', cancelled: 'cancelled', failed: 'stopped by a fault' },
  cancelJob: (title: string) => `Cancel ${title}`,
  errorsOf: 'Errors of',
  scopes: { table: 'This table', library: 'Library' },
  failedCells: (count: number, cause: ErrorCause) => `${formatCount(count)} ${causeWords[cause]}`,
  errorList: 'Errors by cause',
  retryThese: (count: number) => (count === 1 ? 'Retry this one' : `Retry these ${formatCount(count)}`),
  showRows: 'Show rows',
  waitingForCell: 'Waiting for the cell',

  // Dropping and dragging

  // The inspector
  inspector: 'Inspector',
  reference: 'Reference',
  remoteFile: 'Remote file',
  inCache: 'In the cache',
  media: 'Media',
  computedColumns: 'Computed columns',
  values: 'Values',
  notAsked: 'Not asked yet',
  ask: 'Ask',
  askAgain: 'Ask again',
  asked: (when: string) => `asked ${when}`,
  typed: 'As typed',
  canonical: 'Address',
  provider: 'Provider',
  size: 'Size',
  type: 'Type',
  changed: 'Changed',
  etag: 'ETag',
  storageClass: 'Class',
  shown: 'Shown',
  stored: 'Stored',
  orientation: 'Orientation',
  mode: 'Colour',
  codec: 'Codec',
  format: 'Format',
  frames: 'Frame rate',
  duration: 'Duration',
  channels: 'Channels',
  sampleRate: 'Sample rate',
  bitrate: 'Bit rate',
  title: 'Title',
  artist: 'Artist',
  album: 'Album',
  notFetched: 'Not fetched',
  whole: 'Whole',
  since: 'Since',
  lastUsed: 'Last used',
  onThisComputer: 'On this computer',
  errorDetails: 'Details',
  several: (count: number) => `${rows(count)} selected`,
  preview: (name: string) => `Preview of ${name}`,
  detail: {
    status: 'Status',
    providerCode: 'Code',
    requestId: 'Request',
    attempts: 'Attempts',
  },

  // Status bar, panes, view menu
  job: (title: string, percent: number | null) => (percent === null ? title : `${title} · ${percent} %`),
  jobs: (count: number) => plural(count, { one: '# job', other: '# jobs' }),
  jobDone: (done: number, total: number | null) => (total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`),
  errors,
  showErrorsOf: 'Errors by cause',
  cache: 'Cache',
  cacheUsed: (bytes: number, limit: number) => `${formatSize(bytes)} / ${formatSize(limit)}`,
  cacheLimit: 'Limit in GB',
  cacheFiles: (files: number) => plural(files, { zero: 'Nothing fetched yet.', one: '# file', other: '# files' }),
  setLimit: 'Set',
  view: 'View',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Rows',
  densities: { compact: 'Compact', regular: 'Regular', tall: 'Tall' },
  sidebar: 'Sidebar',
  widthOf: (pane: string) => `Width of the ${pane.toLowerCase()}`,
  content: 'Content',

  // Columns
  column: 'Column',
  addColumn: 'Add column',
  showColumn: 'Show column',
  newColumn: 'New column',
  editExpression: 'Edit expression…',
  editColumn: (name: string) => `Expression of ${name}`,
  change: 'Change',
  columnKind: 'Kind of column',
  computed: 'Computed',
  plain: 'Plain',
  name: 'Name',
  expression: 'Expression',
  expressionPlaceholder: 'image.width * image.height / 1e6',
  proposals: 'Proposals',
  at: (line: number, column: number) => `At ${line}:${column}.`,
  didYouMean: (name: string) => `Did you mean ${name}?`,
  cost: 'Cost',
  keepOrShow: 'What becomes of the values',
  keepValues: 'Keep the values',
  onlyShow: 'Only show',
  keep: 'Keep',
  examples: 'Examples',
  noRowsYet: 'No rows yet; new rows are computed as they come.',
  willRecompute: (count: number) =>
    `${plural(count, { one: '# cell', other: '# cells' })} will be computed again. Old values stay until then.`,
  adding: 'Adding…',
  checking: 'Checking…',
  nameFirst: 'Give the column a name.',
  expressionFirst: 'Write an expression.',
  columnAdded: (name: string) => `Column “${name}” added.`,
  expressionSet: (name: string) => `“${name}” has another expression.`,

  // Links
  link: 'Link',
  linkSheet: 'Link…',
  linkTo: (name: string, count: number) => (count === 1 ? `Link to ${name}` : plural(count, { one: '# link', other: '# links' })),
  publicFile: 'Public file',
  copyPlainLink: 'Copy plain link',
  validFor: 'Valid for',
  lives: { 900: '15 min', 3600: '1 h', 86400: '24 h', 604800: '7 days' },
  custom: 'Custom…',
  customAmount: 'How long',
  customUnit: 'Unit',
  customDate: 'Until when',
  units: { 60: 'minutes', 3600: 'hours', 86400: 'days' },
  untilDate: 'until a date',
  wrongLife: {
    amount: 'How long must be a number above 0. Type one, such as 12.',
    date: 'Until when must be a date and time after now. Choose a later one.',
  },
  lifeOfColumn: (name: string) => `The column “${name}” decides how long its links work.`,
  worksUntil: 'Works until',
  until: (expiresAt: string, now: number) =>
    `${isToday(expiresAt, now) ? 'today ' : ''}${formatEnd(expiresAt, now)} (${formatLeft(Date.parse(expiresAt) - now)})`,
  noEnd: 'It has no end.',
  limitedBySession: (session: string) => `Limited by your AWS session “${session}”, which ends then.`,
  limitedByLogin: 'Limited by your login, which ends then.',
  askedLonger: (seconds: number) => `You asked for ${lifeOf(seconds)}.`,
  longerAfterLogin: 'Longer after a new login:',
  overCap: (provider: string, capSeconds: number, expiresAt: string, now: number) =>
    `${provider} allows ${lifeOf(capSeconds)} at most, so the link ends ${formatEnd(expiresAt, now)}.`,
  providerLimits: 'This is the longest that the provider allows.',
  endUnknown: 'The end of these credentials is not known. Short links are safer.',
  webLink: 'This address is already a web link; it is copied unchanged.',
  localFile: 'local file',
  copyPath: 'Copy path',
  path: 'Path',
  login: 'Login command',
  copyLogin: 'Copy login command',
  noLinkMade: 'No link could be made.',
  signedAs: 'Signed as',
  linksUntil: (ends: readonly (string | null)[], refused: ReadonlyMap<string, number>, now: number) => {
    const texts = ends.map((end) => (end === null ? 'without an end' : `until ${formatEnd(end, now)}`));
    const groups = Map.groupBy(texts, (text) => text);
    const made = [...groups].map(([text, links]) => (groups.size === 1 ? text : `${formatCount(links.length)} ${text}`)).join(', ');
    const count = ends.length + [...refused.values()].reduce((sum, one) => sum + one, 0);
    const failed = [...refused].map(([reason, one]) => `${formatCount(one)} cannot be signed (${reason})`);
    return `${plural(count, { one: '# link', other: '# links' })}: ${[...(made ? [made] : []), ...failed].join('; ')}`;
  },
  copyLinks: (count: number) => plural(count, { one: 'Copy link', other: 'Copy # links' }),
  signing: 'Signing…',
  linkFoot:
    'Anyone with the link can open the file until it ends. It cannot be recalled: to end it early, remove or rename the file, disable the key, or change the bucket’s policy.',

  // Import
  importTitle: 'Import',
  importAction: 'Import',
  importField: 'Paste or type links, one a line',
  importInto: (name: string | null) => (name === null ? 'Into a new table' : `Into ${name}`),
  previewAction: 'Preview',
  previewOf: (count: number) => plural(count, { one: '# line', other: '# lines' }),
  showLines: 'Show lines',
  results: { all: 'All', new: 'New', already: 'Already here', rejected: 'Rejected' },
  newLine: 'new',
  rejectedLine: (message: string) => `rejected: ${message}`,
  alreadyHere: (where: string) => `already ${where}`,
  alsoThere: (where: string) => `also ${where}`,
  asObject: (address: string) => `as ${address}`,
  linkLife: (seconds: number) => (seconds < 0 ? 'its link has ended' : `its link ends in ${formatLeft(seconds * 1000)}`),
  copyRejected: 'Copy rejected',
  skipAlready: 'Skip what is here already',
  takeOffered: 'Take web addresses of known buckets as s3:// and gs://',
  fileHasNoPath: 'A browser does not say where a dropped file lies.',
  pastePath: 'Paste its path as text, or open it in the app.',
  nothingFetched: (count: number) => `${rows(count)}. Nothing is fetched now.`,
  nothingToImport: 'Paste links, or choose files.',
  importingRows: 'Importing…',
  dropHere: (name: string | null) => (name === null ? 'Import into a new table' : `Import into ${name}`),
} as const;
