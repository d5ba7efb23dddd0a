import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const built = join(root, 'out', 'helper', 'decode-helper.cjs');

const icon = join(root, 'assets', 'icon.png');
const task = { kind: 'picture', input: icon, sizes: [64], orientation: null, density: null, quality: 82 };

async function firstAnswer(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [...args, built], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
  try {
    child.send({ id: 7, task });
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then((exit) => [{ exit }])]);
    return message;
  } finally {
    child.kill('SIGKILL');
  }
}

const thumbnail = { kind: 'pictures', pictures: [{ mime: 'image/webp', width: 64, height: 64, bytes: expect.any(Uint8Array) }] };

describe('the built decode helper', () => {
  test('requires nothing but sharp, since only sharp lies outside the archive', () => {
    const required = [...readFileSync(built, 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => name);
    expect(required.filter((name) => !name?.startsWith('node:'))).toEqual(['sharp']);
  });

  test('makes a thumbnail on a plain Node', async () => {
    expect(await firstAnswer([])).toMatchObject({ id: 7, outcome: thumbnail });
  });

  test('speaks by its parent port where there is one, as in a utility process', async () => {
    const port = join(import.meta.dirname, 'stand-in', 'parent-port.mjs');
    expect(await firstAnswer(['--import', port])).toMatchObject({ byPort: { id: 7, outcome: thumbnail } });
  });
});
