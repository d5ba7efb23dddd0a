/** Where the parts of the app lie under Electron, packed or not, and how its decode helper is started. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { app, utilityProcess } from 'electron';
import type { Installation } from '../../library.ts';
import { helperEnvironment } from '../../media/helper-environment.ts';
import type { HelperProcess, StartHelper } from '../../media/media.ts';
import { leaveMs, startChild } from '../../media/start-child.ts';
import { bundledFfmpegIn } from '../installation.ts';

/** Files that a plain Node or the system must read lie outside the archive. */
function unpacked(path: string): string {
  return path.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

/** The installation around the main bundle in `mainFolder` (`out/main`). */
export function electronInstallation({ mainFolder }: { mainFolder: string }): Installation {
  const root = join(mainFolder, '..', '..');
  return {
    version: app.getVersion(),
    platform: process.platform,
    catalogWorker: join(mainFolder, 'catalog-worker.js'),
    decodeHelper: unpacked(join(root, 'out', 'helper', 'decode-helper.cjs')),
    node: shippedNode(root),
    bundledFfmpeg: unpacked(bundledFfmpegIn(root)),
    assets: unpacked(join(root, 'assets')),
    renderer: join(root, 'out', 'renderer'),
  };
}

/**
 * The plain Node beside the app: electron-builder puts it into the resources on Linux; in a clone it is the pinned package.
 */
function shippedNode(root: string): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const shipped = join(process.resourcesPath ?? '', name);
  return app.isPackaged && existsSync(shipped)
    ? shipped
    : join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', name);
}

/**
 * On Linux the helper is a plain Node: sharp carries its own GLib, and inside any Electron process the two interpose
 * (https://github.com/lovell/sharp/issues/4522). Elsewhere it is a utility process.
 */
export function startDecoder({ mainFolder }: { mainFolder: string }): StartHelper {
  const { node, decodeHelper } = electronInstallation({ mainFolder });
  return process.platform === 'linux' ? startChild({ node, script: decodeHelper }) : () => utilityHelper(decodeHelper);
}

function utilityHelper(path: string): HelperProcess {
  const child = utilityProcess.fork(path, [], { serviceName: 'vitrine-decoder', stdio: 'ignore', env: helperEnvironment() });
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.on('exit', (code) => listener(`exit ${code}`)),
    kill() {
      const { pid } = child;
      // Asked first, so that it can end its own children.
      child.kill();
      const timer = setTimeout(() => {
        if (pid !== undefined && child.pid === pid) process.kill(pid, 'SIGKILL');
      }, leaveMs);
      timer.unref();
    },
  };
}
