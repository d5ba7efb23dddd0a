/** Works in a library through the process that owns it. */
import { connect, type Socket } from 'node:net';
import type { Connection, ToClient } from '../../../src-shared/contract/contract.ts';
import { fail } from '../../../src-shared/model/error.ts';
import { createClientEnd } from '../wire.ts';
import { readMessages, sendMessage } from './message-stream.ts';

/** A connection to an owner, and when it ended. */
export interface OwnerConnection extends Connection {
  readonly whenLost: Promise<void>;
  close(): Promise<void>;
}

/** Connects to the owner at `path`, or gives null where nobody answers. */
export async function connectToOwner(path: string): Promise<OwnerConnection | null> {
  const socket = await new Promise<Socket | null>((resolve) => {
    const opening = connect(path);
    opening.once('connect', () => resolve(opening));
    opening.once('error', () => resolve(null));
  });
  if (!socket) return null;
  const end = createClientEnd((message) => sendMessage(socket, message));
  readMessages(socket, (message) => end.receive(message as ToClient));
  socket.on('error', () => socket.destroy());
  const whenLost = new Promise<void>((resolve) => {
    socket.once('close', () => {
      end.fail(
        fail('unreachable', {
          message: 'The Vitrine that has this library open ended before it answered.',
          next: 'Look at what is there, and do it again where it is missing.',
        }).error,
      );
      resolve();
    });
  });
  return {
    ...end.connection,
    whenLost,
    close: async () => {
      socket.end();
      await whenLost;
    },
  };
}
