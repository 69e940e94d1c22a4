/**
 * drachtio-fsmrf opens its event-socket connection inside `connect` and hands it out only when all went well; one that
 * failed goes on reconnecting for ever and would one day build a second media server on the same listen port. So the
 * connection is caught at its making, and nothing of it outlives a failure or a loss.
 */
import { guardSocket } from './guarded-socket.js';
import { mrfEsl, type EslConnection, type FsMediaServer } from './libraries.js';

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
  socket?.once('close', () => {
    stop(connection);
    onLost('connection closed');
  });
}

/** `closing` stops further retries; one that was planned by the library's own close listener is taken back. */
function stop(connection: EslConnection): void {
  Object.assign(connection, { closing: true });
  clearTimeout(connection.reconnectVars?.retryTimer ?? undefined);
  if (connection.socket) connection.disconnect();
}
