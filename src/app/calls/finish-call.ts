/**
 * Closes a call, whoever comes to its end: the actor, a reconcile, an adopted talk. One transaction: legs, record,
 * lines given back, `call.ended`, and how the lead goes on. Doing it twice changes nothing.
 */
import type { CallDisposition, CallRecord, Ending, LegRecord } from '../../domain/calls/call.js';
import { cutLeg, mayGoOn } from '../../domain/calls/cut.js';
import { legDisposition } from '../../domain/calls/disposition.js';
import { automaticTags } from '../../domain/calls/outcome.js';
import type { SessionOutcome } from '../../domain/dialplan/decide.js';
import type { CallId, Instant, LegId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { concludeTrackedCall } from '../numbers/conclude-call.js';
import { concludeAttempt } from '../leads/after-attempt.js';
import { settlePhone } from '../leads/settle-phone.js';
import { wakeLine } from '../leads/wake-line.js';
import { noteLegEnd } from '../operators/note-calls.js';
import { followUp } from '../leads/follow-up.js';
import type { Repositories } from '../ports/store.js';
import { CHECK_RECORDING_MS } from '../recordings/check-recording.js';
import { callLease, doubtLeaseMs, phoneLease } from './routing/resources.js';

export interface CallEnd {
  readonly callId: CallId;
  readonly outcome: SessionOutcome;
  readonly reason: string;
  readonly at: Instant;
  /** Given to legs that have not ended by themselves. */
  readonly openLegs: Ending;
  /** Legs that may live on although the call is over: nobody saw their end, nor could anybody end them. */
  readonly inDoubt?: ReadonlySet<LegId>;
}

export async function finishCall(context: AppContext, end: CallEnd): Promise<'closed' | 'already-closed'> {
  const closed = await close(context, end);
  // An operator may be free for the next caller who waits.
  context.queues.wake();
  return closed;
}

function close(context: AppContext, end: CallEnd): Promise<'closed' | 'already-closed'> {
  return commit(context, async (unit) => {
    const call = await unit.tx.calls.byId(end.callId);
    if (call === undefined || call.state === 'closed') return 'already-closed';
    const open = (await unit.tx.calls.legsOf(call.id)).filter(({ state }) => state !== 'ended');
    const legs = await closeLegs(unit, call, end.openLegs);
    const seen = legs.filter(({ id }) => open.every((leg) => leg.id !== id));
    const cut = cutLeg({ ...call, unbridgedAt: call.unbridgedAt ?? end.at }, seen);
    const closed = await closeRecord(unit, call, { ...end, cut });
    await unit.tx.queue.leaveAll(call.id, end.at);
    await releaseLines(context, unit, { call, legs, inDoubt: end.inDoubt ?? new Set() });
    await noteOperators(context, unit, call, { open, end });
    await watchRecordings(unit, call);
    const talk = cut !== undefined && mayGoOn(call.outcome?.mark) ? 'cut' : undefined;
    const { disposition } = end.outcome;
    await concludeTrackedCall(context, unit, { call, disposition, talk, at: end.at });
    await concludeAttempt(context, unit, { call, legs, talk, outcome: end.outcome });
    await settlePhone(unit, call);
    await wakeAfter(context, unit, legs);
    await followUp(context, unit, closed);
    return 'closed';
  });
}

async function closeLegs(unit: Unit, call: CallRecord, ending: Ending): Promise<readonly LegRecord[]> {
  const legs = await unit.tx.calls.legsOf(call.id);
  const closed: LegRecord[] = [];
  for (const leg of legs) closed.push(leg.state === 'ended' ? leg : await closeLeg(unit, call, leg, ending));
  return closed;
}

/** Told and stored; its lines are the caller's business. */
export async function closeLeg(
  { tx, tell }: Unit,
  call: CallRecord,
  leg: LegRecord,
  ending: Ending,
): Promise<LegRecord> {
  const disposition = legDisposition(ending, leg);
  const change = { state: 'ended', endedAt: ending.at, ending, disposition } as const;
  await tx.calls.updateLeg(leg.id, change);
  const payload = { leg_id: leg.id, role: leg.role, party: leg.party, disposition, reason: ending.reason };
  tell({ name: 'leg.ended', at: ending.at, callId: call.id, leadId: call.leadId, payload });
  return { ...leg, ...change };
}

async function closeRecord(
  { tx, tell }: Unit,
  call: CallRecord,
  { outcome, reason, at, cut }: CallEnd & { readonly cut: LegRecord | undefined },
): Promise<CallRecord> {
  const unbridgedAt = call.bridgedAt === undefined ? undefined : (call.unbridgedAt ?? at);
  const operator = outcome.operator ?? call.operator;
  const { disposition } = outcome;
  const tags = await tagsAtEnd(tx, call, { disposition, unbridgedAt, cut });
  const change = {
    state: 'closed',
    endedAt: at,
    disposition,
    tags,
    ...present({ unbridgedAt, operator }),
  } as const;
  await tx.calls.update(call.id, change);
  for (const activity of await tx.calls.activitiesOf(call.id))
    if (activity.endedAt === undefined) await tx.calls.endActivity(activity.id, UNKNOWN, at);
  if (cut !== undefined) tellCut(tell, call, cut, unbridgedAt);
  tell({
    name: 'call.ended',
    at,
    callId: call.id,
    leadId: call.leadId,
    payload: endedPayload({ ...call, tags }, { disposition, reason, operator, at, unbridgedAt }),
  });
  if (tags.includes('missed'))
    tell({ name: 'call.missed', at, callId: call.id, payload: { disposition, reason, did: call.did } });
  return { ...call, ...change };
}

function tellCut(
  tell: Unit['tell'],
  { id, leadId, bridgedAt = 0 }: CallRecord,
  leg: LegRecord,
  unbridgedAt: Instant = bridgedAt,
): void {
  const { role, party, ending } = leg;
  const seconds = (unbridgedAt - bridgedAt) / 1000;
  const payload = { leg: leg.id, role, party, reason: ending?.reason, bridged_seconds: seconds };
  tell({ name: 'call.cut', at: unbridgedAt, callId: id, leadId, payload });
}

async function tagsAtEnd(
  tx: Repositories,
  call: CallRecord,
  { disposition, unbridgedAt, cut }: TagFacts,
): Promise<readonly string[]> {
  const { clientNumber, bridgedAt, direction, tags } = call;
  const earlier = clientNumber && (await tx.calls.earlierTalkWith(clientNumber, call.startedAt));
  const talkSeconds = bridgedAt === undefined ? 0 : ((unbridgedAt ?? bridgedAt) - bridgedAt) / 1000;
  const known = earlier ? 'yes' : 'no';
  const end = cut === undefined ? undefined : 'cut';
  const automatic = automaticTags({ direction, disposition, talkSeconds, known, end });
  return [...new Set([...tags, ...automatic])];
}

interface TagFacts extends Pick<Ended, 'unbridgedAt'> {
  readonly disposition: CallDisposition;
  readonly cut: LegRecord | undefined;
}

/** An intent whose outcome nobody saw. */
const UNKNOWN = JSON.stringify({ kind: 'unknown' });

interface Ended {
  readonly disposition: string;
  readonly reason: string;
  readonly operator: string | undefined;
  readonly at: Instant;
  readonly unbridgedAt: Instant | undefined;
}

function endedPayload(
  call: CallRecord,
  { disposition, reason, operator, at, unbridgedAt }: Ended,
): Record<string, unknown> {
  const bridged = call.bridgedAt === undefined ? 0 : ((unbridgedAt ?? at) - call.bridgedAt) / 1000;
  return {
    direction: call.direction,
    disposition,
    reason,
    operator,
    seconds: (at - call.startedAt) / 1000,
    bridged_seconds: bridged,
    tags: call.tags,
    mark: call.outcome?.mark,
  };
}

interface Lines {
  readonly call: CallRecord;
  readonly legs: readonly LegRecord[];
  readonly inDoubt: ReadonlySet<LegId>;
}

/** What may still ring keeps its phone and lines a while longer; with a client all that his call took: channel, seat. */
async function releaseLines(
  context: AppContext,
  { tx, now }: Unit,
  { call, legs, inDoubt }: Lines,
): Promise<void> {
  const doubtUntil = now + doubtLeaseMs(context.set().telephony);
  const letGo = (owner: LegId | CallId, how: 'now' | 'later'): Promise<unknown> =>
    how === 'now' ? tx.leases.releaseOwner(owner) : tx.leases.renewOwner(owner, doubtUntil);
  for (const { id } of legs) await letGo(id, inDoubt.has(id) ? 'later' : 'now');
  const clientInDoubt = legs.some(({ id, role }) => role === 'client' && inDoubt.has(id));
  await letGo(call.id, clientInDoubt ? 'later' : 'now');
  await tx.leases.release(callLease(call.id), context.config.owner);
  if (call.clientNumber !== undefined && clientInDoubt)
    await tx.leases.take(phoneLease(call.clientNumber), call.id, doubtUntil, now);
}

interface Closed {
  /** Before they were closed here: nobody saw their end. */
  readonly open: readonly LegRecord[];
  readonly end: CallEnd;
}

/** Those whose end was seen were noted when it was. */
async function noteOperators(
  context: AppContext,
  unit: Unit,
  call: CallRecord,
  { open, end }: Closed,
): Promise<void> {
  const operator = end.outcome.operator ?? call.operator;
  for (const leg of open)
    await noteLegEnd(context, unit, {
      leg,
      ending: end.openLegs,
      talked: call.bridgedAt !== undefined && leg.party === operator ? 'yes' : 'no',
    });
}

/** The seat is free, and the trunk's channel: whoever waits for either is looked at. */
async function wakeAfter(context: AppContext, unit: Unit, legs: readonly LegRecord[]): Promise<void> {
  const operators = new Set(legs.filter(({ role }) => role === 'operator').map(({ party }) => party));
  for (const operator of operators) await wakeLine(context, unit, operator);
}

/** A recording whose check dies with this process must not stay `recording` for ever. */
async function watchRecordings({ tx, now }: Unit, call: CallRecord): Promise<void> {
  for (const { id, state } of await tx.recordings.ofCall(call.id))
    if (state === 'recording')
      await tx.jobs.add({
        task: 'check-recording',
        payload: { recordingId: id },
        runAt: now + CHECK_RECORDING_MS,
        maxTries: 10,
        key: `recording:${id}`,
      });
}
