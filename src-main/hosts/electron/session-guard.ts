/** What the page may not do: reach the network, get permissions, open windows, leave its address, download. */
import { app, type Session, shell } from 'electron';
import { pageOrigin } from './schemes.ts';

/** Granted to our own page: copying text, and showing media in full screen. Without handlers Electron grants everything. */
const granted = new Set(['clipboard-sanitized-write', 'fullscreen']);

function isOwnPage(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`);
}

/** Closes a session; call after `ready`, before the first window. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(granted.has(permission) && isOwnPage(contents.getURL())));
  session.setPermissionCheckHandler((_contents, permission, origin) => granted.has(permission) && isOwnPage(origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*', 'ftp://*/*'] },
    (_request, answer) => answer({ cancel: true }),
  );
}

/** Closes every page there will be; call before `ready`. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void; url: string }) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url);
      return { action: 'deny' };
    });
  });
}

/** Longest address that Windows' shell takes. */
const longestAddress = 2_081;

/** Opens a web address in the user's browser; anything else is not opened. */
export function openOutside(address: string): void {
  if (!URL.canParse(address) || address.length > longestAddress) return;
  const { protocol, username, password } = new URL(address);
  if ((protocol === 'https:' || protocol === 'http:') && username === '' && password === '') {
    // Where no browser is set up there is nothing to open; the address stays visible in the page.
    shell.openExternal(address).catch(() => undefined);
  }
}
