/**
 * When the media server joined a call, told by the media server itself: an event-socket connection of our own that hears
 * CHANNEL_BRIDGE. The same clock for every program that is measured, whatever that program believes.
 */
import { connect, type Socket } from 'node:net';
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';
import { EslFrameReader, type EslFrame } from '../../wire/esl-frame.js';
import type { EventSocketAddress } from '../chaos/event-socket.js';
import { within } from '../chaos/within.js';

export interface BridgeWatch {
  /** Milliseconds since the epoch, by the RTP port that a party of the call named in its SDP. */
  readonly bridgedAt: ReadonlyMap<number, number>;
  close(): void;
}

const DEADLINE_MS = 5000;

export async function watchBridges({ host, port, secret }: EventSocketAddress): Promise<BridgeWatch> {
  const socket = connect({ host, port, noDelay: true });
  const bridgedAt = new Map<number, number>();
  const reader = new EslFrameReader();
  const subscribed = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      for (const frame of reader.read(chunk)) take(socket, frame, { secret, bridgedAt, resolve, reject });
    });
  });
  await within(DEADLINE_MS, subscribed, 'the event socket');
  return { bridgedAt, close: () => void socket.destroy() };
}

interface Watching {
  readonly secret: string;
  readonly bridgedAt: Map<number, number>;
  readonly resolve: () => void;
  readonly reject: (why: Error) => void;
}

function take(socket: Socket, { headers, body }: EslFrame, watching: Watching): void {
  const { secret, bridgedAt, resolve, reject } = watching;
  switch (headers['Content-Type']) {
    case 'auth/request':
      socket.write(`auth ${secret}\n\n`);
      return;
    case 'command/reply':
      if (headers['Reply-Text'] === '+OK accepted') socket.write('event json CHANNEL_BRIDGE\n\n');
      else if (headers['Reply-Text']?.startsWith('+OK') === true) resolve();
      else reject(new Fault('switch-refused', `the event socket says ${headers['Reply-Text'] ?? 'nothing'}`));
      return;
    case 'text/event-json': {
      const port = Number((JSON.parse(body) as Record<string, string>)['variable_remote_media_port']);
      if (!bridgedAt.has(port)) bridgedAt.set(port, systemClock.now());
      return;
    }
    default:
  }
}
