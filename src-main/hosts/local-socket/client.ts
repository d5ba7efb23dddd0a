/** Works in a library through the process that owns it. */
import { connect, type Socket } from 'node:net';
import type { Connection, ToClient } from '../../../src-shared/contract/contract.ts';
import { fail, type VitrineError } from '../../../src-shared/model/error.ts';
import { createClientEnd } from '../wire.ts';
import { readMessages, sendMessage } from './message-stream.ts';

/** A connection to an owner, and when it ended. */
export interface OwnerConnection extends Connection {
  readonly whenLost: Promise<void>;
  /** True for the error of a call that the owner had not begun when it left: it can be asked of the next one, a write too. */
  isNotBegun(error: VitrineError): boolean;
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
  const { error: left } = fail('unreachable', { message: 'The Vitrine that has this library open is leaving.', next: 'Try again.' });
  readMessages(socket, (message) => {
    const told = message as ToClient;
    if (told.type !== 'leaving') return end.receive(told);
    end.fail(left);
    socket.end();
  });
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
    isNotBegun: (error) => error === left,
    close: async () => {
      socket.end();
      await whenLost;
    },
  };
}
