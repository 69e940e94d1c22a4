/**
 * The Switch port over the simulated world, for one life of the program: what it was told is forgotten when the program
 * dies, what it did to the world stays.
 */
import type {
  Activity,
  AdoptedEnd,
  AdoptRequest,
  BridgeOutcome,
  EavesdropActivity,
  EavesdropOutcome,
  GatherOutcome,
  GatherRequest,
  HangupReason,
  InboundCall,
  Leg,
  LegSignal,
  LiveChannel,
  OriginateRequest,
  PlayItem,
  PlayOutcome,
  RecordingActivity,
  RecordingOutcome,
  RecordingRequest,
  Registered,
  Switch,
  SwitchHandlers,
  SwitchStatus,
} from '../../app/ports/switch.js';
import type { LegIdentity } from '../../domain/calls/call.js';
import type { SimClock, SimRandom } from './sim-clock.js';
import { toSignal } from './sim-signal.js';
import type { Line, LineEvent, SimWorld } from './sim-world.js';

/** Lives as long as one process. Once dead nothing comes in or goes out. */
export interface Life {
  isAlive(): boolean;
  /** A place where the process may die; `where` names it for the report. */
  crashPoint(where: string): void;
  /** `no`: not before it is planned anew, so nobody needs to look out for it. Absent: yes. */
  mayDie?(): 'yes' | 'no';
}

const PROMPT_MS = 2500;
const SIM_NODE = 'sim';

export class SimSwitch implements Switch {
  readonly world: SimWorld;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly life: Life;
  readonly legs = new Map<Line, SimLeg>();
  private readonly users: readonly string[];
  private readonly known = new Map<Leg['id'], SimLeg>();
  private handlers: SwitchHandlers | undefined;

  constructor(
    parts: Pick<SimSwitch, 'world' | 'clock' | 'random' | 'life'> & { readonly users: readonly string[] },
  ) {
    this.world = parts.world;
    this.clock = parts.clock;
    this.random = parts.random;
    this.life = parts.life;
    this.users = parts.users;
  }

  status(): SwitchStatus {
    return { signalling: 'ready', media: 'ready', legs: this.legs.size, registrations: this.users.length };
  }

  readonly servers = (): readonly [] => [];
  readonly drain = (): void => undefined;

  listen(handlers: SwitchHandlers): void {
    this.handlers = handlers;
  }

  /** The control connection drops and comes back: legs of before are silent from now on. */
  loseSignalling(): void {
    for (const leg of this.legs.values()) leg.silence();
    this.legs.clear();
    this.handlers?.lost('signalling', SIM_NODE);
    this.handlers?.regained('signalling', SIM_NODE);
  }

  expectLeg(): void {
    // Nothing takes long here.
  }

  originate(request: OriginateRequest): Leg {
    this.life.crashPoint('originate before');
    const { target } = request;
    const phone =
      target.kind === 'registered' ? target.user : target.kind === 'trunk' ? target.number : target.uri;
    if (!this.life.isAlive()) return new SimLeg(this, request, undefined);
    const kind =
      request.role === 'client' ? 'client' : target.kind === 'registered' ? 'operator' : 'elsewhere';
    const line = this.world.dial({
      invite: request.sipCallId,
      call: request.callId,
      phone,
      kind,
      ringMs: request.ringMs,
    });
    const leg = new SimLeg(this, request, line);
    this.legs.set(line, leg);
    this.known.set(leg.id, leg);
    this.clock.after(request.ringMs, () => leg.ringTimeout());
    this.life.crashPoint('originate after');
    return leg;
  }

  /** The caller's side of an INVITE to us. */
  arrive(line: Line, legId: Leg['id']): SimLeg {
    const leg = new SimLeg(this, { legId, role: 'caller', sipCallId: line.invite }, line);
    this.legs.set(line, leg);
    this.known.set(leg.id, leg);
    return leg;
  }

  deliver(call: InboundCall): void {
    this.handlers?.inbound(call);
  }

  readonly trunks = (): readonly [] => [];

  registrations(): readonly Registered[] {
    return this.users.map((user) => ({
      user,
      contact: `sip:${user}@10.0.0.9`,
      source: '10.0.0.9:5060',
      transport: 'udp',
      phone: user,
      expiresAt: Number.MAX_SAFE_INTEGER,
    }));
  }

  liveChannels(): Promise<readonly LiveChannel[]> {
    const up = this.world.lines.filter(({ channel }) => channel === 'up');
    return this.answer(
      up.map(({ channelUuid, createdAt, bridgedTo }) => ({
        uuid: channelUuid,
        createdAt,
        ...(bridgedTo === undefined ? {} : { bridgedTo: bridgedTo.channelUuid }),
      })),
    );
  }

