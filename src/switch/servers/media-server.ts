/**
 * The life of the connection to FreeSWITCH: built (media-build.ts), watched, lost, discarded and built anew; and what legs
 * ask of it: endpoints, news of channels, killing one.
 */
import type { SwitchState } from '../../app/ports/switch.js';
import type { MediaLoad } from '../../domain/routing/choose-server.js';
import { Fault, messageOf } from '../../errors.js';
import { Endpoint } from '../legs/endpoint.js';
import { ChannelWatchers, type ChannelEvent, type ChannelNews, type EventSocket } from './event-socket.js';
import { filePaths, type FilePaths } from '../file-paths.js';
import { HealthWatch } from './health-watch.js';
import type { FsEndpoint } from '../libraries.js';
import { buildMedia, type BuiltMedia, type MediaPlace } from './media-build.js';
import { settle, whyOf, type Outcome } from '../lifetime.js';
import type { SwitchFiles } from '../options.js';
import { RETRY_CEILING_MS, type ServerPorts } from './server-ports.js';
import type { Signalling } from './signalling.js';

const FIRST_RETRY_MS = 250;
/** No codec or transport of the offer fits. */
const NOT_ACCEPTABLE = 488;

export interface MediaEvents {
  ready(): void;
  lost(): void;
  /** Legs of ours on it now. */
  legs(): number;
}

export interface EndpointTerms {
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: that of the switch. */
  readonly deadlineMs?: number;
  /** For a browser: gets the answer, without which there will be no endpoint. */
  readonly early?: Outcome<string>;
}

export class MediaLink {
  version: string | undefined;
  readonly name: string;
  readonly node: string;
  readonly files: FilePaths;
  /** Of the state. */
  since: number;
  readonly #watchers = new ChannelWatchers();
  readonly #subscribed = new Set<ChannelEvent>();
  readonly #endpoints = new Set<Endpoint>();
  #state: SwitchState = 'connecting';
  #built: BuiltMedia | undefined;
  #health: HealthWatch | undefined;
  #retryMs = FIRST_RETRY_MS;
  #cancelTimer: () => void = () => undefined;
  #complained: string | undefined;
  readonly #place: MediaPlace;
  readonly #ports: ServerPorts;
  readonly #events: MediaEvents;

  constructor(place: MediaPlace & { readonly files: SwitchFiles }, ports: ServerPorts, events: MediaEvents) {
    const { host, port, name } = place.address;
    this.#place = place;
    this.#ports = ports;
    this.#events = events;
    this.node = `${host}:${port}`;
    this.name = name ?? this.node;
    this.files = filePaths(place.files);
    this.since = ports.clock.now();
  }

  get state(): SwitchState {
    return this.#state;
  }

  /** Undefined while there is no connection. */
  get eventSocket(): EventSocket | undefined {
    return this.#built?.eventSocket;
  }

  /** Whether its last question was answered as fast as a call needs. */
  get answers(): 'in-time' | 'late' {
    return this.#health?.answers ?? 'in-time';
  }

  get load(): MediaLoad | undefined {
    return this.#health?.load;
  }

  connect(): void {
    void this.#tryOnce();
  }

  close(): void {
    this.#enter('closed');
    this.#cancelTimer();
    this.#discard();
  }

  /** News of one channel, across reconnects. RECORD_* and CHANNEL_BRIDGE come always, others once somebody `subscribe`d. */
  watch(channelUuid: string, watcher: (news: ChannelNews) => void): () => void {
    return this.#watchers.add(channelUuid, watcher);
  }

  subscribe(name: ChannelEvent): void {
    this.#subscribed.add(name);
    this.#built?.eventSocket.subscribe(name);
  }

  /**
   * An endpoint for this SDP offer, made over `via`. Throws Fault `switch-refused` when no codec fits, else
   * `switch-unavailable`.
   */
  async createEndpoint(
    remoteSdp: string,
    via: Signalling,
    { headers = {}, deadlineMs, early }: EndpointTerms = {},
  ): Promise<Endpoint> {
    const built = this.#built;
    if (!built || via.state !== 'ready')
      throw new Fault('switch-unavailable', 'The media server is not connected.');
    const { clock, deadlines } = this.#ports;
    const creation = built.createEndpoint(via, { remoteSdp, headers: { ...headers } }, early);
    const made = await settle(() => creation, {
      clock,
      deadlineMs: deadlineMs ?? deadlines.endpointMs,
      owner: built.eventSocket.life,
    });
    if (made.kind === 'value') return this.#wrap(made.value, via);
    creation.then(
      (late) => void this.#wrap(late, via).release(),
      () => undefined,
    );
    const isRefusal = made.kind === 'failed' && statusOf(made.error) === NOT_ACCEPTABLE;
    throw new Fault(
      isRefusal ? 'switch-refused' : 'switch-unavailable',
      `No endpoint: ${whyOf(made, this.node)}.`,
    );
  }

  #wrap(raw: FsEndpoint, signalling: Signalling): Endpoint {
    const endpoint = new Endpoint(raw, { media: this, signalling }, this.#ports);
    this.#endpoints.add(endpoint);
    endpoint.life.onEnd(() => this.#endpoints.delete(endpoint));
    return endpoint;
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
    return buildMedia(this.#place, { ...this.#ports, watchers: this.#watchers });
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
    this.#enter('ready');
    this.#retryMs = FIRST_RETRY_MS;
    this.#complained = undefined;
    built.eventSocket.life.onEnd((why) => this.#lose(why));
    this.#watchHealth(built.eventSocket);
    this.#ports.logger.info({ server: this.name, version: this.version }, 'media server connected');
    this.#events.ready();
  }

  /** What ended its answers has ended its calls too; a cut connection alone has not: channels have one of their own. */
  #watchHealth(eventSocket: EventSocket): void {
    this.#health = new HealthWatch(eventSocket, this.#ports, {
      ownLegs: () => this.#events.legs(),
      dead: () => {
        for (const endpoint of [...this.#endpoints]) endpoint.lose();
      },
    });
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #enter(state: SwitchState): void {
    this.#state = state;
    this.since = this.#ports.clock.now();
  }

  #discard(): void {
    const built = this.#built;
    this.#built = undefined;
    this.#health?.close();
    this.#health = undefined;
    built?.end();
  }

  #lose(why: string): void {
    if (!this.#built) return;
    this.#discard();
    if (this.#isClosed()) return;
    this.#enter('lost');
    this.#ports.logger.warn({ server: this.name, why }, 'media server lost, rebuilding');
    this.#events.lost();
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed()) return;
    this.#cancelTimer = this.#ports.clock.after(this.#retryMs, () => void this.#tryOnce());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_CEILING_MS);
  }

  #complain(why: string): void {
    if (this.#isClosed() || this.#complained === why) return;
    this.#complained = why;
    this.#ports.logger.warn({ server: this.name, why }, 'media server not usable, retrying');
  }
}

/** The SIP status of the library's error, when the media server answered at all. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}
