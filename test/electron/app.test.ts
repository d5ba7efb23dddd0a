import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { takeLibraryLock } from '../../src-main/catalog/library-lock.ts';
import { contentSecurityPolicy } from '../../src-main/hosts/content-security-policy.ts';

const standIn = join(import.meta.dirname, 'stand-in');
const folder = mkdtempSync(join(tmpdir(), 'vitrine-electron-'));
const call = 'library.info';

async function drive(library: string, more: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
  const args = ['--import', join(standIn, 'register.mjs'), join(standIn, 'drive.mjs'), '--library', library];
  const env = { ...process.env, STAND_IN_DATA: folder, STAND_IN_CALL: call, VITRINE_ALLOWED_HOSTS: '127.0.0.1', ...more };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 25_000 });
  return JSON.parse(stdout);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built app, on a stand-in for Electron', () => {
  let seen: Record<string, unknown> = {};
  beforeAll(async () => {
    seen = await drive(join(folder, 'library'));
  });

  test('schemes and sandbox are set before ready, and quitting waits for the library', () => {
    expect(seen.steps).toEqual(['schemes', 'sandbox', 'ready', 'page', 'quit put off', 'quit']);
  });
  test('the schemes have the privileges they need and no others', () => {
    expect(seen.schemes).toEqual({
      'vitrine-app': { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
      'vitrine-media': { standard: true, secure: true, stream: true, supportFetchAPI: true, corsEnabled: true },
    });
  });
  test('the page is sandboxed and apart from Node', () => {
    expect(seen.url).toBe('vitrine-app://ui/');
    expect(seen.web).toMatchObject({ sandbox: true, contextIsolation: true, webSecurity: true, nodeIntegration: false, webviewTag: false });
  });
  test('permissions, devices, downloads, webviews and the network are refused', () => {
    expect(seen.permissions).toEqual({ media: false, geolocation: false, fullscreen: true });
    expect([seen.check, seen.device, seen.download, seen.webview]).toEqual([false, false, true, true]);
    expect(seen.request).toEqual({ cancel: true });
    expect(seen.filter).toMatchObject({
      urls: expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*']),
    });
  });
  test('the page stays at its address, and only plain web addresses open outside', () => {
    expect(seen.navigation).toEqual([true, true, false]);
    expect(seen.window).toEqual(['deny', 'deny', 'deny']);
    expect(seen.addresses).toEqual(['https://example.com/']);
  });
  test('the page comes with the policy, and no path leaves its folder', () => {
    expect(seen.page).toEqual([200, contentSecurityPolicy('vitrine-media:'), 'text/html; charset=utf-8']);
    expect(seen.escapes).toEqual([404, 404, 404, 404]);
    expect(seen.unknownMedia).toEqual([404, 'vitrine-app://ui', 'cross-origin']);
  });
  test('a call goes through the preload to the library and back; an unknown one is refused', () => {
    expect(seen.answer).toMatchObject({ ok: true });
    expect(seen.unknownCall).toMatchObject({ ok: false });
  });
  test('messages of other frames, and of frames that are gone, are not heard', () => {
    expect(seen.refused).toBe(0);
  });
  test('a reloaded page never takes the answer to an older call for its own', () => {
    expect(seen.afterReload).toMatchObject({ ok: true });
  });
  test('files that are here leave under their names, once each, by reference alone; their names are gone with the window', () => {
    expect(seen.out).toEqual({
      isFirst: true,
      // A local file is dragged as it is; copies of the cache are hard links.
      found: [
        ['local.jpg', 'local', 1],
        ['a_b.jpg', 'fetched', 2],
        ['a_b 2.jpg', 'fetched', 2],
      ],
      hasIcon: true,
      drags: 1,
      shown: [true, true, false, false],
      shownPaths: ['local', 'fetched'],
      stranger: [false, [], false],
      opened: [true, false, false, false],
      openedFiles: [['clip.mp4', 'fetched']],
      chosen: [['/chosen'], ['/chosen']],
      asked: [
        ['openFile', 'multiSelections'],
        ['openDirectory', 'multiSelections'],
      ],
      canDrag: [true, true],
      isCleaned: [true, false, false],
    });
  });
  test('a second start brings the window to the front', () => {
    expect(seen.focused).toBe(1);
  });
});

test('a library that another process has open says so, and no window opens', async () => {
  const library = join(folder, 'taken');
  const lock = takeLibraryLock(library);
  expect(lock).not.toBeNull();
  try {
    const seen = await drive(library);
    expect(seen.boxes).toEqual([['This library is open in another Vitrine.', expect.stringContaining(library)]]);
    expect(seen.steps).toEqual(['schemes', 'sandbox', 'ready', 'exit 1']);
  } finally {
    lock?.release();
  }
});

test('a second instance opens nothing', async () => {
  const seen = await drive(join(folder, 'second'), { STAND_IN_SECOND: '1' });
  expect(seen.steps).toEqual(['schemes', 'sandbox', 'quit']);
});
