/**
 * The legs of one running call: which leg of the switch stands behind a name of the session, and what its signals mean
 * for the stored leg. One per running call.
 */
import type { LegRecord } from '../../domain/calls/call.js';
import { legDisposition } from '../../domain/calls/disposition.js';
import type { EventName } from '../../domain/calls/events.js';
import { moveLeg, type LegEvent } from '../../domain/calls/states.js';
import type { LegRef } from '../../domain/dialplan/directives.js';
import type { Input } from '../../domain/dialplan/inputs.js';
import type { ActivityId, LeadId, LegId } from '../../domain/values/ids.js';
import type { Unit } from '../events/commit.js';
import type { Leg } from '../ports/switch.js';

interface BookedLeg {
  record: LegRecord;
  /** Originate that made it; ends with the answer or the leg. */
  readonly origin?: ActivityId;
  leg?: Leg;
}

type SignalInput = Extract<Input, { kind: 'signal' }>;
type Signal = SignalInput['signal'];

/** What a signal does to a leg's state, and which event tells it. Signals without a row change no leg. */
const BOOKED: Readonly<
  Partial<Record<Signal['kind'], { readonly event: LegEvent; readonly told: EventName }>>
> = {
  ringing: { event: 'rang', told: 'leg.ringing' },
  'early-media': { event: 'sent-media', told: 'leg.early-media' },
  answered: { event: 'answered', told: 'leg.answered' },
  held: { event: 'was-held', told: 'leg.held' },
  resumed: { event: 'was-resumed', told: 'leg.resumed' },
  ended: { event: 'ended', told: 'leg.ended' },
};

export class LegBook {
  private readonly booked = new Map<LegRef, BookedLeg>();
  private readonly leadId: LeadId | undefined;
  /** Legs as the transaction under way leaves them: one step may bring several signals of a leg. */
  private readonly booking = new Map<BookedLeg, LegRecord>();

  constructor(leadId: LeadId | undefined) {
    this.leadId = leadId;
  }

  add(ref: LegRef, record: LegRecord, origin?: ActivityId): void {
    this.booked.set(ref, origin === undefined ? { record } : { record, origin });
  }

  attach(ref: LegRef, leg: Leg): void {
    const entry = this.booked.get(ref);
    if (entry !== undefined) entry.leg = leg;
  }

  leg(ref: LegRef): Leg | undefined {
    return this.booked.get(ref)?.leg;
  }

  record(ref: LegRef): LegRecord | undefined {
    return this.booked.get(ref)?.record;
  }

  refOf(legId: LegId): LegRef | undefined {
    return [...this.booked].find(([, { record }]) => record.id === legId)?.[0];
  }

  /** It is another call's from now on; its signals are booked there. */
  remove(ref: LegRef): void {
    this.booked.delete(ref);
  }

  /** Legs of the switch that have not ended. */
  living(): readonly Leg[] {
    return [...this.booked.values()].flatMap(({ leg, record }) =>
      leg === undefined || record.state === 'ended' ? [] : [leg],
    );
  }

  /** An operator's leg that is up. */
  ofParty(party: string): Leg | undefined {
    return [...this.booked.values()].find(({ record }) => record.party === party && record.state !== 'ended')
      ?.leg;
  }

  /** Writes what a signal means; a late or repeated one that does not fit changes nothing. */
  async book(unit: Unit, { leg: ref, signal, at }: SignalInput): Promise<'booked' | 'ignored'> {
    const entry = this.booked.get(ref);
    const row = BOOKED[signal.kind];
    if (entry === undefined || row === undefined) return 'ignored';
    const before = this.booking.get(entry) ?? entry.record;
    const moved = moveLeg(before.state, row.event);
    if (moved.kind === 'ignored') return 'ignored';
    const change = { ...changeBy(before, signal, at), state: moved.state };
    await unit.tx.calls.updateLeg(before.id, change);
    if (signal.kind === 'ended') await unit.tx.leases.releaseOwner(before.id);
    if (entry.origin !== undefined && (signal.kind === 'answered' || signal.kind === 'ended'))
      await unit.tx.calls.endActivity(entry.origin, JSON.stringify(outcomeOf(signal)), at);
    const after: LegRecord = { ...before, ...change };
    const payload = payloadOf(ref, after, signal);
    unit.tell({ name: row.told, at, callId: after.callId, leadId: this.leadId, payload });
    this.booking.set(entry, after);
    return 'booked';
  }

  /** The transaction of `book` was committed (its changes hold now) or rolled back (they never were). */
  settle(outcome: 'committed' | 'rolled-back'): void {
    if (outcome === 'committed') for (const [entry, record] of this.booking) entry.record = record;
    this.booking.clear();
  }
}

function changeBy(
  record: LegRecord,
  signal: Signal,
  at: number,
): Partial<Omit<LegRecord, 'id' | 'identity'>> {
  if (signal.kind === 'ringing') return record.ringingAt === undefined ? { ringingAt: at } : {};
  if (signal.kind === 'answered') return { answeredAt: at };
  if (signal.kind !== 'ended') return {};
  return { endedAt: at, ending: signal.ending, disposition: legDisposition(signal.ending, record) };
}

function outcomeOf(signal: Signal): object {
  return signal.kind === 'ended' ? { kind: 'not-answered', ending: signal.ending } : { kind: 'answered' };
}

function payloadOf(
  ref: LegRef,
  { id, role, party, disposition }: LegRecord,
  signal: Signal,
): Record<string, unknown> {
  const leg = { leg: ref, leg_id: id, role, party };
  if (signal.kind === 'ringing') return { ...leg, sip_status: signal.sipStatus };
  if (signal.kind !== 'ended') return leg;
  const { by, sipStatus, q850, reason } = signal.ending;
  return { ...leg, disposition, by, sip_status: sipStatus, q850, reason };
}
