import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const sample = join(import.meta.dirname, '..', '..', 'assets', 'sample');
const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

describe('files and links on the command line', () => {
  let line: CommandLine;
  let server: HttpServer;
  beforeAll(async () => {
    server = await startHttpServer();
    line = commandLine({ keepsOpen: true, env: { ...keys, AWS_ENDPOINT_URL_S3: server.origin, AWS_REGION: 'eu-west-1' } });
  });
  afterAll(async () => {
    await server.close();
    await line.remove();
  });

  it('signs what can be signed, and says of each other thing why not', async () => {
    const some = await line.run(['--json', 'presign', 's3://films/a b.mp4', 'file:///tmp/x.png', 'https://example.com/a.png']);
    const answers = JSON.parse(some.out) as Record<string, unknown>[];
    expect([some.code, answers.map((answer) => answer.limited_by ?? (answer.error as { cause: string }).cause)]).toEqual([
      1,
      ['asked', 'signature_not_possible', 'none'],
    ]);
    expect(String(answers[0]?.url)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/films\/a%20b\.mp4\?.*X-Amz-Expires=3600/);
    const over = await line.run(['presign', 's3://films/a.mp4', '--expires', '604801']);
    expect([over.code, over.out]).toEqual([2, '']);
    expect(over.err).toContain('s3://films/a.mp4: ');
  });

  it('prints the path of each fetched file, and refuses what is larger than the limit', async () => {
    const small = server.put('/small.bin', generatedObject(1000));
    const large = server.put('/large.bin', generatedObject(3_000_000));
    const limited = await line.run(['cache', 'limit', '1MiB', '--json']);
    expect(JSON.parse(limited.out)).toMatchObject({ limit: 1_048_576, files: 0 });
    const fetched = await line.run(['fetch', small, large]);
    expect(fetched.code).toBe(1);
    expect(readFileSync(fetched.out.trim()).length).toBe(1000);
    expect(fetched.err).toContain(`${large}: `);
    expect((await line.run(['fetch', large])).code).toBe(2);
    const json = JSON.parse((await line.run(['--json', 'fetch', large, small])).out) as { bytes?: number; error?: { cause: string } }[];
    expect(json.map(({ bytes, error }) => error?.cause ?? bytes)).toEqual(['too_large', 1000]);
    const cleared = await line.run(['cache', 'clear', '--json']);
    // What a file takes on the disk, in whole blocks.
    expect(JSON.parse(cleared.out)).toMatchObject({ files: 1 });
  });

  it('probes by header bytes, in the order asked', async () => {
    const url = server.put('/marble.png', storedObject(readFileSync(join(sample, 'marble.png'))));
    const { code, out, err } = await line.run(['--json', 'probe', `${server.origin}/none.png`, url]);
    const [missing, found] = JSON.parse(out) as { error?: { cause: string } }[];
    expect([code, missing?.error?.cause]).toEqual([1, 'not_found']);
    expect(found).toMatchObject({ url, kind: 'image', format: 'png', width: 400, height: 400, pixel_width: 400, has_audio: null });
    expect(err).toContain('/none.png: ');
  });

  it('plays the recipe without a network', async () => {
    const { code, out, err } = await line.run(['recipe']);
    expect([code, err, out.split('\n').at(-2)]).toEqual([0, '', 'All steps are done.']);
    expect(out).toContain('X-Goog-Signature=');
    expect(out).toContain('they are made, not opened');
  });
});
