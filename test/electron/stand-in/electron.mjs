/** Stands in for the `electron` module on plain Node: records what the app does with it, in `record`, and lets a test play Electron. */
import { EventEmitter } from 'node:events';

export const record = {
  steps: [],
  windows: [],
  boxes: [],
  opened: [],
  exposed: {},
  handlers: {},
  schemes: {},
  menu: null,
  filter: null,
  drags: [],
  shown: [],
  openedFiles: [],
  asked: [],
};
const step = (name) => record.steps.push(name);

class Contents extends EventEmitter {
  handled = {};
  ipc = Object.assign(new EventEmitter(), { handle: (channel, handler) => (this.handled[channel] = handler) });
  mainFrame = { origin: 'vitrine-app://ui', parent: null };
  reloads = 0;
  isDestroyed = () => false;
  getURL = () => 'vitrine-app://ui/';
  setWindowOpenHandler(handler) {
    this.openHandler = handler;
  }
  send(channel, message) {
    ipcRenderer.emit(channel, {}, structuredClone(message));
  }
  startDrag(item) {
    record.drags.push(item);
    app.emit('test:drag');
  }
  reload() {
    this.reloads += 1;
  }
}

export class BrowserWindow extends EventEmitter {
  webContents = new Contents();
  focused = 0;
  static getAllWindows = () => record.windows;
  static fromWebContents = (contents) => record.windows.find((window) => window.webContents === contents) ?? null;
  constructor(options) {
    super();
    this.options = options;
    record.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url) {
    this.url = url;
    step('page');
    app.emit('test:page');
  }
  isMinimized = () => false;
  focus() {
    this.focused += 1;
  }
  show() {}
  getNormalBounds = () => ({ x: 10, y: 20, width: 900, height: 700 });
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  getVersion: () => '0.0.0',
  getPath: () => process.env.STAND_IN_DATA,
  setPath: () => {},
  setName: () => {},
  setAppUserModelId: () => {},
  enableSandbox: () => step('sandbox'),
  requestSingleInstanceLock: () => process.env.STAND_IN_SECOND !== '1',
  async whenReady() {
    await new Promise(setImmediate);
    step('ready');
  },
  quit() {
    let isStopped = false;
    app.emit('will-quit', { preventDefault: () => (isStopped = true) });
    step(isStopped ? 'quit put off' : 'quit');
    if (!isStopped) app.emit('test:end');
  },
  exit(code) {
    step(`exit ${code}`);
    app.emit('test:end');
  },
});

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    step('schemes');
    record.schemes = Object.fromEntries(schemes.map(({ scheme, privileges }) => [scheme, privileges]));
  },
};
export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    protocol: { handle: (scheme, handler) => (record.handlers[scheme] = handler) },
    setPermissionRequestHandler: (handler) => (record.handlers.permission = handler),
    setPermissionCheckHandler: (handler) => (record.handlers.check = handler),
    setDevicePermissionHandler: (handler) => (record.handlers.device = handler),
    webRequest: {
      onBeforeRequest(filter, handler) {
        record.filter = filter;
        record.handlers.request = handler;
      },
    },
  }),
};
export const dialog = {
  showErrorBox: (...words) => record.boxes.push(words),
  async showOpenDialog(_window, { properties }) {
    record.asked.push(properties);
    return { filePaths: ['/chosen'] };
  },
};
export const shell = {
  openExternal: async (url) => void record.opened.push(url),
  showItemInFolder: (path) => void record.shown.push(path),
  async openPath(path) {
    record.openedFiles.push(path);
    return '';
  },
};
export const nativeImage = { createFromPath: (path) => ({ resize: (size) => ({ path, ...size }) }) };
export const nativeTheme = { shouldUseDarkColors: true };
export const screen = { getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }) };
export const Menu = { buildFromTemplate: (template) => template, setApplicationMenu: (menu) => (record.menu = menu) };
export const utilityProcess = { fork: () => Object.assign(new EventEmitter(), { postMessage: () => {} }) };

export const contextBridge = { exposeInMainWorld: (name, face) => (record.exposed[name] = face) };
export const webUtils = { getPathForFile: () => '' };
/** The frame that messages come from; a test may put another one here. */
export const sender = { frame: undefined };
export const ipcRenderer = Object.assign(new EventEmitter(), {
  send(channel, message) {
    const { webContents } = record.windows[0];
    const senderFrame = sender.frame === undefined ? webContents.mainFrame : sender.frame;
    webContents.ipc.emit(channel, { senderFrame }, structuredClone(message));
  },
  async invoke(channel, ...args) {
    const { webContents } = record.windows[0];
    const senderFrame = sender.frame === undefined ? webContents.mainFrame : sender.frame;
    return structuredClone(await webContents.handled[channel]({ senderFrame }, ...structuredClone(args)));
  },
});
