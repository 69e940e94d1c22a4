/**
 * One event-socket connection, from a client (inbound) or to the application of a channel (outbound). Commands are
 * taken one after another and each is answered exactly once, in order; events go out between the answers. What the
 * commands do is in commands.ts.
 */
import type { Socket } from 'node:net';
import { EslCommandReader, type EslCommand } from '../../../wire/esl-command.js';
import { AUTH_REQUEST, writeCommandReply, writeDisconnectNotice } from '../../../wire/esl-frame.js';
import type { Channel, ChannelWatcher } from '../channel/channel.js';
import { releaseControl } from '../channel/park.js';
import type { Core } from '../core.js';
import type { EventSink, SwitchEvent } from '../events/event-bus.js';
import { COMMANDS } from './commands.js';
import { Subscription } from './subscription.js';

/** A client that does not read its events is cut off before they fill the memory. */
const PATIENCE_MS = 200;
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** A client that has more commands waiting is not read until they are done. */
const MAX_WAITING_COMMANDS = 1000;

export type ConnectionState = 'unauthenticated' | 'open' | 'closed';

export interface Linger {
  readonly seconds: number | undefined;
}

export class EslConnection implements EventSink, ChannelWatcher {
  readonly core: Core;
  /** The channel that an outbound connection controls. */
  readonly channel: Channel | undefined;
  readonly subscription = new Subscription();
  /** Stay connected after the channel has ended; `seconds` undefined: until the client leaves. */
  linger: Linger | undefined;
  state: ConnectionState;
  readonly #socket: Socket;
  readonly #reader = new EslCommandReader();
  readonly #onClosed: () => void;
  #commands: EslCommand[] = [];
  #cancelLinger: () => void = () => undefined;
  #work: 'idle' | 'busy' = 'idle';

  constructor(
    core: Core,
    socket: Socket,
    owner: { readonly channel?: Channel; readonly onClosed: () => void },
  ) {
    this.core = core;
    this.#socket = socket;
    this.channel = owner.channel;
    this.#onClosed = owner.onClosed;
    this.state = owner.channel === undefined ? 'unauthenticated' : 'open';
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#receive(chunk);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed();
    });
    core.bus.add(this);
    owner.channel?.watchers.add(this);
    if (owner.channel === undefined) this.#write(AUTH_REQUEST);
  }

  wants(name: string, subclass: string | undefined): boolean {
    return this.state === 'open' && this.subscription.wants(name, subclass);
  }

  deliver(event: SwitchEvent): void {
    if (this.subscription.passes(event.headers))
      this.#write(this.subscription.format === 'json' ? event.json() : event.plain());
  }

  channelCut(): void {
    this.channelOver();
  }

  channelOver(): void {
    const { channel, linger } = this;
    if (channel === undefined || this.state === 'closed') return;
    channel.watchers.delete(this);
    if (linger === undefined) {
      this.disconnect();
      return;
    }
    this.#write(lingerNotice(channel, linger));
    if (linger.seconds !== undefined) {
      this.#cancelLinger = this.core.clock.after(linger.seconds * 1000, () => {
        this.disconnect();
      });
    }
  }

  /** Farewell, then close. */
  disconnect(): void {
    if (this.state === 'closed') return;
    this.#write(writeDisconnectNotice(this.channel?.uuid));
    this.state = 'closed';
    this.#socket.end();
    this.core.bus.remove(this);
  }

  /** Farewell, then the end of the socket, at the latest after `PATIENCE_MS`. */
  async close(): Promise<void> {
    this.disconnect();
    const cancel = this.core.clock.after(PATIENCE_MS, () => this.#socket.destroy());
    // Not events.once: the farewell to a peer that has reset is an error before the close.
    if (!this.#socket.destroyed) await new Promise((resolve) => this.#socket.once('close', resolve));
    cancel();
  }

  #receive(chunk: Buffer): void {
    const result = this.#reader.read(chunk);
    if (result.kind === 'too-large') {
      this.#socket.destroy();
      return;
    }
    // Not by spreading: one chunk can hold more commands than a call takes arguments.
    this.#commands = this.#commands.concat(result.commands);
    if (this.#commands.length > MAX_WAITING_COMMANDS) this.#socket.pause();
    if (this.#work === 'idle') void this.#runCommands();
  }

  async #runCommands(): Promise<void> {
    this.#work = 'busy';
    for (let command = this.#commands.shift(); command !== undefined; command = this.#commands.shift()) {
      if (this.state !== 'closed') await this.#run(command);
    }
    this.#work = 'idle';
    this.#socket.resume();
  }

  async #run(command: EslCommand): Promise<void> {
    const row = COMMANDS.get(command.verb.toLowerCase());
    const allowed = this.state === 'open' || row?.before === 'auth';
    if (row === undefined || !allowed) {
      this.#write(writeCommandReply('-ERR command not found'));
      return;
    }
    const answer = await row.run(this, command);
    this.#write(answer.reply);
    answer.after?.();
  }

  #write(text: string): void {
    if (this.state === 'closed' || this.#socket.destroyed) return;
    this.#socket.write(text);
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.#socket.destroy();
  }

  #closed(): void {
    this.state = 'closed';
    this.#commands = [];
    this.#cancelLinger();
    this.core.bus.remove(this);
    if (this.channel !== undefined) {
      this.channel.watchers.delete(this);
      releaseControl(this.channel);
    }
    this.#onClosed();
  }
}

function lingerNotice(channel: Channel, { seconds }: Linger): string {
  return (
    `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${channel.uuid}\nContent-Disposition: linger\n` +
    `Channel-Name: ${channel.name}\nLinger-Time: ${seconds ?? 0}\nContent-Length: 0\n\n`
  );
}
