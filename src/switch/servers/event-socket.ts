/**
 * Our own connection to the media server's event socket, on modesl: health, channel list, killing channels, ends of
 * recordings. modesl neither reconnects nor settles what is pending at the end; media-server.ts makes a new one.
 */
import type { Clock } from '../../app/ports/ports.js';
import type { FarReception, Reception } from '../../domain/calls/quality.js';
import { Fault, messageOf } from '../../errors.js';
import { guardSocket, letGo } from './guarded-socket.js';
import { modesl, type EslConnection, type EslEvent } from '../libraries.js';
import { farReportOf, receptionOf } from '../legs/reception.js';
import { Lifetime, settle, type Settled } from '../lifetime.js';
import type { ServerAddress } from '../options.js';

const EVENTS = ['RECORD_START', 'RECORD_STOP', 'CHANNEL_BRIDGE'] as const;
export type ChannelEvent = (typeof EVENTS)[number] | 'CHANNEL_HANGUP_COMPLETE' | 'RECV_RTCP_MESSAGE';

export interface ChannelNews {
  readonly name: ChannelEvent;
  /** Of RECORD_*. */
  readonly filePath: string | null;
  /** Of CHANNEL_HANGUP_COMPLETE. */
  readonly hangupCause: string | null;
  readonly reception?: Reception | undefined;
  /** Of RECV_RTCP_MESSAGE. */
  readonly farReport?: FarReception | undefined;
}

/** Who waits for news of which channel. Outlives a single connection; a watcher takes itself back. */
export class ChannelWatchers {
  readonly #watchers = new Map<string, Set<(news: ChannelNews) => void>>();

  add(channelUuid: string, watcher: (news: ChannelNews) => void): () => void {
    const watchers = this.#watchers.get(channelUuid) ?? new Set();
    this.#watchers.set(channelUuid, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(channelUuid);
    };
  }

  tell(name: ChannelEvent, event: EslEvent): void {
    const watchers = this.#watchers.get(event.getHeader('Unique-ID') ?? '');
    if (!watchers) return;
    const news = {
      name,
      filePath: event.getHeader('Record-File-Path'),
      hangupCause: event.getHeader('Hangup-Cause'),
      ...(name === 'CHANNEL_HANGUP_COMPLETE' && { reception: receptionOf(event) }),
      ...(name === 'RECV_RTCP_MESSAGE' && { farReport: farReportOf(event) }),
    };
    for (const watcher of [...watchers]) watcher(news);
  }
}

interface EventSocketPorts {
  readonly clock: Clock;
  readonly commandMs: number;
  readonly watchers: ChannelWatchers;
}

export class EventSocket {
  readonly life: Lifetime<string>;
  readonly #connection: EslConnection;
  readonly #ports: EventSocketPorts;
  readonly #subscribed = new Set<ChannelEvent>();

  constructor(connection: EslConnection, life: Lifetime<string>, ports: EventSocketPorts) {
    this.#connection = connection;
    this.life = life;
    this.#ports = ports;
    this.subscribe(...EVENTS);
  }

  /** Further events for the watchers; a name already subscribed costs nothing. */
  subscribe(...names: readonly ChannelEvent[]): void {
    const fresh = names.filter((name) => !this.#subscribed.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) {
      this.#subscribed.add(name);
      this.#connection.on(`esl::event::${name}::*`, (event) => this.#ports.watchers.tell(name, event));
    }
    this.#connection.subscribe([...this.#subscribed]);
  }

  get bytesRead(): number {
    return this.#connection.socket?.bytesRead ?? 0;
  }

  /** The body of the reply; `-ERR …` is a value too. */
  api(command: string): Promise<Settled<string>> {
    const call = () =>
      new Promise<string>((resolve) => {
        this.#connection.api(command, (event) => resolve(event.getBody()));
      });
    return settle(call, { clock: this.#ports.clock, deadlineMs: this.#ports.commandMs, owner: this.life });
  }

  close(why: string): void {
    this.life.end(why);
    disconnect(this.#connection);
  }
}

/** Connects and authenticates. Throws Fault `switch-unavailable` with one clear sentence. */
export async function openEventSocket(address: ServerAddress, ports: EventSocketPorts): Promise<EventSocket> {
  const life = new Lifetime<string>();
  const connection = new modesl.Connection(address.host, address.port, address.secret);
  connection.reqEvents = []; // Else modesl subscribes to every executed application of every channel.
  const ready = new Promise<void>((resolve, reject) => {
    const refuse = (why: string) => reject(new Error(why));
    connection.on('esl::event::auth::fail', () => refuse('wrong password; check switch.media.secret'));
    connection.on('esl::event::raw::text/rude-rejection', () => refuse('rejected by its access list'));
    connection.on('error', (error) => refuse(messageOf(error)));
    connection.on('esl::ready', () => resolve());
    life.onEnd((why) => refuse(why));
  });
  watchSocket(connection, life);
  const opened = await settle(() => ready, { clock: ports.clock, deadlineMs: ports.commandMs });
  if (opened.kind === 'value') return new EventSocket(connection, life, ports);
  life.end('not opened');
  disconnect(connection);
  const why = opened.kind === 'failed' ? messageOf(opened.error) : 'no answer in time';
  throw new Fault('switch-unavailable', `Event socket of ${address.host}:${address.port}: ${why}.`);
}

/** Idempotent: the library forgets its socket at the first time. */
export function disconnect(connection: EslConnection): void {
  const { socket } = connection;
  if (!socket) return;
  connection.disconnect();
  letGo(socket);
}

function watchSocket(connection: EslConnection, life: Lifetime<string>): void {
  const { socket } = connection;
  // modesl attaches its parser in its own connect listener, which is registered before this one.
  socket?.once('connect', () => guardSocket(socket, (error) => life.end(messageOf(error))));
  socket?.once('close', () => life.end('connection closed'));
}
