import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const picture = readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'sample', 'marble.png'));

describe('several processes and one library', () => {
  let line: CommandLine;
  let server: HttpServer;
  beforeAll(async () => {
    line = commandLine();
    server = await startHttpServer();
  });
  afterAll(async () => {
    server.release();
    await server.close();
    line.remove();
  });
});
