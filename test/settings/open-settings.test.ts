import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSettings } from '../../src-main/settings/open-settings.ts';
import type { Settings, SettingsFile } from '../../src-main/settings/settings.ts';

let folder: string;
let opened: SettingsFile[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-settings-'));
});
afterEach(() => {
  for (const settings of opened) settings.close();
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

function open(text?: string, env: Record<string, string> = {}): SettingsFile {
  if (text !== undefined) writeFileSync(join(folder, 'settings.json'), text);
  const settings = openSettings(folder, env);
  opened.push(settings);
  return settings;
}

describe('settings.json', () => {
  it('gives defaults where there is no file, and adds the hosts of the environment', () => {
    const settings = open(undefined, { VITRINE_ALLOWED_HOSTS: '127.0.0.1, nas.local,' });
    expect(settings.current()).toEqual({
      cache: { limit: 10_000_000_000, folder: null, stream_above: null, check_after_hours: 24 },
      network: { allowed_hosts: ['127.0.0.1', 'nas.local'], concurrency: 16, concurrency_per_host: 6, bandwidth: null },
      looking: { fetch: 'as_needed' },
      stores: [],
      shell_environment: true,
    });
    expect(settings.problem).toBeNull();
  });

  it('reads what is there', () => {
    const store = { match: 's3://media/raw/', endpoint: 'http://127.0.0.1:9000', path_style: true };
    const settings = open(JSON.stringify({ cache: { limit: 2_000_000 }, network: { allowed_hosts: ['nas:8080'] }, stores: [store] }));
    expect(settings.current()).toMatchObject({ cache: { limit: 2_000_000 }, network: { allowed_hosts: ['nas:8080'] }, stores: [store] });
  });

  it.each([
    ['{\n  "cache": {\n    "limit": 5,\n  }\n}', 'settings.json, line 4: The file is not JSON.'],
    ['{\n  "cache": {', 'settings.json, line 2: The file is not JSON.'],
    ['[]', 'settings.json, line 1: The file must be an object.'],
    [
      '{\n  "cache":\n  {\n    "limit": "10 GB"\n  }\n}',
      'settings.json, line 4: “cache.limit” must be a whole number of bytes from 1000000 on.',
    ],
    [
      '{\n  "looking": {\n    "fetch": "never"}\n}',
      'settings.json, line 3: “looking.fetch” must be as_needed, header_bytes or when_asked.',
    ],
    ['{\n  "cahce": {}\n}', 'settings.json, line 2: There is no setting “cahce”. Did you mean “cache”?'],
    [
      '{\n  "network": {\n    "x": 1 }\n}',
      'settings.json, line 3: There is no setting “x” in “network”. Known are allowed_hosts, concurrency, concurrency_per_host, bandwidth.',
    ],
    [
      '{"stores": [\n{"match": "s3://a"},\n{"match": "b", "region": "x"}]}',
      'settings.json, line 3: “stores.1.match” must be s3://bucket, gs://bucket, az://account/container or one of them with a prefix.',
    ],
    [
      '{"stores": [\n{\n"match": "s3://a",\n"pathStyle": true}]}',
      'settings.json, line 4: There is no setting “pathStyle” in “stores.0”. Did you mean “path_style”?',
    ],
  ])('names what is wrong in %j', (text, message) => {
    const settings = open(text);
    expect(settings.problem?.message).toBe(message);
    expect(settings.current().cache.limit).toBe(10_000_000_000);
  });

  it('refuses to write over a file that it cannot read', async () => {
    const text = '{ "cache": { "limit": 5000000 }, }';
    const settings = open(text);
    await expect(settings.setCacheLimit(3_000_000)).rejects.toMatchObject({ error: { cause: 'invalid_input' } });
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(text);
  });

  it('writes one value and keeps the others, their order and the indent', async () => {
    const settings = open('{\n    "stores": [],\n    "cache": { "limit": 5000000 },\n    "network": { "concurrency": 3 }\n}\n');
    const heard: Settings[] = [];
    settings.onChanged((changed) => heard.push(changed));
    await Promise.all([settings.setCacheLimit(6_000_000), settings.setCacheLimit(7_000_000)]);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(
      '{\n    "stores": [],\n    "cache": {\n        "limit": 7000000\n    },\n    "network": {\n        "concurrency": 3\n    }\n}\n',
    );
    expect(heard.map(({ cache }) => cache.limit)).toEqual([6_000_000, 7_000_000]);
    expect(readdirSync(folder)).toEqual(['settings.json']);
    await expect(settings.setCacheLimit(5)).rejects.toThrow('The cache limit must be at least 1 MB.');
  });

  it('writes what looking may fetch, and follows it in a file that was written by hand', async () => {
    const settings = open('{\n  "looking": { "fetch": "header_bytes" },\n  "cache": { "limit": 5000000 }\n}\n');
    expect(settings.current().looking.fetch).toBe('header_bytes');
    await Promise.all([settings.setLookingFetch('when_asked'), settings.setCacheLimit(6_000_000)]);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(
      '{\n  "looking": {\n    "fetch": "when_asked"\n  },\n  "cache": {\n    "limit": 6000000\n  }\n}\n',
    );
    const heard = Promise.withResolvers<Settings>();
    settings.onChanged(heard.resolve);
    writeFileSync(join(folder, 'settings.json'), '{ "looking": { "fetch": "as_needed" } }');
    expect((await heard.promise).looking.fetch).toBe('as_needed');
  });

  it('notices when an editor replaces the file, and keeps what held while the new one is bad', async () => {
    const settings = open('{}');
    const replaced = (text: string) => {
      writeFileSync(join(folder, 'new'), text);
      renameSync(join(folder, 'new'), join(folder, 'settings.json'));
    };
    const changed = new Promise<Settings>((resolve) => settings.onChanged(resolve));
    replaced('{"network":{"concurrency":2}}');
    expect((await changed).network.concurrency).toBe(2);
    replaced('{');
    await expect(settings.setCacheLimit(6_000_000)).rejects.toThrow('settings.json, line 1: The file is not JSON.');
    expect(settings.current().network.concurrency).toBe(2);
  });
});
