/** Starts the built app on the stand-in, does what a page and Electron would do, and prints what was seen as JSON. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { app, record, sender, session } from './electron.mjs';

const out = join(import.meta.dirname, '..', '..', '..', 'out');
const seen = {};
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
  const call = (bridge, id, name) =>
    new Promise((resolve) => bridge.call(id, name, {}, (message) => message.type === 'answer' && resolve(message.outcome)));
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

  app.emit('second-instance');
  seen.focused = window.focused;
  app.quit();
  await ended;
}
const { steps, schemes, boxes, opened: addresses, menu, filter } = record;
process.stdout.write(JSON.stringify({ ...seen, steps, schemes, boxes, addresses, menu, filter }));
process.exit(0);
