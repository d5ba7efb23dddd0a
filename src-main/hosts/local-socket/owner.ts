/** The owner of a library lets other processes of the same user work through it. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import type { Caller } from '../../../src-shared/contract/contract.ts';
import type { Dispatch } from '../../api/dispatch.ts';
import type { EventHub } from '../../api/event-hub.ts';
import { eventMessage, type ServerEnd, serveCalls } from '../wire.ts';
import { readMessages, sendMessage } from './message-stream.ts';

const ToServerMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: z.int() }),
]);

export interface OwnerSocket {
  /** Stops listening, lets calls that are under way end, then hangs up. */
  close(): Promise<void>;
}

/** Listens at `path`, which only this user may open (0600). A leftover of a dead owner is replaced: who calls this holds the library's lock. */
export async function listenForClients(options: {
  path: string;
  dispatch: Dispatch;
  events: EventHub;
  caller: Caller;
}): Promise<OwnerSocket> {
  const isPipe = options.path.startsWith('\\\\.\\pipe\\');
  if (!isPipe) {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    rmSync(options.path, { force: true });
  }
  const ends = new Map<Socket, ServerEnd>();
  const server = createServer((socket) => {
    const end = serveCalls({ dispatch: options.dispatch, caller: options.caller, send: (message) => sendMessage(socket, message) });
    ends.set(socket, end);
    const endEvents = options.events.subscribe((event) => sendMessage(socket, eventMessage(event)));
    readMessages(socket, (message) => {
      const parsed = ToServerMessage.safeParse(message);
      if (parsed.success) end.receive(parsed.data.type === 'call' ? { ...parsed.data, input: parsed.data.input } : parsed.data);
      else socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      endEvents();
      end.close();
      ends.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (!isPipe) chmodSync(options.path, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...ends.values()].map((end) => end.leave()));
      for (const socket of ends.keys()) socket.end(() => socket.destroy());
      await closed;
    },
  };
}