  /** Only by what was stored: a Call-ID alone ends nothing. */
  endStored(identity: LegIdentity): Promise<'ended' | 'already-gone' | 'unreachable'> {
    this.life.crashPoint('end stored leg');
    if (!this.life.isAlive()) return never();
    const { transactionId, dialogId, channelUuid } = identity;
    const line = this.world.lines.find((one) =>
      [one.transactionId, one.dialogId, one.channelUuid].some(
        (id) => id === transactionId || id === dialogId || id === channelUuid,
      ),
    );
    if (line === undefined) return this.answer('already-gone');
    const ringing = line.state === 'sent' || line.state === 'ringing';
    const found =
      (ringing && transactionId !== undefined) || (line.state === 'answered' && dialogId !== undefined);
    if (found) this.world.hangUp(line, 'lost');
    if (channelUuid !== undefined) this.world.killChannel(line);
    return this.answer(found ? 'ended' : 'already-gone');
  }

  adopt({ legs }: AdoptRequest): Activity<AdoptedEnd> {
    const lines = this.world.lines.filter(({ channelUuid }) =>
      legs.some(({ identity }) => identity.channelUuid === channelUuid),
    );
    let settle: (end: AdoptedEnd) => void = () => undefined;
    const outcome = new Promise<AdoptedEnd>((resolve) => (settle = resolve));
    const end = (why: AdoptedEnd['why']): void => {
      if (!this.life.isAlive()) return;
      for (const line of lines) this.world.hangUp(line, 'adopted');
      settle({ kind: 'ended', at: this.clock.now(), why });
    };
    for (const line of lines)
      line.listener = (event) => (event.kind === 'ended' ? end('remote-bye') : undefined);
    if (lines.some(({ state }) => state === 'over')) end('remote-bye');
    return { outcome, stop: () => end('stopped') };
  }

