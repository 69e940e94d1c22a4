/**
 * One party: its signals, identity and ending, and the activities on its media. Both directions share this class; how the
 * other side is let go depends on the phase and comes from outgoing-leg.ts, incoming-leg.ts or far-dialog.ts.
 */
import type { Ending, LegIdentity, LegRole } from '../../domain/calls/call.js';
import type { SupervisionMode } from '../../domain/calls/supervision.js';
import type { MediaTerms, Trunk } from '../../domain/routing/telephony.js';
import { moveLeg, type LegEvent, type LegState } from '../../domain/calls/states.js';
import type { LegId } from '../../domain/values/ids.js';
import type {
  Activity,
  BridgeOutcome,
  EavesdropActivity,
  GatherOutcome,
  GatherRequest,
  HangupReason,
  KeptKeys,
  Leg,
  LegSignal,
  PlayItem,
  PlayOutcome,
  RecordingActivity,
  RecordingRequest,
} from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import { bridgeLegs } from '../activities/bridge.js';
import { eavesdropOn } from '../activities/eavesdrop.js';
import { gather } from '../activities/gather.js';
import { play } from '../activities/play.js';
import { record } from '../activities/record.js';
import { endingOfMedia } from '../messages/causes.js';
import type { Endpoint } from './endpoint.js';
import type { Home } from '../servers/home.js';
import { Lifetime } from '../lifetime.js';
import type { SwitchContext } from '../context.js';
import type { Signalling } from '../servers/signalling.js';

/** The other side in its present phase. */
export interface FarSide {
  /** Resolves when it is gone or the deadline passed. */
  end(reason: HangupReason): Promise<void>;
  /** SIP INFO; only once there is a dialog. */
  sendKey?(digit: string, durationMs: number): Promise<void>;
}

/** Of a confirmed dialog, as we see it. */
export interface DialogTags {
  readonly local: string;
  readonly remote: string;
}

/** An ending without its time. */
export type EndingCause = Omit<Ending, 'at'>;

const EVENTS: Readonly<Partial<Record<LegSignal['kind'], LegEvent>>> = {
  ringing: 'rang',
  'early-media': 'sent-media',
  answered: 'answered',
  held: 'was-held',
  resumed: 'was-resumed',
  ended: 'ended',
};

/** ITU-T Q.24 asks for 40 ms, FreeSWITCH sends 50 at least; nobody holds a key for longer than some seconds. */
const LEAST_KEY_MS = 50;
const MOST_KEY_MS = 5000;
const NONE_KEPT: KeptKeys = { own: [], others: [] };

export class SwitchLeg implements Leg {
  readonly id: LegId;
  readonly role: LegRole;
  /** Ends with the leg. */
  readonly life = new Lifetime<Ending>();
  /** Which party of the SIP call the other side is. */
  readonly party: 'caller' | 'callee';
  /** Whose gateway carries it; undefined for phones. */
  trunk: string | undefined;
  /** Of that trunk. */
  srtp: MediaTerms['srtp'];
  /** Over which its dialog goes. */
  readonly signalling: Signalling;
  protected readonly context: SwitchContext;
  #home: Home;
  #identity: LegIdentity;
  #state: LegState = 'new';
  #endpoint: Endpoint | undefined;
  #keys: MediaTerms['dtmf'] = 'rfc4733';
  #far: FarSide | undefined;
  #tags: DialogTags | undefined;
  /** How often its call may still be passed on (Max-Forwards); undefined: it came from nowhere. */
  hopsLeft: number | undefined;
  #hangup: Promise<void> | undefined;
  #gathers = 0;
  readonly #signals: LegSignal[] = [];
  readonly #signalListeners = new Set<(signal: LegSignal) => void>();
  readonly #identityListeners = new Set<(identity: LegIdentity) => void>();

