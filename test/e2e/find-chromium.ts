/** A real Chromium: an installed one, else the one from npm, else none. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
/** Of the npm build's own flags: the first two end the browser with its first page, the others switch off what is to be tested. */
const left = new Set([
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--disable-site-isolation-trials',
  '--allow-running-insecure-content',
]);

function installed(): string | null {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find((path) => existsSync(path)) ?? null;
}

/** Starts it without a window; null, said loudly, where none can run. */
export async function startChromium(): Promise<Browser | null> {
  const reasons: string[] = [];
  const path = installed();
  if (path) {
    try {
      return await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-background-networking'] });
    } catch (thrown) {
      reasons.push(String(thrown));
    }
  }
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    return await chromium.launch({ executablePath: await packed.executablePath(), args: packed.args.filter((flag) => !left.has(flag)) });
  } catch (thrown) {
    reasons.push(String(thrown));
  }
  console.warn(`\n*** SKIPPED: the window was NOT tested, since no Chromium runs here. ***\n${reasons.join('\n').slice(0, 2_000)}\n`);
  return null;
}
