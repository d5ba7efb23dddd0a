/**
 * The desktop app. Everything that Electron wants before `ready` (schemes, sandbox, lock) happens at the top of this entry; the rest
 * waits for it. https://www.electronjs.org/docs/latest/tutorial/esm
 */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, session } from 'electron';
import { Failure } from '../../../src-shared/model/error.ts';
import { adoptingFromShell } from '../adopt-environment.ts';
import { libraryFolder } from '../library-folder.ts';
import { commandLine } from '../local-socket/connect.ts';
import { type OwnedLibrary, openOwned } from '../local-socket/open-owned.ts';
import { trustSystemCertificates } from '../trust-system-certificates.ts';
import { electronInstallation, startDecoder } from './installation.ts';
import { setMenu } from './menu.ts';
import { registerSchemes, serveSchemes } from './schemes.ts';
import { guardContents, guardSession } from './session-guard.ts';
import { openWindow, preloadPath } from './window.ts';

/** What closing may take before the app goes anyway, in milliseconds; correctness rests on SQLite's WAL. */
const closingMs = 5_000;

const folder = resolve(libraryFolder({ argument: readArgument('--library'), env: process.env, home: homedir() }));
const hasDevTools = !app.isPackaged;
const mainFolder = import.meta.dirname;
const whenTrusted = trustSystemCertificates(process.env);

/** `--name VALUE` or `--name=VALUE` of the command line. Chromium adds arguments of its own around it. */
function readArgument(name: string): string | null {
  const index = process.argv.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  const found = process.argv[index];
  if (index < 0 || found === undefined) return null;
  return found.startsWith(`${name}=`) ? found.slice(name.length + 1) : (process.argv[index + 1] ?? null);
}

registerSchemes();
app.enableSandbox();
guardContents();
app.setName('Vitrine');
if (process.platform === 'win32') app.setAppUserModelId('app.vitrine.desktop');
// Electron's single-instance lock belongs to the user data: each library has its own, so that two libraries are two instances.
app.setPath('userData', join(app.getPath('appData'), 'Vitrine', createHash('sha256').update(folder).digest('hex').slice(0, 16)));

if (app.requestSingleInstanceLock({ folder })) start().catch(giveUp);
else app.quit();

/** A fault of ours at the start: said in a window, since nobody sees the console of a desktop app. */
function giveUp(thrown: unknown): void {
  console.error(thrown);
  dialog.showErrorBox('Vitrine could not start.', thrown instanceof Error ? thrown.message : String(thrown));
  app.quit();
}

async function start(): Promise<void> {
  let owned: OwnedLibrary | null = null;
  let isClosed = false;

  let show: (() => Promise<unknown>) | null = null;
  const showAgain = () => {
    const [window] = BrowserWindow.getAllWindows();
    if (!window) show?.().catch(giveUp);
    else if (window.isMinimized()) window.restore();
    window?.focus();
  };
  app.on('second-instance', showAgain);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (isClosed || !owned) return;
    event.preventDefault();
    const late = setTimeout(() => app.exit(0), closingMs);
    owned
      .close()
      .catch((thrown: unknown) => console.error('the library was not closed in order:', thrown))
      .finally(() => {
        clearTimeout(late);
        isClosed = true;
        app.quit();
      });
  });

  await app.whenReady();
  try {
    owned = await openOwned(
      {
        folder,
        env: process.env,
        ...adoptingFromShell(process.env),
        home: homedir(),
        installation: electronInstallation({ mainFolder }),
        startDecoder: startDecoder({ mainFolder }),
        resolveProxy: (url) => session.defaultSession.resolveProxy(url),
        whenTrusted,
      },
      commandLine,
    );
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    dialog.showErrorBox(thrown.error.message, thrown.error.next ?? '');
    app.exit(1);
    return;
  }
  if (!owned) {
    dialog.showErrorBox('This library is open in another Vitrine.', `Close that one first. The library is ${folder}.`);
    app.exit(1);
    return;
  }
  const opened = owned;
  opened.library.log.info('started', { versions: process.versions });
  guardSession(session.defaultSession);
  serveSchemes(session.defaultSession, opened.library);
  setMenu({ platform: process.platform, hasDevTools });
  if (!opened.library.catalog.readOnly) opened.library.compute.startBackground();
  show = () => openWindow(opened, { preload: preloadPath(mainFolder), hasDevTools });
  app.on('activate', showAgain);
  await show();
  // Read now, so that the first https request need not wait for it.
  await whenTrusted();
}
