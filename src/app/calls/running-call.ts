/**
 * The actor of one call: a serial inbox, and the loop decide → commit → perform → wait → advance. All inputs that are
 * waiting are taken in one step. Only runCall makes one; it lives in the call registry until the call is closed.
 */
import type { RecordingRecord } from '../../domain/calls/call.js';
import { advance } from '../../domain/dialplan/advance.js';
import { decide, type Decision } from '../../domain/dialplan/decide.js';
import type { Directive, LegRef } from '../../domain/dialplan/directives.js';
import type { ActivityOutcome, HandedParty, Input } from '../../domain/dialplan/inputs.js';
import type { Session } from '../../domain/dialplan/session.js';
import { sitsInConference } from '../../domain/dialplan/supervise.js';
import type { ActivityId, CallId, LegId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault, messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';
import type { EavesdropActivity, InboundLeg, Leg, LegSignal, RecordingActivity } from '../ports/switch.js';
import type { CallActor, Delivery, LiveCall, NamedLeg, ReleasedParty, Visitor } from './call-registry.js';
import type { CallSetup } from './begin/call-setup.js';
import type { CallCommand, CommandOutcome } from './orders/command-call.js';
import { commitStep, type CommittedStep, type Originate, type Step } from './commit-step.js';
import { finishCall } from './finish-call.js';
import { keepLease } from './keep-lease.js';
import { LegBook } from './leg-book.js';
import { describeCall } from './live-call.js';
import { perform } from './perform.js';
import { PromptDesk } from './prompt-desk.js';
import { requestTransfer, type TransferWish } from './orders/request-transfer.js';
import type { Scene, TransferRequest } from './scene.js';

/** A step that the store refuses is written again after this long, until the lease of the call has run out. */
const RETRY_MS = 250;
/** Legs that we hung up confirm it within this time, or the call is closed without them. */
const LEGS_END_MS = 15_000;

/** Commands that make no sense without a talk. */
const TALK_COMMANDS: readonly CallCommand['kind'][] = ['supervise', 'member', 'take-over', 'move'];

/** running ─► ending (session over, legs going) ─► closed        running, ending ─► abandoned (someone else's now) */
type Phase = 'running' | 'ending' | 'closed' | 'abandoned';
type End = Extract<Decision, { kind: 'end' }>;

export class RunningCall implements CallActor, Scene {
  readonly callId: CallId;
  readonly context: AppContext;
  readonly setup: CallSetup;
  readonly legs: LegBook;
  readonly prompts: PromptDesk;
  readonly recorders = new Map<ActivityId, RecordingActivity>();
  readonly listeners = new Map<ActivityId, EavesdropActivity>();
  private readonly inbox: Input[] = [];
  private readonly goingOn = new Map<ActivityId, () => void>();
  private readonly transfers = new Map<LegRef, TransferRequest>();
  /** Supervisors who called us. */
  private readonly visitors = new Map<LegRef, InboundLeg>();
  private readonly attached = new Map<LegRef, () => void>();
  private readonly unsubscribe = new Set<() => void>();
  private readonly letLeaseGo: () => void;
  private session: Session;
  private step = 0;
  private phase: Phase = 'running';
  private loop: 'idle' | 'busy' = 'idle';
  private end: End | undefined;
  private committed: CommittedStep = {
    originates: new Map(),
    recordings: new Map(),
    decided: new Map(),
  };

  constructor(context: AppContext, setup: CallSetup) {
    this.context = context;
    this.setup = setup;
    this.callId = setup.record.id;
    this.session = setup.session;
    this.legs = new LegBook(setup.record.leadId);
    this.prompts = new PromptDesk(context, setup);
    this.letLeaseGo = keepLease(context, this.callId, (why) => this.abandon(why));
  }

  describe(): LiveCall {
    const live = describeCall(this.setup, this.session);
    return this.phase === 'running' ? live : { ...live, state: 'wrapping-up' };
  }

  command(by: string, command: CallCommand): CommandOutcome {
    if (this.phase !== 'running') return { kind: 'refused', why: 'closed' };
    if (TALK_COMMANDS.includes(command.kind) && this.session.state !== 'bridged')
      return { kind: 'refused', why: 'no-talk' };
    if (command.kind === 'member' && !sitsInConference(this.session, command.party))
      return { kind: 'refused', why: 'no-conference' };
    this.post({ kind: 'command', by, command });
    return { kind: 'accepted' };
  }

  receive(by: string, { mode, party, leg, record, replaces }: Visitor): 'taken' | 'refused' {
    if (this.phase !== 'running') return 'refused';
    const ref = `${record.role}:${record.id}`;
    this.legs.add(ref, record);
    this.visitors.set(ref, leg);
    const join = { kind: 'join', mode, party, leg: ref, ...present({ replaces }) } as const;
    this.post({ kind: 'command', by, command: join });
    this.attach(ref, leg);
    return 'taken';
  }

  inbound(ref: LegRef): InboundLeg | undefined {
    return this.setup.caller?.ref === ref ? this.setup.caller.leg : this.visitors.get(ref);
  }

  /** A leg without a server was begun in this very moment. */
  isOn(signallingNode: string): boolean {
    return this.legs
      .living()
      .some(({ identity }) => (identity.signallingNode ?? signallingNode) === signallingNode);
  }

  abandon(why: string): void {
    if (this.phase === 'closed' || this.phase === 'abandoned') return;
    this.context.ports.logger.warn({ call: this.callId, why }, 'call abandoned: its next owner decides');
    this.leave('abandoned');
    this.context.calls.remove(this);
  }

  post(input: Input): void {
    if (this.phase === 'closed' || this.phase === 'abandoned') return;
    this.inbox.push(input);
    if (this.loop === 'busy') return;
    this.loop = 'busy';
    this.turn().catch((thrown: unknown) => this.fail(thrown));
  }

  attach(ref: LegRef, leg: Leg, heard: 'nothing' | 'all' = 'nothing'): void {
    let tells = heard === 'nothing';
    this.legs.attach(ref, leg);
    const offIdentity = leg.onIdentity((identity) => this.storeIdentity(leg, identity));
    // What it has told already is told again at once.
    const offSignal = leg.onSignal((signal) => tells && this.hear(ref, signal));
    tells = true;
    this.attached.set(ref, () => {
      offIdentity();
      offSignal();
    });
  }

  legNamed(legId: LegId): NamedLeg | undefined {
    const ref = this.phase === 'running' ? this.legs.refOf(legId) : undefined;
    const party = ref === undefined ? undefined : this.legs.record(ref)?.party;
    return ref === undefined || party === undefined ? undefined : { ref, party };
  }

  legOf(party: string): LegId | undefined {
    return this.phase === 'running' ? this.legs.ofParty(party)?.id : undefined;
  }

  release(parties: readonly HandedParty[]): readonly ReleasedParty[] {
    return parties.flatMap((party) => {
      const { leg: ref } = party;
      const [leg, record] = [this.legs.leg(ref), this.legs.record(ref)];
      if (leg === undefined || record === undefined) return [];
      this.attached.get(ref)?.();
      this.attached.delete(ref);
      this.legs.remove(ref);
      const missed = this.inbox.filter((input) => input.kind === 'signal').filter((one) => one.leg === ref);
      return [{ party, leg, record, missed }];
    });
  }

  expects(fetching: ActivityId): boolean {
    return this.phase === 'running' && this.isGoingOn(fetching);
  }

  deliver({ fetching, from }: Delivery, released: readonly ReleasedParty[]): void {
    const { id: callId } = this.setup.record;
    const named = released.map((one) => ({ ...one, ref: `transfer:${one.record.id}` }));
    for (const { ref, record, party } of named)
      this.legs.add(ref, { ...record, callId, role: party.about.role });
    const parties = named.map(({ ref, party, record }) => ({ ...party, leg: ref, legId: record.id }));
    const outcome = { kind: 'handed-over', from, parties } as const;
    this.settle(fetching, parties.length === 0 ? { kind: 'failed', why: 'nobody was consulted' } : outcome);
    for (const { ref, leg, missed } of named) {
      for (const input of missed) this.post({ ...input, leg: ref });
      this.attach(ref, leg, 'all');
    }
  }

  originate(activity: ActivityId): Originate | undefined {
    return this.committed.originates.get(activity);
  }

  recording(activity: ActivityId): RecordingRecord | undefined {
    return this.committed.recordings.get(activity);
  }

  decided(activity: ActivityId): ActivityOutcome | undefined {
    return this.committed.decided.get(activity);
  }

  begin(activity: ActivityId, stop: () => void): void {
    this.goingOn.set(activity, stop);
  }

  settle(activity: ActivityId, outcome: ActivityOutcome): void {
    if (this.goingOn.delete(activity)) this.post({ kind: 'outcome', activity, outcome });
  }

  stop(activity: ActivityId): void {
    const stop = this.goingOn.get(activity);
    this.goingOn.delete(activity);
    stop?.();
  }

  isGoingOn(activity: ActivityId): boolean {
    return this.goingOn.has(activity);
  }

  transferOf(ref: LegRef): TransferRequest | undefined {
    return this.transfers.get(ref);
  }

  /** Takes everything that waits, again and again, until the inbox is empty. */
  private async turn(): Promise<void> {
    while (this.inbox.length > 0 && !this.isOver()) {
      const inputs = this.inbox.splice(0);
      const step = this.think(inputs);
      this.committed = await this.write(step);
      this.session = step.after;
      this.step += 1;
      for (const directive of step.directives) if (!this.isOver()) perform(this, directive);
      if (this.end !== undefined) await this.finishWhenLegsAreGone(this.end);
    }
    // In the same breath as the look at the inbox: an input between the two would wait for ever.
    this.loop = 'idle';
  }

  /** Pure: the session after these inputs, and all that it wants done. */
  private think(inputs: readonly Input[]): Step {
    const { facts, plans } = this.setup;
    const now = this.context.ports.clock.now();
    const directives: Directive[] = [];
    let session = this.session;
    for (const input of inputs) {
      if (this.end !== undefined) break;
      session = advance(session, input, facts, plans, now);
      for (let wanted = decide(session, facts); wanted.kind !== 'wait'; wanted = decide(session, facts)) {
        if (wanted.kind === 'end') {
          this.end = wanted;
          break;
        }
        directives.push(...wanted.directives);
        session = advance(session, { kind: 'issued', directives: wanted.directives }, facts, plans, now);
      }
    }
    return { number: this.step, at: now, before: this.session, after: session, inputs, directives };
  }

  /** While the store fails nothing is done; an owner who cannot write until its lease has run out stops acting. */
  private async write(step: Step): Promise<CommittedStep> {
    for (;;) {
      try {
        return await commitStep(this.context, this.setup, this.legs, step);
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'store-unavailable' || this.isOver()) throw thrown;
        this.context.ports.logger.warn(
          { call: this.callId, why: thrown.message },
          'a step waits for the store',
        );
        await new Promise<void>((resolve) => this.context.ports.clock.after(RETRY_MS, resolve));
      }
    }
  }

  private hear(ref: LegRef, signal: LegSignal): void {
    if (signal.kind === 'transfer-requested') {
      const id = this.legs.record(ref)?.id;
      const named = id === undefined ? undefined : this.legNamed(id);
      if (named !== undefined) requestTransfer(this.context, { call: this, ...named }, signal);
    } else this.post({ kind: 'signal', leg: ref, signal, at: signal.at });
  }

  transfer(ref: LegRef, request: TransferRequest, wish: TransferWish): void {
    this.transfers.set(ref, request);
    const { kind, target, inside, at } = request;
    const signal = { kind, target, ...present({ inside }), ...wish };
    this.post({ kind: 'signal', leg: ref, signal, at });
  }

  /** Not part of a step: the identity must be there when the process dies before the step's next input. */
  private storeIdentity(leg: Leg, identity: Leg['identity']): void {
    const { store, logger } = this.context.ports;
    if (this.isOver()) return;
    store.calls.updateLeg(leg.id, { identity }).catch((thrown: unknown) => {
      logger.error(
        { call: this.callId, leg: leg.id, why: messageOf(thrown) },
        'a leg identity was not stored',
      );
    });
  }

  private async finishWhenLegsAreGone(end: End): Promise<void> {
    if (this.phase === 'running') this.beginEnding();
    if (this.inbox.length > 0 || this.legs.living().length > 0) return;
    await this.close(end);
  }

  private beginEnding(): void {
    this.phase = 'ending';
    const overdue = this.context.ports.clock.after(LEGS_END_MS, () => {
      if (this.end !== undefined) this.close(this.end).catch((thrown: unknown) => this.fail(thrown));
    });
    this.unsubscribe.add(overdue);
    for (const leg of this.legs.living()) void leg.hangup('normal');
  }

  private async close(end: End): Promise<void> {
    if (this.isOver()) return;
    this.leave('closed');
    const at = this.context.ports.clock.now();
    // Told to end and silent since: they may ring on, so their phones are not free yet.
    const inDoubt = new Set(this.legs.living().map(({ id }) => id));
    await finishCall(this.context, {
      callId: this.callId,
      ...end,
      at,
      openLegs: { by: 'system', reason: 'lost', at },
      inDoubt,
    });
    this.context.calls.remove(this);
  }

  private isOver(): boolean {
    return this.phase === 'closed' || this.phase === 'abandoned';
  }

  /** A step that cannot be written or computed: what is stored stays true, and the reconcile chore ends the rest. */
  private fail(thrown: unknown): void {
    this.context.ports.logger.error({ call: this.callId, why: messageOf(thrown) }, 'a call cannot go on');
    this.leave('abandoned');
    this.context.calls.remove(this);
  }

  /** The registry is left later, when the record is closed: until then no reconcile may take the call for a dead one. */
  private leave(phase: 'closed' | 'abandoned'): void {
    this.phase = phase;
    this.letLeaseGo();
    for (const off of [...this.unsubscribe, ...this.attached.values()]) off();
    this.unsubscribe.clear();
    this.attached.clear();
    this.inbox.length = 0;
    this.goingOn.clear();
    this.visitors.clear();
    this.transfers.clear();
  }
}
