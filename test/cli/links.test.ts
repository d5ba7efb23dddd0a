import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawGet } from '../links/raw-get.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const key = { accessKeyId: 'AKIALINKSOFTESTS0000', secretAccessKey: 'links/secret+of=the-tests' };
const inOrder = Array.from({ length: 1_203 }, (_, index) => `s3://films/many/${index}.mp4`);

interface Answer {
  readonly url?: string;
  readonly fileurl?: string;
  readonly expires_at?: string;
  readonly verified?: boolean | null;
  readonly error?: { readonly cause: string };
}

let line: CommandLine;
let s3: S3Server;

beforeAll(async () => {
  s3 = await startS3Server({ keys: [key], buckets: { films: {} } });
  s3.put('films', 'a b.mp4', storedObject('film'));
  s3.put('films', 'q&(1)_*.mp4', storedObject('film'));
  line = commandLine({
    keepsOpen: true,
    env: {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.origin,
      AWS_REGION: 'us-east-1',
    },
  });
  writeFileSync(join(line.folder, 'local.mp4'), 'film');
  await line.run(['table', 'create', 'films', 'video:video', 'year:int']);
  const rows = [
    { url: 's3://films/a b.mp4', year: 2024 },
    { url: 's3://films/q&(1)_*.mp4', year: 2025 },
    { url: join(line.folder, 'local.mp4'), year: 2026 },
  ];
  const inserted = await line.run(['insert', 'films', '--from', '-', '--format', 'json', '--map', 'video=url'], {
    input: JSON.stringify(rows),
  });
  expect(inserted).toMatchObject({ code: 0, err: '' });
});
afterAll(async () => {
  await line.remove();
  await s3.close();
});

const answersOf = (out: string): Answer[] => JSON.parse(out);
const open = async (url: string | undefined) => (await rawGet(url ?? '')).status;

describe('presign on the command line', () => {
  it('takes thousands from a list and prints each in the order asked, with the documented array for --json', async () => {
    const file = join(line.folder, 'list.txt');
    writeFileSync(file, `\uFEFF${inOrder.slice(0, 2).join('\r\n')}\r\n\r\ns3://films/ends with blanks  \n`);
    const lines = await line.run(['presign', '--from', 'list.txt', '--expires', '60']);
    expect([lines.code, lines.err]).toEqual([0, '']);
    expect(lines.out.split('\n').map((url) => url.replace(/^.*\/films\/|\?.*$/g, ''))).toEqual([
      'many/0.mp4',
      'many/1.mp4',
      'ends%20with%20blanks%20%20',
      '',
    ]);
    const many = await line.run(['--json', 'presign', '--from', '-'], { input: [...inOrder, 'file:///tmp/x.mp4'].join('\n') });
    const answers = answersOf(many.out);
    expect([many.code, answers.length, answers.at(-1)?.error?.cause]).toEqual([1, inOrder.length + 1, 'signature_not_possible']);
    expect(answers.slice(0, -1).map(({ fileurl }) => fileurl)).toEqual(inOrder);
    expect(Object.keys(answers[0] ?? {})).toEqual([
      'url',
      'fileurl',
      'issued_at',
      'expires_at',
      'limited_by',
      'signed_as',
      'verified',
      'warnings',
    ]);
  });

  it('makes links of the rows of a table as CSV, Markdown and HTML that hold every byte of the URL, each with its own end', async () => {
    const csv = await line.run(['presign', '--table', 'films', '--as', 'csv']);
    expect([csv.code, csv.err]).toEqual([
      1,
      `${join(line.folder, 'local.mp4')}: A file on this computer has no address others could open. Copy its path, or show it in its folder.\n`,
    ]);
    const [head, first = '', second = '', end] = csv.out.split('\r\n');
    expect([head, end]).toEqual(['name,reference,link,works until,limited by', '']);
    expect(first).toMatch(/^a b\.mp4,s3:\/\/films\/a b\.mp4,http:[^,]*,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,asked$/);
    expect(await open(second.split(',')[2])).toBe(200);

    const some = ['--table', 'films', '--column', 'video', '--where', 'year == 2025'];
    const markdown = await line.run(['presign', ...some, '--as', 'markdown']);
    const found = /^- \[q\\&\(1\)\\_\\\*\.mp4\]\((.*)\), works until \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? UTC\n$/.exec(markdown.out);
    expect(await open(found?.[1]?.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1'))).toBe(200);
    const html = await line.run(['presign', ...some, '--as', 'html']);
    const inHtml = /^<ul>\n<li><a href="([^"]*)">q&#38;\(1\)_\*\.mp4<\/a>, works until .*<\/li>\n<\/ul>\n$/.exec(html.out);
    expect(await open(inHtml?.[1]?.replaceAll('&#38;', '&'))).toBe(200);
    expect((await line.run(['presign', 's3://films/a b.mp4', '--as', 'html'])).out).toMatch(/^<a href="[^"]*">a b\.mp4<\/a>\n$/);
    expect((await line.run(['presign', '--table', 'films', '--where', 'year == 1900', '--as', 'html'])).out).toBe('');
    expect(await line.run(['--json', 'presign', '--table', 'films', '--where', 'year == 1900'])).toEqual({ code: 0, out: '[]\n', err: '' });
  });

  it('tries each link with --verify, keeps what does not work, and says why', async () => {
    const tried = await line.run(['--json', 'presign', '--verify', 's3://films/none.mp4', 's3://films/a b.mp4']);
    expect([tried.code, answersOf(tried.out).map(({ verified }) => verified)]).toEqual([1, [false, true]]);
    expect(tried.err).toMatch(/^s3:\/\/films\/none\.mp4: \S.*\n$/);
    expect(answersOf((await line.run(['--json', 'presign', 's3://films/a b.mp4'])).out)[0]?.verified).toBeNull();
  });

  it.each([
    [[], 'Nothing to link to was named. Name URLs, a list with --from FILE, or a table with --table PATH.'],
    [['s3://b/a', '--table', 'films'], 'Choose one of URLs, --from and --table.'],
    [['s3://b/a', '--where', 'true'], '--column and --where belong to --table.'],
    [['s3://b/a', 's3://b/b', '--filename', 'a.jpg'], 'A file name is for one URL. Without --filename each file keeps its own name.'],
    [['s3://b/a', '--attachment', '--inline'], 'Either --attachment or --inline, not both.'],
    [['s3://b/a', '--content-type', 'jpeg'], '"jpeg" is no media type. Write it as image/jpeg.'],
    [['s3://b/a', '--as', 'pdf'], 'Links are not written as "pdf". There is lines, csv, json, markdown, html.'],
    [['--json', 's3://b/a', '--as', 'csv'], 'Choose one of --json and --as.'],
    [['--table', 'films', '--column', 'image'], 'There is no column "image".'],
    [['--from', '-'], 'The list holds no address.'],
    [['--from', 'none.txt'], /none\.txt cannot be read \(ENOENT\)\. Name another file\./],
  ])('refuses %j with a sentence', async (argv, sentence) => {
    const { code, err } = await line.run(['presign', ...argv]);
    expect([code, err.trim()]).toEqual([2, typeof sentence === 'string' ? sentence : expect.stringMatching(sentence)]);
  });

  it('over the cap is nothing done alone, and a part failed beside others', async () => {
    const over = ['--expires', '604801'];
    expect((await line.run(['presign', 's3://films/a.mp4', ...over])).code).toBe(2);
    const both = await line.run(['presign', 's3://films/a.mp4', 'https://example.com/a.mp4', ...over]);
    expect([both.code, both.out]).toEqual([1, 'https://example.com/a.mp4\n']);
  });
});

