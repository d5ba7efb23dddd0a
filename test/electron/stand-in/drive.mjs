/** Starts the built app on the stand-in, does what a page and Electron would do, and prints what was seen as JSON. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { app, record, sender, session } from './electron.mjs';

const out = join(import.meta.dirname, '..', '..', '..', 'out');
const seen = {};
let nextId = 100;
const ended = once(app, 'test:end');
const opened = once(app, 'test:page').then(() => true);
await import(join(out, 'main', 'electron.js'));
if (await Promise.race([opened, ended.then(() => false)])) {
  const [window] = record.windows;
  const { webContents } = window;
  seen.web = window.options.webPreferences;
  seen.url = window.url;
  seen.permissions = {};
  for (const name of ['media', 'geolocation', 'fullscreen'])
    record.handlers.permission(webContents, name, (given) => (seen.permissions[name] = given));
  seen.check = record.handlers.check(null, 'fullscreen', 'https://example.com/');
  seen.device = record.handlers.device();
  record.handlers.request({}, (answer) => (seen.request = answer));
  const isPrevented = (emitter, name, url) => {
    let prevented = false;
    emitter.emit(name, { url, preventDefault: () => (prevented = true) });
    return prevented;
  };
  seen.navigation = ['https://example.com/', 'vitrine-app://uix/', 'vitrine-app://ui/'].map((url) =>
    isPrevented(webContents, 'will-navigate', url),
  );
  seen.webview = isPrevented(webContents, 'will-attach-webview', '');
  seen.download = isPrevented(session.defaultSession, 'will-download', '');
  seen.window = ['https://example.com/', 'file:///etc/passwd', 'https://a:b@example.com/'].map(
    (url) => webContents.openHandler({ url }).action,
  );

  const ask = async (scheme, path, headers = {}) => record.handlers[scheme](new Request(`${scheme}://${path}`, { headers }));
  const page = await ask('vitrine-app', 'ui/');
  seen.page = [page.status, page.headers.get('content-security-policy'), page.headers.get('content-type')];
  seen.escapes = [];
  for (const path of ['ui/..%2f..%2fpackage.json', 'ui/%2e%2e/%2e%2e/package.json', 'other/', 'ui/assets/..%5c..%5cx.js']) {
    seen.escapes.push((await ask('vitrine-app', path)).status);
  }
  const media = await ask('vitrine-media', 'm/thumbnail/none');
  seen.unknownMedia = [
    media.status,
    ...['access-control-allow-origin', 'cross-origin-resource-policy'].map((name) => media.headers.get(name)),
  ];

  const load = () => {
    const require = createRequire(import.meta.url);
    delete require.cache[join(out, 'preload', 'preload.cjs')];
    require(join(out, 'preload', 'preload.cjs'));
    return record.exposed.vitrine;
  };
  const call = (bridge, id, name, input = {}) =>
    new Promise((resolve) => bridge.call(id, name, input, (message) => message.type === 'answer' && resolve(message.outcome)));
  const first = load();
  const name = process.env.STAND_IN_CALL;
  seen.answer = await call(first, 1, name);
  seen.unknownCall = await call(first, 2, 'no.such');

  const dispatched = [];
  const listener = (answer) => dispatched.push(answer);
  for (const frame of [null, { origin: 'vitrine-app://ui', parent: {} }, { origin: 'https://example.com', parent: null }]) {
    sender.frame = frame;
    first.call(3, name, {}, listener);
  }
  sender.frame = undefined;
  await call(first, 4, name);
  seen.refused = dispatched.length;

  // The page is loaded anew while a call with the same id is under way: the older, quicker answer is not the new page's.
  first.call(1, 'no.such', {}, () => {});
  seen.afterReload = await call(load(), 1, name);

  const bridge = load();
  seen.out = await dragOut(bridge, (name, input) => call(bridge, nextId++, name, input), webContents);

  app.emit('second-instance');
  seen.focused = window.focused;
  app.quit();
  await ended;
}
const { steps, schemes, boxes, opened: addresses, menu, filter } = record;
process.stdout.write(JSON.stringify({ ...seen, steps, schemes, boxes, addresses, menu, filter }));
process.exit(0);

/** A file of this computer and one that is fetched, dragged out and shown in their folders, as the page asks for it. */
async function dragOut(bridge, ask, contents) {
  const value = async (name, input) => (await ask(name, input)).value;
  const server = createServer((_request, response) => response.setHeader('content-type', 'image/jpeg').end('fetched')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const local = join(process.env.STAND_IN_DATA, 'local.jpg');
  writeFileSync(local, 'local');
  const web = `http://127.0.0.1:${server.address().port}`;
  const table = await value('tables.create', { path: 'out', columns: [{ name: 'image', type: 'image' }] });
  const texts = [local, `${web}/a%3Ab.jpg`, `${web}/x/a%3Ab.jpg`, `${web}/never.jpg`, `${web}/clip.mp4`];
  await ask('rows.insert', { table: table.id, source: { kind: 'texts', texts }, onError: 'abort', compute: 'none' });
  await ask('files.fetch', { urls: [...texts.slice(1, 3), texts[4]] });
  const view = await value('views.open', { table: table.id });
  const { rows } = await value('views.page', { viewId: view.viewId, start: 0, end: 10 });
  const all = rows.map((row) => row.cells[0].media.referenceId);
  const ids = all.slice(0, 4);
  const clip = all[4];

  const dragged = once(app, 'test:drag');
  bridge.startDrag(ids);
  await dragged;
  const [{ file, files, icon }] = record.drags;
  const found = files.map((path) => [basename(path), readFileSync(path, 'utf8'), statSync(path).nlink]);
  for (const nonsense of [[], [-1], ['/etc/passwd'], '/etc/passwd', [ids[3]]]) bridge.startDrag(nonsense);
  sender.frame = { origin: 'https://example.com', parent: null };
  bridge.startDrag(ids);
  const stranger = [await bridge.showInFolder(ids[0]), await bridge.chooseFolders(), await bridge.openFile(clip)];
  sender.frame = undefined;
  const shown = [
    await bridge.showInFolder(ids[0]),
    await bridge.showInFolder(ids[1]),
    await bridge.showInFolder(ids[3]),
    await bridge.showInFolder('x'),
  ];
  const opened = [await bridge.openFile(clip), await bridge.openFile(ids[0]), await bridge.openFile(ids[3]), await bridge.openFile('x')];
  const openedFiles = record.openedFiles.map((path) => [basename(path), readFileSync(path, 'utf8')]);
  const chosen = [await bridge.chooseFiles(), await bridge.chooseFolders()];
  const { capabilities } = await value('library.info', {});
  contents.emit('destroyed');
  server.close();
  return {
    isFirst: file === files[0],
    found,
    hasIcon: existsSync(icon.path),
    drags: record.drags.length,
    shown,
    shownPaths: record.shown.map((path) => readFileSync(path, 'utf8')),
    stranger,
    opened,
    openedFiles,
    chosen,
    asked: record.asked,
    canDrag: [capabilities.dragOut, capabilities.revealInFolder],
    isCleaned: files.map((path) => existsSync(path)),
  };
}
