/** Messages over a byte stream: one JSON document a line. */
import type { Socket } from 'node:net';

/** A message longer than this ends the connection: nothing in the contract is. */
const longestMessage = 256 * 1024 * 1024;

/** Calls `receive` for each line that comes; what is no JSON ends the connection. */
export function readMessages(socket: Socket, receive: (message: unknown) => void): void {
  let parts: string[] = [];
  let length = 0;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    let rest = chunk;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = parts.join('') + rest.slice(0, end);
      parts = [];
      length = 0;
      rest = rest.slice(end + 1);
      try {
        receive(JSON.parse(line));
      } catch (thrown) {
        socket.destroy(thrown instanceof SyntaxError ? new Error('a message was no JSON') : thrown instanceof Error ? thrown : undefined);
        return;
      }
    }
    parts.push(rest);
    length += rest.length;
    if (length > longestMessage) socket.destroy(new Error('a message was too long'));
  });
}

/** Sends one message; a gone peer is met by the socket's own events. */
export function sendMessage(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}
