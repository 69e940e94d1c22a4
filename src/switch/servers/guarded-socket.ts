/**
 * Contains what the libraries throw inside a socket's data handler (a stray `%` in an event-socket header, an invalid
 * frame length, a TypeError on a missing field): instead of ending the process the connection is closed and rebuilt.
 */
import type { Socket } from 'node:net';

type DataListener = (chunk: Buffer) => void;

/** Wraps the data listeners the socket has now; call it when the library has attached its own. Also sets noDelay. */
export function guardSocket(socket: Socket, onFault: (error: unknown) => void): void {
  socket.setNoDelay(true); // The libraries write a command in two pieces; Nagle would hold the second one for 40 ms.
  const listeners = socket.listeners('data') as DataListener[];
  socket.removeAllListeners('data');
  for (const listener of listeners) socket.on('data', guarded(socket, listener, onFault));
  socket.on('error', () => undefined); // 'close' follows; without a listener the error would end the process.
}

/** Closes for good once all is written. The libraries only half-close, and wait for ever for a peer that hangs. */
export function letGo(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.destroySoon();
}

function guarded(socket: Socket, listener: DataListener, onFault: (error: unknown) => void): DataListener {
  return (chunk) => {
    try {
      listener.call(socket, chunk);
    } catch (error) {
      onFault(error);
      socket.destroy();
    }
  };
}
