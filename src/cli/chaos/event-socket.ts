/** Asks the media engine one thing over its event socket: the judge's own way, beside the program that it judges. */
import { connect } from 'node:net';
import { Fault } from '../../errors.js';
import { EslFrameReader, type EslFrame } from '../../wire/esl-frame.js';
import { within } from './within.js';

export interface EventSocketAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

const DEADLINE_MS = 5000;

/** Answer to `api <command>`. Throws Fault when the secret is refused or nothing comes. */
export async function askMediaServer(address: EventSocketAddress, command: string): Promise<string> {
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  const reader = new EslFrameReader();
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      for (const frame of reader.read(chunk)) {
        const reply = replyTo(frame, address.secret, command);
        if (reply.kind === 'send') socket.write(`${reply.line}\n\n`);
        if (reply.kind === 'answer') resolve(reply.text);
        if (reply.kind === 'refused')
          reject(new Fault('switch-refused', 'the event socket refused the secret'));
      }
    });
  });
  try {
    return await within(DEADLINE_MS, answer, `the event socket: ${command}`);
  } finally {
    socket.destroy();
  }
}

type Reply =
  | { readonly kind: 'send'; readonly line: string }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'refused' | 'nothing' };

function replyTo({ headers, body }: EslFrame, secret: string, command: string): Reply {
  switch (headers['Content-Type']) {
    case 'auth/request':
      return { kind: 'send', line: `auth ${secret}` };
    case 'command/reply':
      return headers['Reply-Text']?.startsWith('+OK') === true
        ? { kind: 'send', line: `api ${command}` }
        : { kind: 'refused' };
    case 'api/response':
      return { kind: 'answer', text: body };
    default:
      return { kind: 'nothing' };
  }
}

export async function channelCount(address: EventSocketAddress): Promise<number> {
  const shown = JSON.parse(await askMediaServer(address, 'show channels as json')) as { row_count: number };
  return shown.row_count;
}