  checkRecording(path: string, talkSeconds: number): Promise<RecordingOutcome> {
    const bytes = 44 + Math.round(talkSeconds * 32_000);
    return this.answer({ kind: 'ready', path, seconds: talkSeconds, channels: 2, sampleRate: 8000, bytes });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Legs that ended are asked for no more once their calls are closed. */
  forgetOver(): void {
    for (const [id, leg] of this.known)
      if (leg.line === undefined || leg.line.state === 'over') this.known.delete(id);
  }

  legOf({ id }: Leg): SimLeg | undefined {
    return this.known.get(id);
  }

  answer<T>(value: T): Promise<T> {
    return this.life.isAlive() ? Promise.resolve(value) : never();
  }
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** A party's side of one call, as the program sees it. */
export class SimLeg implements Leg {
  readonly id: Leg['id'];
  readonly role: Leg['role'];
  identity: LegIdentity;
  readonly line: Line | undefined;
  private readonly owner: SimSwitch;
  private readonly heard: LegSignal[] = [];
  private readonly listeners = new Set<(signal: LegSignal) => void>();
  private readonly identityListeners = new Set<(identity: LegIdentity) => void>();
  private readonly onEnd = new Set<() => void>();
  private onKey: ((digit: string) => void) | undefined;
  private state: 'up' | 'ended' = 'up';

  constructor(
    owner: SimSwitch,
    request: Pick<OriginateRequest, 'legId' | 'role' | 'sipCallId'>,
    line: Line | undefined,
  ) {
    this.owner = owner;
    this.id = request.legId;
    this.role = request.role;
    this.identity = { sipCallId: request.sipCallId };
    this.line = line;
    if (line === undefined) return;
    line.listener = (event) => this.hear(event);
    this.learnLater(1, { transactionId: line.transactionId, signallingNode: SIM_NODE });
    this.learnLater(3, { channelUuid: line.channelUuid, mediaNode: SIM_NODE });
  }

  silence(): void {
    if (this.line !== undefined) this.line.listener = () => undefined;
    this.listeners.clear();
    this.identityListeners.clear();
  }

  ringTimeout(): void {
    if (this.line?.state === 'sent' || this.line?.state === 'ringing') void this.hangup('no-answer');
  }

  onSignal(listener: (signal: LegSignal) => void): () => void {
    this.listeners.add(listener);
    for (const signal of this.heard) listener(signal);
    return () => this.listeners.delete(listener);
  }

  onIdentity(listener: (identity: LegIdentity) => void): () => void {
    this.identityListeners.add(listener);
    return () => this.identityListeners.delete(listener);
  }

  play(items: readonly PlayItem[]): Activity<PlayOutcome> {
    const loops = items.some((item) => item.kind === 'tone' && item.tone === 'ringback');
    return this.activity<PlayOutcome>({ kind: 'stopped' }, { kind: 'leg-ended' }, (settle) =>
      loops
        ? () => undefined
        : this.owner.clock.after(PROMPT_MS, () => settle({ kind: 'played', seconds: PROMPT_MS / 1000 })),
    );
  }

  gather({ timeoutMs }: GatherRequest): Activity<GatherOutcome> {
    return this.activity<GatherOutcome>({ kind: 'stopped' }, { kind: 'leg-ended' }, (settle) => {
      this.onKey = (digits) => settle({ kind: 'digits', digits });
      const cancel = this.owner.clock.after(PROMPT_MS + timeoutMs, () => settle({ kind: 'no-input' }));
      return () => {
        this.onKey = undefined;
        cancel();
      };
    });
  }

  record({ path, startedAt }: RecordingRequest): RecordingActivity {
    const done = (): RecordingOutcome =>
      this.owner.random.chance(0.1)
        ? { kind: 'failed', why: 'the disk is full' }
        : {
            kind: 'ready',
            path,
            seconds: (this.owner.clock.now() - startedAt) / 1000,
            channels: 2,
            sampleRate: 8000,
            bytes: 1,
          };
    const ended = {
      get value(): RecordingOutcome {
        return done();
      },
    };
    const activity = this.activity<RecordingOutcome>(
      () => ended.value,
      () => ended.value,
      () => () => undefined,
    );
    return { ...activity, pause: () => Promise.resolve(), resume: () => Promise.resolve() };
  }

  bridge(other: Leg): Activity<BridgeOutcome> {
    const far = this.owner.legOf(other);
    if (far === undefined) return { outcome: never(), stop: () => undefined };
    const [mine, theirs] = [this.line, far.line];
    if (mine === undefined || theirs === undefined) return { outcome: never(), stop: () => undefined };
    if (this.state === 'ended' || far.state === 'ended') {
      const legId = this.state === 'ended' ? this.id : far.id;
      return { outcome: Promise.resolve({ kind: 'leg-ended', legId }), stop: () => undefined };
    }
    this.owner.world.bridge(mine, theirs);
    return this.activity<BridgeOutcome>(
      { kind: 'stopped' },
      { kind: 'leg-ended', legId: this.id },
      (settle) => {
        const farEnded = (): void => settle({ kind: 'leg-ended', legId: far.id });
        far.onEnd.add(farEnded);
        return () => {
          far.onEnd.delete(farEnded);
          this.owner.world.unbridge(mine);
        };
      },
    );
  }

  eavesdrop(): EavesdropActivity {
    const ended: EavesdropOutcome = { kind: 'ended' };
    const listening = this.activity<EavesdropOutcome>(ended, ended, () => () => undefined);
    return { ...listening, setMode: () => undefined, setMember: () => undefined };
  }

  hangup(reason: HangupReason): Promise<void> {
    this.owner.life.crashPoint('hang up');
    if (!this.owner.life.isAlive()) return never();
    if (this.line !== undefined)
      this.owner.world.hangUp(this.line, reason === 'no-answer' ? 'timeout' : 'cancelled');
    return this.owner.answer(undefined);
  }

  private activity<O>(
    stopped: O | (() => O),
    legEnded: O | (() => O),
    begin: (settle: (outcome: O) => void) => () => void,
  ): Activity<O> {
    let end: () => void = () => undefined;
    let finish: (outcome: O) => void = () => undefined;
    const value = (of: O | (() => O)): O => (typeof of === 'function' ? (of as () => O)() : of);
    const outcome = new Promise<O>((resolve) => {
      finish = (result) => {
        if (!this.owner.life.isAlive()) return;
        this.onEnd.delete(onLegEnd);
        end();
        resolve(result);
      };
    });
    const onLegEnd = (): void => finish(value(legEnded));
    this.onEnd.add(onLegEnd);
    end = begin(finish);
    if (this.state === 'ended') onLegEnd();
    return { outcome, stop: () => finish(value(stopped)) };
  }

  private hear(event: LineEvent): void {
    if (!this.owner.life.isAlive()) return;
    if (event.kind === 'answered') this.learnLater(1, { dialogId: this.line?.dialogId ?? '' });
    if (event.kind === 'key') this.onKey?.(event.digit);
    this.tell(toSignal(event, this.owner.clock.now()));
    if (event.kind === 'ended') this.end();
  }

  private end(): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    if (this.line !== undefined) {
      this.line.channel = 'gone';
      this.owner.legs.delete(this.line);
    }
    for (const ended of [...this.onEnd]) ended();
  }

  private tell(signal: LegSignal): void {
    this.heard.push(signal);
    for (const listener of [...this.listeners]) listener(signal);
  }

  private learnLater(ms: number, fields: Partial<LegIdentity>): void {
    this.owner.clock.after(ms, () => {
      if (!this.owner.life.isAlive()) return;
      this.identity = { ...this.identity, ...fields };
      for (const listener of this.identityListeners) listener(this.identity);
    });
  }
}
