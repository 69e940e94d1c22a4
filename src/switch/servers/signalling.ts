/**
 * The life of the connection to drachtio-server: connect, lose, regain. Every request to it goes through here, raced
 * with a deadline and with the connection's end, because drachtio-srf never settles what is pending when it is lost.
 */
import type { Socket } from 'node:net';
import type { SwitchState } from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import { guardSocket, letGo } from './guarded-socket.js';
import {
  SrfLibrary,
  type AgentRequest,
  type Srf,
  type SrfClient,
  type SrfDialog,
  type SrfRequest,
  type SrfResponse,
} from '../libraries.js';
import { Lifetime, settle, type Settled } from '../lifetime.js';
import type { ServerAddress } from '../options.js';
import { RETRY_CEILING_MS, type ServerPorts } from './server-ports.js';

/** TCP accepted but nobody answers: not a drachtio-server. */
const HANDSHAKE_MS = 3000;
/** A stopped process or a cut line keeps the socket open: only a missing answer shows it. */
const HEALTH_CHECK_MS = 10_000;

export interface SignallingEvents {
  ready(): void;
  lost(): void;
  /** Each frame, after it was handled. */
  told(frame: string): void;
}

export class Signalling {
  readonly name: string;
  readonly srf: Srf;
  /** Ends when the present connection is lost; a new one for each connection. */
  connection = new Lifetime<'lost'>();
  version: string | undefined;
  /** `host:port` of the control connection, stored with each leg. */
  readonly node: string;
  /** Of the state. */
  since: number;
  #state: SwitchState = 'connecting';
  #complained: string | undefined;
  #socket: Socket | undefined;
  #cancelCheck: () => void = () => undefined;
  readonly #address: ServerAddress;
  readonly #ports: ServerPorts;
  readonly #events: SignallingEvents;

  constructor(address: ServerAddress, ports: ServerPorts, events: SignallingEvents) {
    this.#address = address;
    this.#ports = ports;
    this.#events = events;
    this.node = `${address.host}:${address.port}`;
    this.name = address.name ?? this.node;
    this.since = ports.clock.now();
    this.srf = new SrfLibrary();
  }

  get state(): SwitchState {
    return this.#state;
  }

