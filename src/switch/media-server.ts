/**
 * The life of the connection to FreeSWITCH: built (media-build.ts), watched, lost, discarded and built anew; and what legs
 * ask of it: endpoints, news of channels, killing one.
 */
import type { Clock, Logger } from '../app/ports/ports.js';
import type { SwitchState } from '../app/ports/switch.js';
import { Fault, messageOf } from '../errors.js';
import { Endpoint } from './endpoint.js';
import { ChannelWatchers, type ChannelEvent, type ChannelNews, type EventSocket } from './event-socket.js';
import type { FsEndpoint } from './libraries.js';
import { buildMedia, type BuiltMedia } from './media-build.js';
import { settle, whyOf } from './lifetime.js';
import type { Deadlines, SwitchOptions } from './options.js';
import type { Signalling } from './signalling.js';

const FIRST_RETRY_MS = 250;
const RETRY_CEILING_MS = 2000;
const HEALTH_CHECK_MS = 10_000;
/** No codec or transport of the offer fits. */
const NOT_ACCEPTABLE = 488;

export interface MediaPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlines: Deadlines;
}

export interface MediaEvents {
  ready(): void;
  lost(): void;
}

export class MediaLink {
  version: string | undefined;
  readonly node: string;
  readonly #watchers = new ChannelWatchers();
  readonly #subscribed = new Set<ChannelEvent>();
  #state: SwitchState = 'connecting';
  #built: BuiltMedia | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelTimer: () => void = () => undefined;
  #complained: string | undefined;
  readonly #options: SwitchOptions;
  readonly #signalling: Signalling;
  readonly #ports: MediaPorts;
  readonly #events: MediaEvents;

  constructor(options: SwitchOptions, signalling: Signalling, ports: MediaPorts, events: MediaEvents) {
    this.#options = options;
    this.#signalling = signalling;
    this.#ports = ports;
    this.#events = events;
    this.node = `${options.media.host}:${options.media.port}`;
  }

  get state(): SwitchState {
    return this.#state;
  }

  /** Undefined while there is no connection. */
  get eventSocket(): EventSocket | undefined {
    return this.#built?.eventSocket;
  }

  connect(): void {
    void this.#tryOnce();
  }

  close(): void {
    this.#state = 'closed';
    this.#cancelTimer();
    this.#built?.end();
    this.#built = undefined;
  }

  /** News of one channel, across reconnects. RECORD_* and CHANNEL_BRIDGE come always, others once somebody `subscribe`d. */
  watch(channelUuid: string, watcher: (news: ChannelNews) => void): () => void {
    return this.#watchers.add(channelUuid, watcher);
  }

  subscribe(name: ChannelEvent): void {
    this.#subscribed.add(name);
    this.#built?.eventSocket.subscribe(name);
  }

  /** An endpoint for this SDP offer. Throws Fault `switch-refused` when no codec fits, else `switch-unavailable`. */
  async createEndpoint(remoteSdp: string, headers: Readonly<Record<string, string>> = {}): Promise<Endpoint> {
    const built = this.#built;
    if (!built || this.#signalling.state !== 'ready')
      throw new Fault('switch-unavailable', 'The media server is not connected.');
    const { clock, deadlines } = this.#ports;
    const creation = built.mediaServer.createEndpoint({ remoteSdp, headers: { ...headers } });
    const made = await settle(() => creation, {
      clock,
      deadlineMs: deadlines.endpointMs,
      owner: built.eventSocket.life,
    });
    if (made.kind === 'value') return this.#wrap(made.value);
    creation.then(
      (late) => void this.#wrap(late).release(),
      () => undefined,
    );
    const isRefusal = made.kind === 'failed' && statusOf(made.error) === NOT_ACCEPTABLE;
    throw new Fault(
      isRefusal ? 'switch-refused' : 'switch-unavailable',
      `No endpoint: ${whyOf(made, this.node)}.`,
    );
  }

  #wrap(raw: FsEndpoint): Endpoint {
    return new Endpoint(raw, this.#signalling, { ...this.#ports, kill: (uuid) => this.kill(uuid) });
  }

  /** `uuid_kill`; false when there is no such channel or no connection. */
  async kill(channelUuid: string): Promise<boolean> {
    const killed = await this.#built?.eventSocket.api(`uuid_kill ${channelUuid} MANAGER_REQUEST`);
    return killed?.kind === 'value' && killed.value.startsWith('+OK');
  }

  /** Takes both legs of a bridge out of it and parks them. On our own connection: either leg may end meanwhile. */
  async part(channelUuid: string): Promise<boolean> {
    const parted = await this.#built?.eventSocket.api(`uuid_transfer ${channelUuid} -both park inline`);
    return parted?.kind === 'value' && parted.value.startsWith('+OK');
  }

  #build(): Promise<BuiltMedia> {
    return buildMedia(this.#options, this.#signalling, { ...this.#ports, watchers: this.#watchers });
  }

  async #tryOnce(): Promise<void> {
    try {
      this.#become(await this.#build());
    } catch (error) {
      this.#complain(messageOf(error));
      this.#retryLater();
    }
  }

  #become(built: BuiltMedia): void {
    if (this.#isClosed()) {
      built.end();
      return;
    }
    this.#built = built;
    built.eventSocket.subscribe(...this.#subscribed);
    this.version = built.version;
    this.#state = 'ready';
    this.#retryMs = FIRST_RETRY_MS;
    this.#complained = undefined;
    built.eventSocket.life.onEnd((why) => this.#lose(why));
    this.#checkLater();
    this.#ports.logger.info({ node: this.node, version: this.version }, 'media server connected');
    this.#events.ready();
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #lose(why: string): void {
    const built = this.#built;
    if (!built) return;
    this.#built = undefined;
    this.#cancelTimer();
    built.end();
    if (this.#isClosed()) return;
    this.#state = 'lost';
    this.#ports.logger.warn({ node: this.node, why }, 'media server lost, rebuilding');
    this.#events.lost();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed()) return;
    this.#cancelTimer = this.#ports.clock.after(this.#retryMs, () => void this.#tryOnce());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_CEILING_MS);
  }

  /** A stopped process keeps its sockets open: only a missing answer shows it. */
  #checkLater(): void {
    this.#cancelTimer = this.#ports.clock.after(HEALTH_CHECK_MS, () => void this.#check());
  }

  async #check(): Promise<void> {
    const built = this.#built;
    const answer = await built?.eventSocket.api('uptime');
    if (!built || built !== this.#built) return;
    if (answer?.kind === 'value') this.#checkLater();
    else built.eventSocket.close('no answer to a health check');
  }

  #complain(why: string): void {
    if (this.#isClosed() || this.#complained === why) return;
    this.#complained = why;
    this.#ports.logger.warn({ node: this.node, why }, 'media server not usable, retrying');
  }
}

/** The SIP status of the library's error, when the media server answered at all. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}