describe('links that were handed out, on the command line', () => {
  it('are listed without the link, found by text, made again as they were, and taken off the list', async () => {
    const asked = ['--attachment', '--filename', 'Film “1”.mp4', '--content-type', 'video/mp4', '--expires', '120'];
    await line.run(['presign', 's3://films/listed.mp4', ...asked]);
    await line.run(['query', 'films', '--where', 'year == 2024', '--select', 'x: presigned_url(video, 90)']);
    const search = ['links', 'list', '--search', 'LISTED'];
    const listed = await line.run(['--json', ...search]);
    const [entry] = JSON.parse(listed.out);
    expect(entry).toEqual({
      id: expect.any(Number),
      fileurl: 's3://films/listed.mp4',
      typed: 's3://films/listed.mp4',
      issued_at: expect.stringMatching(/Z$/),
      expires_at: expect.stringMatching(/Z$/),
      limited_by: 'asked',
      signed_as: expect.any(String),
      asked_seconds: 120,
      disposition: 'attachment',
      filename: 'Film “1”.mp4',
      content_type: 'video/mp4',
      by: 'command line',
    });
    const all = await line.run(['--json', 'links', 'list', '--alive']);
    expect(all.out).not.toMatch(/Signature|links\/secret/);
    const entries: { readonly fileurl: string; readonly asked_seconds: number; readonly by: string }[] = JSON.parse(all.out);
    expect(entries.length).toBeGreaterThan(inOrder.length);
    expect(entries.filter(({ asked_seconds }) => asked_seconds === 90)).toMatchObject([
      { fileurl: 's3://films/a b.mp4', by: 'command line' },
    ]);
    const text = await line.run(search);
    expect(text.out.split('\n')[1]).toMatch(new RegExp(`^ *${entry.id}  s3://films/listed\\.mp4  .*  asked  .*  command line$`));

    const again = await line.run(['--json', 'links', 'reissue', String(entry.id), '999999']);
    const [made, missing] = answersOf(again.out);
    expect([again.code, new URL(made?.url ?? '').searchParams.get('X-Amz-Expires'), missing?.error?.cause]).toEqual([
      1,
      '120',
      'unknown_name',
    ]);
    const two: { readonly id: number; readonly filename: string }[] = JSON.parse((await line.run(['--json', ...search])).out);
    expect(two.map(({ filename }) => filename)).toEqual(['Film “1”.mp4', 'Film “1”.mp4']);
    const ids = two.map(({ id }) => String(id));
    expect(await line.run(['links', 'forget', ...ids, '999999'])).toEqual({
      code: 1,
      out: '2 links taken off the list. They work until their end all the same.\n',
      err: '1 id is not on the list.\n',
    });
    expect(await line.run(['links', 'forget', ...ids])).toMatchObject({ code: 2 });
    expect((await line.run(search)).out).toBe('No links.\n');
  });
});
