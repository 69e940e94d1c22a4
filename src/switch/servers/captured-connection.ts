/**
 * drachtio-fsmrf opens its event-socket connection inside `connect` and hands it out only when all went well; one that
 * failed goes on reconnecting for ever and would one day build a second media server on the same listen port. So the
 * connection is caught at its making: it never reconnects, nothing of it outlives a failure or a loss, and its end is
 * not written to the console (the log tells of it).
 */
import { disconnect } from './event-socket.js';
import { guardSocket } from './guarded-socket.js';
import { mrfEsl, type EslConnection, type FsMediaServer } from '../libraries.js';

export interface CapturedConnection {
  readonly mediaServer: Promise<FsMediaServer>;
  /** No reconnecting any more. Idempotent. */
  end(): void;
}

/** `connect` must call the library synchronously. `onLost` is called once when the connection ends. */
export function captureConnection(
  connect: () => Promise<FsMediaServer>,
  onLost: (why: string) => void,
): CapturedConnection {
  const Original = mrfEsl.Connection;
  const captured: EslConnection[] = [];
  // A constructor that returns an object replaces `this` by it.
  mrfEsl.Connection = function capture(...options: ConstructorParameters<typeof Original>) {
    const connection = new Original(...options);
    Object.assign(connection, { closing: true }); // The library's word for: do not reconnect.
    captured.push(connection);
    return connection;
  } as unknown as typeof Original;
  try {
    const mediaServer = connect();
    for (const connection of captured) watch(connection, onLost);
    return { mediaServer, end: () => captured.splice(0).forEach(stop) };
  } finally {
    mrfEsl.Connection = Original;
  }
}

function watch(connection: EslConnection, onLost: (why: string) => void): void {
  const { socket } = connection;
  socket?.once('connect', () => guardSocket(socket, () => stop(connection)));
  // Before the listener of the connection itself, which tells the media server, which tells the console.
  socket?.prependOnceListener('close', () => {
    stop(connection);
    onLost('connection closed');
  });
}

function stop(connection: EslConnection): void {
  connection.removeAllListeners('esl::end');
  disconnect(connection);
}
