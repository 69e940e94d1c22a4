/**
 * Writes one step of a call in one transaction: what came in, the new session, the intents of what will be done, and
 * the claims these need. Nothing is done before this has been committed (intent before effect).
 */
import type { CallRecord, LegRecord, RecordingRecord } from '../../domain/calls/call.js';
import { moveCall, type CallState } from '../../domain/calls/states.js';
import type { Directive } from '../../domain/dialplan/directives.js';
import type { ActivityOutcome, Input } from '../../domain/dialplan/inputs.js';
import type { Session } from '../../domain/dialplan/session.js';
import { recordingFile } from '../../domain/recordings/retention.js';
import type { ActivityId, CallId, Instant, LegId, RecordingId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { CallSetup } from './begin/call-setup.js';
import { isCalledOff } from './called-off.js';
import type { LegBook } from './leg-book.js';
import { applyMark, markedBy } from './note-mark.js';
import {
  claimLine,
  findLine,
  isReachable,
  type Denial,
  type Line,
  type LineSettings,
} from './routing/lines.js';
import { writeDesk } from './commit-desk.js';
import { noteLegEnd, noteSilence } from '../operators/note-calls.js';
import { routingFacts } from './routing/routing-facts.js';
import { callLease, deviceLease } from './routing/resources.js';

export interface Step {
  /** Step number as stored before this one. */
  readonly number: number;
  /** When the inputs were taken. */
  readonly at: Instant;
  readonly before: Session;
  readonly after: Session;
  readonly inputs: readonly Input[];
  readonly directives: readonly Directive[];
}

/** What the performers need that was decided in the transaction. */
export interface CommittedStep {
  readonly originates: ReadonlyMap<ActivityId, Originate>;
  readonly recordings: ReadonlyMap<ActivityId, RecordingRecord>;
  /** Outcomes that the transaction itself decided. */
  readonly decided: ReadonlyMap<ActivityId, ActivityOutcome>;
}

export type Originate =
  | { readonly kind: 'granted'; readonly line: Line; readonly record: LegRecord }
  | { readonly kind: 'denied'; readonly why: Denial };

interface Writing {
  readonly context: AppContext;
  readonly unit: Unit;
  readonly setup: CallSetup;
  readonly legs: LegBook;
  readonly after: Session;
  /** No new phone is rung; a talk may still be transferred. */
  readonly ringing: 'called-off' | 'wanted';
  readonly originates: Map<ActivityId, Originate>;
  readonly recordings: Map<ActivityId, RecordingRecord>;
  readonly decided: Map<ActivityId, ActivityOutcome>;
}

type DirectiveOf<V extends Directive['verb']> = Extract<Directive, { verb: V }>;

/** Throws Fault `lease-lost` when another process owns the call, or this step was written before. */
export async function commitStep(
  context: AppContext,
  setup: CallSetup,
  legs: LegBook,
  step: Step,
): Promise<CommittedStep> {
  try {
    const committed = await commit(context, async (unit) => {
      const record = await guardOwnership(context, unit, setup, step.number);
      const writing: Writing = {
        context,
        unit,
        setup,
        legs,
        after: step.after,
        ringing: dials(step) ? await isCalledOff(unit.tx, setup) : 'wanted',
        originates: new Map(),
        recordings: new Map(),
        decided: new Map(),
      };
      for (const input of step.inputs) await writeInput(writing, input);
      for (const directive of step.directives) await writeDirective(writing, directive);
      await writeJournal(unit, setup, step);
      const change = changeOf(record, step, unit);
      await unit.tx.calls.update(setup.record.id, change);
      if (change.outcome !== undefined) await applyMark(unit, record, change.outcome);
      return writing;
    });
    legs.settle('committed');
    return committed;
  } catch (thrown) {
    legs.settle('rolled-back');
    throw thrown;
  }
}

/** Does this step ring a phone before there was a talk? */
function dials({ before, directives }: Step): boolean {
  return before.bridgedAt === undefined && directives.some(({ verb }) => verb === 'originate');
}

async function guardOwnership(
  context: AppContext,
  unit: Unit,
  setup: CallSetup,
  step: number,
): Promise<CallRecord> {
  const { id } = setup.record;
  const lease = await unit.tx.leases.heldBy(callLease(id));
  const record = await unit.tx.calls.byId(id);
  if (
    lease?.owner !== context.config.owner ||
    record === undefined ||
    record.state === 'closed' ||
    record.step !== step
  )
    throw new Fault('lease-lost', `call ${id} is no longer ours at step ${step}`);
  return record;
}

async function writeInput({ context, unit, setup, legs, after }: Writing, input: Input): Promise<void> {
  if (input.kind === 'outcome') {
    await unit.tx.calls.endActivity(input.activity, JSON.stringify(input.outcome), unit.now);
    if (input.outcome.kind === 'handed-over') await writeHandedOver(unit, setup.record.id, input.outcome);
  }
  if (input.kind !== 'signal') return;
  const before = legs.record(input.leg);
  const booked = await legs.book(unit, input);
  if (before === undefined || booked === 'ignored' || input.signal.kind !== 'ended') return;
  await noteLegEnd(context, unit, {
    leg: before,
    ending: input.signal.ending,
    talked: after.bridgedAt !== undefined && after.operator === before.party ? 'yes' : 'no',
    group: setup.facts.group,
  });
}

/** An outside party's phone and trunk channel were its call's; they go with it. */
async function writeHandedOver(
  { tx }: Unit,
  callId: CallId,
  { from, parties }: Extract<ActivityOutcome, { kind: 'handed-over' }>,
): Promise<void> {
  for (const { legId, about } of parties) {
    await tx.calls.updateLeg(legId, { callId, role: about.role });
    if (about.role === 'consult') await tx.leases.reown(from, callId);
  }
}

/** With these inputs and the call's facts the same plan does the same again. What it issued follows from them. */
async function writeJournal(
  { tx }: Unit,
  { record }: CallSetup,
  { number, at, inputs }: Step,
): Promise<void> {
  const taken = inputs.filter(({ kind }) => kind !== 'issued');
  if (taken.length > 0)
    await tx.calls.addInputs({ callId: record.id, step: number, at, inputs: JSON.stringify(taken) });
}

async function writeDirective(writing: Writing, directive: Directive): Promise<void> {
  const { unit, setup } = writing;
  if ('activity' in directive) await writeIntent(writing, directive);
  switch (directive.verb) {
    case 'originate':
      return writeOriginate(writing, directive);
    case 'record':
      return writeRecording(writing, directive);
    case 'stop':
      return unit.tx.calls.endActivity(directive.stopped, JSON.stringify({ kind: 'stopped' }), unit.now);
    case 'tell':
      unit.tell({
        name: directive.event,
        callId: setup.record.id,
        leadId: setup.record.leadId,
        payload: directive.payload,
      });
      return noteSilent(writing, directive);
    default:
      return noteDecision(writing, directive, await writeDesk(writing, directive));
  }
}

/** Declined by pressing nothing: told like every decline, and remembered of the operator. */
async function noteSilent({ unit, setup }: Writing, { event, payload }: DirectiveOf<'tell'>): Promise<void> {
  const { operator, decision } = payload;
  if (event === 'operator.declined' && decision === 'no-input' && typeof operator === 'string')
    await noteSilence(unit, operator, setup.facts.group);
}

async function noteDecision(
  { unit, decided }: Writing,
  directive: Directive,
  outcome: ActivityOutcome | undefined,
): Promise<void> {
  if (outcome === undefined || !('activity' in directive)) return;
  await unit.tx.calls.endActivity(directive.activity, JSON.stringify(outcome), unit.now);
  decided.set(directive.activity, outcome);
}

async function writeIntent(
  { unit, setup, legs }: Writing,
  directive: Extract<Directive, { activity: ActivityId }>,
): Promise<void> {
  const { activity, verb } = directive;
  const legId = 'leg' in directive ? legs.record(directive.leg)?.id : undefined;
  await unit.tx.calls.addActivity({
    id: activity,
    callId: setup.record.id,
    verb,
    ...present({ legId }),
    directive: JSON.stringify(directive),
    startedAt: unit.now,
  });
}

async function writeOriginate(writing: Writing, directive: DirectiveOf<'originate'>): Promise<void> {
  const { context, unit, setup, originates } = writing;
  const legId = context.ports.ids.next() as LegId;
  const found = findLine(directive.dialled, await lineSettings(writing, directive.dialled));
  const why = found.kind === 'denied' ? found.why : await denialOf(writing, found.line, legId);
  if (found.kind === 'denied' || why !== undefined) return deny(writing, directive.activity, why ?? 'denied');
  const record: LegRecord = {
    id: legId,
    callId: setup.record.id,
    role: directive.role,
    party: directive.party,
    state: 'trying',
    identity: { sipCallId: `${context.ports.ids.next()}@dialtrace` },
    invitedAt: unit.now,
  };
  await unit.tx.calls.addLeg(record);
  const payload = { leg: directive.leg, leg_id: legId, role: record.role, party: record.party };
  unit.tell({ name: 'leg.invited', callId: record.callId, leadId: setup.record.leadId, payload });
  originates.set(directive.activity, { kind: 'granted', line: found.line, record });
}

/** A client's leg takes the trunk that the call has a channel of; that channel does not stand in its way. */
async function lineSettings(
  { context, unit, setup }: Writing,
  dialled: DirectiveOf<'originate'>['dialled'],
): Promise<LineSettings> {
  const { telephony, reservedTrunk } = setup;
  const reserved = dialled.kind === 'number' ? reservedTrunk : undefined;
  const defaultTrunk = reserved ?? setup.facts.policy?.trunk;
  if (dialled.kind === 'uri' || Object.keys(telephony.trunks).length === 0)
    return { telephony, ...present({ defaultTrunk }) };
  const sources = { leases: unit.tx.leases, telephony, now: unit.now, ...present({ reserved }) };
  const facts = await routingFacts(context.ports.switch, sources);
  return { telephony, facts, ...present({ defaultTrunk }) };
}

async function denialOf(writing: Writing, line: Line, legId: LegId): Promise<Denial | undefined> {
  const { context, unit, setup, ringing } = writing;
  if (ringing === 'called-off') return 'denied';
  if (!isReachable(line, context.ports.switch)) return 'no-device';
  if (await isElsewhere(writing, line)) return 'busy-device';
  const reservedTrunk = line.device === undefined ? setup.reservedTrunk : undefined;
  return claimLine(unit.tx, { line, legId, now: unit.now, reservedTrunk });
}

/** Another phone of the same operator is in a call that is not this one. */
async function isElsewhere({ unit, setup, legs, originates }: Writing, { device }: Line): Promise<boolean> {
  const owner = Object.values(setup.telephony.operators).find(({ name, devices }) =>
    devices.some((_, index) => deviceLease(name, index) === device),
  );
  if (owner === undefined || owner.devices.length < 2) return false;
  // His other phone may begin to ring in this very step.
  const begun = new Set(
    [...originates.values()].flatMap((one) => (one.kind === 'granted' ? [one.record.id] : [])),
  );
  const isOurs = (legId: LegId) => begun.has(legId) || legs.refOf(legId) !== undefined;
  for (const index of owner.devices.keys()) {
    const lease = await unit.tx.leases.heldBy(deviceLease(owner.name, index));
    if (lease !== undefined && lease.until > unit.now && !isOurs(lease.owner as LegId)) return true;
  }
  return false;
}

async function deny({ unit, originates }: Writing, activity: ActivityId, why: Denial): Promise<void> {
  const outcome: ActivityOutcome = { kind: 'not-allowed', why };
  await unit.tx.calls.endActivity(activity, JSON.stringify(outcome), unit.now);
  originates.set(activity, { kind: 'denied', why });
}

/** The recording's row is its intent: a crash leaves it `recording`, and check-recording settles it. */
async function writeRecording(writing: Writing, directive: DirectiveOf<'record'>): Promise<void> {
  const { context, unit, setup, legs, recordings } = writing;
  const others = directive.other === undefined ? [] : [directive.other];
  const roles = [directive.leg, ...others].map((leg) => legs.record(leg)?.role);
  const id = directive.activity as string as RecordingId;
  const record: RecordingRecord = {
    id,
    callId: setup.record.id,
    path: `${context.config.recordingsDirectory}/${recordingFile(setup.record.id, id, unit.now)}`,
    channelRoles: roles.filter((role) => role !== undefined),
    ...present({ box: directive.box }),
    startedAt: unit.now,
    state: 'recording',
  };
  await unit.tx.recordings.add(record);
  unit.tell({
    name: 'recording.started',
    callId: record.callId,
    leadId: setup.record.leadId,
    payload: { recording_id: id },
  });
  recordings.set(directive.activity, record);
}

function changeOf(record: CallRecord, step: Step, { now }: Unit): Partial<Omit<CallRecord, 'id'>> {
  const { before, after, directives } = step;
  const tags = directives.flatMap((directive) => (directive.verb === 'tag' ? directive.tags : []));
  const talkEnded = before.state === 'bridged' && after.state !== 'bridged';
  const marked = markedBy(record, directives, now);
  return {
    ...marked,
    tags: [...new Set([...marked.tags, ...tags])],
    session: JSON.stringify(after),
    step: step.number + 1,
    state: storedState(record.state, after.state),
    ...present({
      operator: after.operator,
      bridgedAt: after.bridgedAt,
      unbridgedAt: talkEnded ? now : undefined,
    }),
  };
}

/** A session is over before its legs are: the record waits in `wrapping-up` for finishCall, which alone closes it. */
function storedState(stored: CallState, session: CallState): CallState {
  if (session !== 'closed') return session;
  const moved = moveCall(stored, 'finishing');
  return moved.kind === 'moved' ? moved.state : stored;
}
