/** The window: sandboxed, on our own page, where it was when it was left. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import type { OwnedLibrary } from '../local-socket/open-owned.ts';
import { servePage } from './page-calls.ts';
import { pageOrigin } from './schemes.ts';

const firstSize = { width: 1280, height: 800 };
const leastSize = { minWidth: 720, minHeight: 480 };
/** Key in the catalog's memory. */
const placeKey = 'electron/window';
/** Backgrounds of the page before it paints, dark and light: the token `chrome`. */
const background = { dark: '#1A1B1B', light: '#EFEFED' };
/** A page that dies again and again is not loaded for ever: so often, within this time in milliseconds. */
const reloads = { most: 3, within: 600_000 };

async function rememberedPlace({ library }: OwnedLibrary): Promise<Partial<Rectangle>> {
  const text = await library.catalog.memory.get(placeKey);
  const [x, y, width, height] = typeof text === 'string' ? text.split(' ').map(Number) : [];
  if (x === undefined || y === undefined || width === undefined || height === undefined) return {};
  const place = { x, y, width, height };
  if (![x, y, width, height].every(Number.isSafeInteger)) return {};
  const { workArea } = screen.getDisplayMatching(place);
  const isSeen = x < workArea.x + workArea.width && y < workArea.y + workArea.height && x + width > workArea.x && y + height > workArea.y;
  return isSeen ? place : { width, height };
}

/** Opens the window and loads the page. `preload` is the path of the built preload. */
export async function openWindow(
  owned: OwnedLibrary,
  { preload, hasDevTools }: { preload: string; hasDevTools: boolean },
): Promise<BrowserWindow> {
  const window = new BrowserWindow({
    ...firstSize,
    ...leastSize,
    ...(await rememberedPlace(owned)),
    show: false,
    title: 'Vitrine',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      spellcheck: false,
      devTools: hasDevTools,
      autoplayPolicy: 'document-user-activation-required',
    },
  });
  servePage(window.webContents, owned);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds();
    if (!owned.library.catalog.readOnly) {
      owned.library.catalog.memory
        .set(placeKey, `${x} ${y} ${width} ${height}`)
        .catch((thrown: unknown) => owned.library.log.bug('the place of the window was not kept', thrown));
    }
  });
  const died: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    owned.library.log.warn('the page ended', { reason });
    died.push(Date.now());
    const lately = died.filter((at) => Date.now() - at < reloads.within);
    if (lately.length <= reloads.most) setImmediate(() => window.webContents.reload());
  });
  await window.loadURL(`${pageOrigin}/`);
  return window;
}

/** Path of the preload beside the main bundle. */
export function preloadPath(mainFolder: string): string {
  return join(mainFolder, '..', 'preload', 'preload.cjs');
}