  constructor(
    context: SwitchContext,
    about: {
      id: LegId;
      role: LegRole;
      party: 'caller' | 'callee';
      identity: Omit<LegIdentity, 'signallingNode'>;
      home: Home;
      signalling: Signalling;
    },
  ) {
    this.context = context;
    this.id = about.id;
    this.role = about.role;
    this.party = about.party;
    this.#home = about.home;
    this.signalling = about.signalling;
    this.#identity = { ...about.identity, signallingNode: about.signalling.node };
    context.legs.add(this);
  }

  get identity(): LegIdentity {
    return this.#identity;
  }

  get home(): Home {
    return this.#home;
  }

  get state(): LegState {
    return this.#state;
  }

  get endpoint(): Endpoint | undefined {
    return this.#endpoint;
  }

  get now(): number {
    return this.context.clock.now();
  }

  /** Over, or about to be. */
  get isEnding(): boolean {
    return this.life.ended || this.#hangup !== undefined;
  }

  onSignal(listener: (signal: LegSignal) => void): () => void {
    for (const signal of this.#signals) this.#tell(listener, signal);
    if (!this.life.ended) this.#signalListeners.add(listener);
    return () => this.#signalListeners.delete(listener);
  }

  get hasListeners(): boolean {
    return this.#signalListeners.size > 0;
  }

  onIdentity(listener: (identity: LegIdentity) => void): () => void {
    this.#tell(listener, this.#identity);
    if (!this.life.ended) this.#identityListeners.add(listener);
    return () => this.#identityListeners.delete(listener);
  }

  play(items: readonly PlayItem[]): Activity<PlayOutcome> {
    return play(this.#media(), items, this.context);
  }

  gather(request: GatherRequest): Activity<GatherOutcome> {
    const gathering = gather(this.#media(), request, this.context);
    this.#gathers += 1;
    void gathering.outcome.then(() => (this.#gathers -= 1));
    return gathering;
  }

  record(request: RecordingRequest): RecordingActivity {
    return record(this.#media(), request, this.context);
  }

  bridge(other: Leg, kept: KeptKeys = NONE_KEPT): Activity<BridgeOutcome> {
    return bridgeLegs(this, this.context.legs.get(other.id), { context: this.context, kept });
  }

  eavesdrop(watched: Leg, mode: SupervisionMode): EavesdropActivity {
    return eavesdropOn(this, this.context.legs.get(watched.id), mode, this.context);
  }

  hangup(reason: HangupReason): Promise<void> {
    this.#hangup ??= this.life.ended ? Promise.resolve() : this.#hangUpNow({ by: 'system', reason }, reason);
    return this.#hangup;
  }

  /** Ends the leg for a reason that the caller of `hangup` did not give, e.g. the ring time is over. */
  endBecause(cause: EndingCause, reason: HangupReason): void {
    this.#hangup ??= this.#hangUpNow(cause, reason);
  }

  async #hangUpNow(cause: EndingCause, reason: HangupReason): Promise<void> {
    const released = this.#endpoint?.release();
    await this.#far?.end(reason);
    this.finish(cause);
    await released;
  }

  /** The leg is over. Only the first ending counts. */
  finish(cause: EndingCause): void {
    if (!this.#over(cause)) return;
    void this.#endpoint?.release();
  }

  /** The connection to the signalling server is lost: nothing more can be done, but the talk may go on. */
  lose(): void {
    if (this.#over({ by: 'unknown', reason: 'lost' })) this.#endpoint?.forget();
  }

  #over(cause: EndingCause): boolean {
    if (this.life.ended) return false;
    const ending = { ...cause, at: this.now };
    this.signal({ kind: 'ended', at: ending.at, ending });
    this.life.end(ending);
    this.context.legs.remove(this);
    this.#signalListeners.clear();
    this.#identityListeners.clear();
    return true;
  }

  /** Tells the listeners, unless it does not fit the state (an 18x after the answer, anything after the end). */
  signal(signal: LegSignal): void {
    const event = EVENTS[signal.kind];
    if (this.life.ended || (event && !this.#move(event))) return;
    this.#signals.push(signal);
    for (const listener of [...this.#signalListeners]) this.#tell(listener, signal);
  }

  /** A listener's fault must not reach the library's message handler that we may be in. */
  #tell<T>(listener: (value: T) => void, value: T): void {
    try {
      listener(value);
    } catch (error) {
      this.context.logger.error({ leg: this.id, why: messageOf(error) }, 'leg listener failed');
    }
  }

  #move(event: LegEvent): boolean {
    const moved = moveLeg(this.#state, event);
    if (moved.kind === 'moved') this.#state = moved.state;
    else this.context.logger.debug({ leg: this.id, why: moved.why }, 'leg event ignored');
    return moved.kind === 'moved';
  }

  identify(fields: Partial<LegIdentity>): void {
    this.#identity = { ...this.#identity, ...fields };
    for (const listener of [...this.#identityListeners]) this.#tell(listener, this.#identity);
  }

  /** To the call of that leg; once it has sound somewhere it stays there. */
  joinHome(of: LegId): void {
    const other = this.context.legs.get(of);
    if (other !== undefined && !this.#home.isSettled) this.#home = other.home;
  }

  faceFar(far: FarSide): void {
    this.#far = far;
  }

  /** Undefined: there is no confirmed dialog yet. */
  get tags(): DialogTags | undefined {
    return this.#tags;
  }

  confirm(tags: DialogTags): void {
    this.#tags = tags;
  }

  /** Undefined: a phone's. */
  carriedBy(trunk: Pick<Trunk, 'name' | 'media'> | undefined): void {
    this.trunk = trunk?.name;
    this.srtp = trunk?.media?.srtp;
    this.exchangeKeys(trunk?.media?.dtmf);
  }

  /** How keys come from and go to the far end. For an endpoint that is there, and for one that comes. */
  exchangeKeys(way: MediaTerms['dtmf'] = 'rfc4733'): void {
    this.#keys = way;
    if (way === 'inband') void this.#endpoint?.hearKeysInAudio();
  }

  get keys(): MediaTerms['dtmf'] {
    return this.#keys;
  }

  /** To the far end: a phone that was not offered events, or did not take them, hears tones. */
  get keysOut(): MediaTerms['dtmf'] {
    return this.#keys === 'rfc4733' && this.#endpoint?.takesEvents === false ? 'inband' : this.#keys;
  }

  /** Somebody waits for this party's keys. */
  get gathers(): boolean {
    return this.#gathers > 0;
  }

  /** One key to the far end, in its way; resolves when the next may follow. */
  async sendKey(digit: string, durationMs: number): Promise<void> {
    const ms = Math.min(Math.max(durationMs, LEAST_KEY_MS), MOST_KEY_MS);
    if (this.keysOut === 'info') await this.sendInfoKey(digit, ms);
    else await this.#endpoint?.sendKey(digit, ms, this.keysOut === 'inband' ? 'tones' : 'events');
  }

  async sendInfoKey(digit: string, durationMs: number): Promise<void> {
    await this.#far?.sendKey?.(digit, durationMs);
  }

  /** False when the leg ended meanwhile; then the endpoint is released. */
  useEndpoint(endpoint: Endpoint): boolean {
    if (this.isEnding) {
      void endpoint.release();
      return false;
    }
    this.#endpoint = endpoint;
    if (this.#keys === 'inband') void endpoint.hearKeysInAudio();
    this.identify({ mediaNode: endpoint.media.node, channelUuid: endpoint.uuid });
    this.context.meter.follow(this, endpoint);
    endpoint.onDtmf(({ digit, durationMs }) => this.signal({ kind: 'key', at: this.now, digit, durationMs }));
    endpoint.life.onEnd((cause) => {
      if (cause !== 'released' && cause !== 'forgotten') this.endBecause(endingOfMedia(cause), 'failure');
    });
    return true;
  }

  #media() {
    return { leg: this, endpoint: this.life.ended ? undefined : this.#endpoint };
  }
}
