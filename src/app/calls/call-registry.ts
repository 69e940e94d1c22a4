/** The calls this process owns: who is live, how many, and who waits for the last to end. One per application. */
import type { CallDirection, LegRecord, LegRole } from '../../domain/calls/call.js';
import type { CallState, LegState } from '../../domain/calls/states.js';
import type { StarAction, SupervisionMode } from '../../domain/calls/supervision.js';
import type { LegRef } from '../../domain/dialplan/directives.js';
import type { HandedParty, Input } from '../../domain/dialplan/inputs.js';
import type { ActivityId, CallId, E164, Instant, LeadId, LegId } from '../../domain/values/ids.js';
import type { InboundLeg, Leg } from '../ports/switch.js';
import type { CallCommand, CommandOutcome } from './orders/command-call.js';
import type { TransferWish } from './orders/request-transfer.js';
import type { TransferRequest } from './scene.js';

export interface LiveLeg {
  /** Its name in the dialplan. */
  readonly ref: string;
  readonly role: LegRole;
  readonly party: string;
  readonly state: LegState;
}

export interface LiveSupervisor {
  readonly operator: string;
  readonly by: string;
  readonly mode: SupervisionMode;
  readonly state: 'ringing' | 'listening';
}

export interface LiveCall {
  readonly callId: CallId;
  readonly direction: CallDirection;
  readonly state: CallState;
  readonly startedAt: Instant;
  readonly legs: readonly LiveLeg[];
  readonly supervisors: readonly LiveSupervisor[];
  readonly leadId?: LeadId;
  readonly clientNumber?: E164;
  /** Who accepted. */
  readonly operator?: string;
  readonly bridgedAt?: Instant;
  /** Form or ad, as the operator's phone shows it. */
  readonly display?: string;
  /** A bridged talk of a dead process: it goes on without keys and dialplan. */
  readonly adoptedAt?: Instant;
}

/** A supervisor who called us to hear a talk; his leg is stored already. */
export interface Visitor {
  readonly mode: StarAction;
  readonly party: string;
  readonly leg: InboundLeg;
  readonly record: LegRecord;
  /** His own leg in the talk, whose place this one takes. */
  readonly replaces?: LegRef;
}

export interface NamedLeg {
  readonly ref: LegRef;
  readonly party: string;
}

export interface Delivery {
  readonly fetching: ActivityId;
  readonly from: CallId;
}

/** A leg on its way from one call to another. */
export interface ReleasedParty {
  readonly party: HandedParty;
  readonly leg: Leg;
  readonly record: LegRecord;
  /** What it did and its call has not taken any more. */
  readonly missed: readonly Extract<Input, { kind: 'signal' }>[];
}

/** One live call in this process: a running dialplan, or an adopted talk. */
export interface CallActor {
  readonly callId: CallId;
  describe(): LiveCall;
  command(by: string, command: CallCommand): CommandOutcome;
  /** An adopted talk and one that is over take nobody. */
  receive(by: string, visitor: Visitor): 'taken' | 'refused';
  /** Whether a leg of it is, or may be, on this signalling server. */
  isOn(signallingNode: string): boolean;
  /** Name and owner of a leg that is up here. */
  legNamed(legId: LegId): NamedLeg | undefined;
  /** A leg of this operator, or outside party, that is up here. */
  legOf(party: string): LegId | undefined;
  /** Passes a REFER on: `ref` is the leg that asks, or stands for it. */
  transfer(ref: LegRef, request: TransferRequest, wish: TransferWish): void;
  /** Whether it still waits for them; then `deliver` must follow in the same breath. */
  expects(fetching: ActivityId): boolean;
  deliver(delivery: Delivery, parties: readonly ReleasedParty[]): void;
  /** Stops acting at once and leaves the legs alone: another owner, or a reconcile, takes over. */
  abandon(why: string): void;
}

export class CallRegistry {
  private readonly actors = new Map<CallId, CallActor>();
  /** Calls that are being written now: they count, and no reconcile may take them for a dead process's. */
  private readonly opening = new Set<CallId>();
  private readonly idleWaiters = new Set<() => void>();
  private mode: 'open' | 'draining' = 'open';

  /** A place for this call until `release`, which is due once it is added or given up. */
  reserve(callId: CallId, maximum: number): 'reserved' | 'full' {
    if (this.isFull(maximum)) return 'full';
    this.opening.add(callId);
    return 'reserved';
  }

  release(callId: CallId): void {
    this.opening.delete(callId);
    this.tellIdle();
  }

  /** Ours: live, or being opened. */
  has(callId: CallId): boolean {
    return this.actors.has(callId) || this.opening.has(callId);
  }

  isFull(maximum: number): boolean {
    return this.mode === 'draining' || this.actors.size + this.opening.size >= maximum;
  }

  add(actor: CallActor): void {
    this.actors.set(actor.callId, actor);
  }

  remove(actor: CallActor): void {
    if (this.actors.get(actor.callId) === actor) this.actors.delete(actor.callId);
    this.tellIdle();
  }

  get(callId: CallId): CallActor | undefined {
    return this.actors.get(callId);
  }

  all(): readonly CallActor[] {
    return [...this.actors.values()];
  }

  /** No new calls from now on; `idle` is called when the last one has ended, at once when there is none. */
  get isDraining(): boolean {
    return this.mode === 'draining';
  }

  drain(idle: () => void): () => void {
    this.mode = 'draining';
    this.idleWaiters.add(idle);
    this.tellIdle();
    return () => this.idleWaiters.delete(idle);
  }

  /** Where this operator talks, or is rung, already. */
  legOf(party: string): LegId | undefined {
    for (const actor of this.actors.values()) {
      const leg = actor.legOf(party);
      if (leg !== undefined) return leg;
    }
    return undefined;
  }

  private tellIdle(): void {
    if (this.actors.size + this.opening.size > 0) return;
    for (const waiter of this.idleWaiters) waiter();
    this.idleWaiters.clear();
  }
}
