/** An event socket that greets like FreeSWITCH and then does one thing wrong. */
import { createServer, type Socket } from 'node:net';

const PROFILE_ROW = '  drachtio_mrf\tprofile\t  sip:mod_sofia@127.0.0.1:5080\tRUNNING (0)\n';

export interface BrokenEventSocket {
  readonly port: number;
  /** Connections that were accepted so far. */
  readonly accepted: () => number;
  close(): Promise<void>;
}

/**
 * `silent` never says a word; `stray-percent` sends a header that modesl cannot decode once a client is settled;
 * `hangs-up` closes when drachtio-fsmrf has subscribed and waits for the list of profiles.
 */
export type EventSocketFault = 'silent' | 'stray-percent' | 'hangs-up';

export async function openBrokenEventSocket(fault: EventSocketFault): Promise<BrokenEventSocket> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (fault !== 'silent') greet(socket, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    accepted: () => accepted,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function greet(socket: Socket, fault: EventSocketFault): void {
  socket.write('Content-Type: auth/request\n\n');
  socket.on('data', (chunk) => {
    for (const command of chunk
      .toString()
      .split('\n\n')
      .filter((each) => each.trim() !== ''))
      answer(socket, command, fault);
  });
}

function answer(socket: Socket, command: string, fault: EventSocketFault): void {
  const body = command.includes('sofia status') ? PROFILE_ROW : 'FreeSWITCH Version 0.0\n';
  if (command.startsWith('api'))
    socket.write(`Content-Type: api/response\nContent-Length: ${body.length}\n\n${body}`);
  else
    socket.write(
      `Content-Type: command/reply\nReply-Text: +OK ${command.startsWith('auth') ? 'accepted' : ''}\n\n`,
    );
  if (!command.startsWith('event json HEARTBEAT')) return;
  if (fault === 'hangs-up') socket.end();
  else setTimeout(() => socket.write('Content-Type: log/data\nX-Rate: 100%\n\n'), 100);
}