  /** Call after every `use`: routes known then are sent with the first connection. */
  connect(): void {
    const { host, port, secret } = this.#address;
    this.srf.on('error', (error: unknown) => this.#complain(messageOf(error)));
    this.srf.on('connect', (error: unknown, _addresses: string, version?: string) => {
      if (error) this.#refused(messageOf(error));
      else this.#becomeReady(version);
    });
    // Multiplied by 1.7 without a ceiling unless told.
    this.srf.connect({ host, port, secret, reconnect: { retryMaxDelay: RETRY_CEILING_MS } });
    const { wp } = this.srf.app.client;
    wp.on('msg', (_socket: Socket, frame: string) => this.#events.told(frame));
    this.#containFaults(wp);
    wp.on('connect', (socket: Socket) => this.#adopt(socket));
    wp.on('close', () => this.#lose());
  }

  close(): void {
    this.#become('closed');
    this.connection.end('lost');
    const { wp } = this.srf.app.client;
    Object.assign(wp, { closing: true }); // The library's word for: do not reconnect; but a retry planned still comes.
    clearTimeout(wp.reconnectVars.retryTimer ?? undefined);
    if (this.#socket) letGo(this.#socket);
  }

  /**
   * Sends one request; the value is the request as sent. `onResponse` is attached at once: the response may come in the
   * same packet as the confirmation of sending, before a promise would have told.
   */
  request(options: AgentRequest, onResponse?: (response: SrfResponse) => void): Promise<Settled<SrfRequest>> {
    return this.settle(
      () =>
        new Promise<SrfRequest>((resolve, reject) => {
          this.srf.app.client.request(options, (error, request) => {
            if (request && onResponse) request.on('response', onResponse);
            if (request) resolve(request);
            else reject(error instanceof Error ? error : new Error(String(error)));
          });
        }),
    );
  }

  /** Races any call of this connection; `deadlineMs` defaults to that of a command. */
  settle<T>(work: () => Promise<T>, deadlineMs?: number): Promise<Settled<T>> {
    if (this.#state !== 'ready') return Promise.resolve({ kind: 'ended' });
    const { clock, deadlines } = this.#ports;
    return settle(work, { clock, deadlineMs: deadlineMs ?? deadlines.commandMs, owner: this.connection });
  }

  /** The other side is gone without a BYE: the library would keep the dialog for ever. */
  forget(dialog: SrfDialog): void {
    this.srf.removeDialog(dialog);
  }

  /** BYE. Afterwards the library has forgotten the dialog, also when nobody answered. */
  async bye(dialog: SrfDialog, reason: string): Promise<'confirmed' | 'unconfirmed'> {
    const byes = await this.settle(
      () => dialog.destroy({ headers: { Reason: reason } }),
      this.#ports.deadlines.hangupMs,
    );
    this.srf.removeDialog(dialog);
    return byes.kind === 'value' ? 'confirmed' : 'unconfirmed';
  }

  /**
   * What a handler throws over one message (a header that no parser takes) must cost that message alone. Thrown further
   * it would leave the message in the library's buffer, to be handled again with the next bytes.
   */
  #containFaults(wp: SrfClient['wp']): void {
    const listeners = wp.listeners('msg') as ((...values: unknown[]) => void)[];
    wp.removeAllListeners('msg');
    for (const listener of listeners) {
      wp.on('msg', (...values: unknown[]) => {
        try {
          listener(...values);
        } catch (error) {
          this.#ports.logger.error({ why: messageOf(error) }, 'signalling message: fault in a handler');
        }
      });
    }
  }

  #adopt(socket: Socket): void {
    if (this.#state === 'closed') {
      socket.destroy(); // It was on its way when we closed.
      return;
    }
    this.#socket = socket;
    guardSocket(socket, (error) =>
      this.#ports.logger.error(
        { why: messageOf(error) },
        'signalling connection: fault in a handler, reconnecting',
      ),
    );
    const handshake = this.#ports.clock.after(HANDSHAKE_MS, () => {
      if (this.#state !== 'ready') socket.destroy();
    });
    socket.once('close', () => {
      handshake();
      this.#cancelCheck();
    });
  }

  #check(socket: Socket): void {
    const before = socket.bytesRead;
    this.srf.app.client.wp.send(socket, 'ping');
    this.#cancelCheck = this.#ports.clock.after(HEALTH_CHECK_MS, () => {
      if (socket.bytesRead > before) this.#check(socket);
      else socket.destroy();
    });
  }

  #becomeReady(version: string | undefined): void {
    if (this.#state === 'closed') return;
    this.#become('ready');
    this.#complained = undefined;
    this.version = version;
    if (this.#socket) this.#check(this.#socket);
    this.#ports.logger.info({ node: this.node, version }, 'signalling server connected');
    this.#events.ready();
  }

  #refused(why: string): void {
    this.#complain(`refused: ${why}; check switch.signalling.secret`);
    // The successful TCP connect has reset the library's delay to 255 ms; a wrong secret does not change that fast.
    this.srf.app.client.wp.reconnectVars.retryDelay = RETRY_CEILING_MS;
  }

  #lose(): void {
    if (this.#state !== 'ready') return;
    this.#become('lost');
    this.#ports.logger.warn({ node: this.node }, 'signalling server lost, reconnecting');
    this.srf._dialogs.clear(); // They are tied to the dead socket and would never be removed.
    const connection = this.connection;
    this.connection = new Lifetime();
    this.#events.lost();
    connection.end('lost');
  }

  #become(state: SwitchState): void {
    this.#state = state;
    this.since = this.#ports.clock.now();
  }

  /** One line for each new reason, not one for each try. */
  #complain(why: string): void {
    if (this.#state === 'closed' || this.#complained === why) return;
    this.#complained = why;
    this.#ports.logger.warn({ node: this.node, why }, 'signalling server not reachable, retrying');
  }
}
