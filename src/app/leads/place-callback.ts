/**
 * Task `place-callback`: brings one attempt of a lead under way, or puts it off. It only starts the call; how the lead
 * goes on is decided when that call ends (after-attempt).
 */
import type { Attempt, Lead, LeadReason } from '../../domain/leads/lead.js';
import { keepsSeat } from '../../domain/leads/turn.js';
import { namesOfLead } from '../../domain/prompts/prompt-names.js';
import type { Trunk } from '../../domain/routing/telephony.js';
import type { AttemptId, CallId, E164, Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { outgoingSetup } from '../calls/begin/callback-setup.js';
import { planTrunk, type NoTrunk } from '../calls/routing/plan-trunk.js';
import { claimClient } from '../calls/begin/claim-client.js';
import { setFacts } from '../calls/begin/gather-facts.js';
import { secondPool } from '../calls/routing/resources.js';
import { ringFacts } from '../calls/routing/ring-facts.js';
import { startCall } from '../calls/begin/start-call.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { seatsOf, takeSeat } from '../operators/seats.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { finishLead, isFinal } from './after-attempt.js';
import {
  findObstacle,
  LINE_LOOK_MS,
  LOOK_AGAIN_MS,
  type Callable,
  type Clear,
  type Obstacle,
} from './find-obstacle.js';
import { deferLead, scheduleCallback } from './schedule-callback.js';
import { headOfLine, wakeHead } from './wake-line.js';

const DONE: TaskOutcome = { kind: 'done' };

export async function placeCallback(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const lead = await context.ports.store.leads.byId(payload['leadId'] as LeadId);
  if (lead === undefined || lead.status === 'calling') return DONE;
  if (isFinal(lead.status)) {
    // It ended while it waited, perhaps as the head of the line.
    await commit(context, (unit) => wakeHead(context, unit, lead));
    return DONE;
  }
  const callable = callableOf(context, lead, payload['operator']);
  const met =
    callable === undefined ? NO_POLICY : await goOrMeet(context, callable, Number(payload['waits'] ?? 0));
  if (met !== undefined) await giveWay(context, lead.id, met);
  return DONE;
}

async function goOrMeet(
  context: AppContext,
  callable: Callable,
  waits: number,
): Promise<Obstacle | undefined> {
  const met = await findObstacle(context, callable, waits);
  return met.kind === 'clear' ? begin(context, callable, met) : met;
}

const NO_POLICY: Obstacle = { kind: 'never', status: 'not-dialled', reason: 'no-policy' };

/** `calling`: the call of its open attempt goes on, here or elsewhere, or is being reconciled; its end decides. */
function isWaiting({ status }: Lead): boolean {
  return !isFinal(status) && status !== 'calling';
}

/** The settings may have changed since intake: a policy taken away in between calls nobody. */
function callableOf(context: AppContext, lead: Lead, operator: string | undefined): Callable | undefined {
  const set = context.set(lead.phone);
  const policy = set.telephony.callbacks[lead.policy ?? ''];
  const group = set.telephony.groups[lead.group ?? policy?.group ?? ''];
  if (policy?.enabled !== 'on' || group === undefined || lead.phone === undefined) return undefined;
  return set.plans[policy.dialplan] === undefined
    ? undefined
    : { lead, phone: lead.phone, set, policy, group, operator };
}

async function giveWay(context: AppContext, leadId: LeadId, obstacle: Obstacle): Promise<void> {
  await commit(context, async (unit) => {
    const lead = await unit.tx.leads.byId(leadId);
    if (lead === undefined || !isWaiting(lead)) return;
    if (obstacle.kind === 'never') await finishLead(unit, lead, obstacle.status, obstacle.reason);
    else if (obstacle.kind === 'wait') await deferLead(unit, lead, obstacle);
    else await standInLine(context, unit, lead, obstacle);
    if (isItsOwn(obstacle) && stoodInLine(lead, unit.now)) await wakeHead(context, unit, lead);
  });
}

/** What keeps this lead from being called, and not also those behind it. */
function isItsOwn({ kind, reason }: Obstacle): boolean {
  return kind === 'never' || (kind === 'wait' && OWN_REASONS.includes(reason));
}

const OWN_REASONS: readonly LeadReason[] = ['outside-hours', 'in-call', 'retry-wait'];

function stoodInLine({ status, willCallAt }: Lead, now: Instant): boolean {
  return status === 'deferred' && willCallAt !== undefined && willCallAt < now;
}

/** Its time stays what it was, so that it keeps its place; those whose turn it is are looked at at once. */
async function standInLine(
  context: AppContext,
  unit: Unit,
  lead: Lead,
  { reason, turn = [] }: Extract<Obstacle, { kind: 'line' }>,
): Promise<void> {
  const at = Math.min(lead.willCallAt ?? unit.now, unit.now);
  const head = (await headOfLine(context, unit, lead)) ?? lead;
  const headLooks = reason === 'no-operator' ? LINE_LOOK_MS.head : LINE_LOOK_MS.trunk;
  const lookAt = unit.now + (head.id === lead.id ? headLooks : LINE_LOOK_MS.behind);
  await deferLead(unit, lead, { at, reason, lookAt });
  for (const first of turn)
    await scheduleCallback(unit, { leadId: first.id, at: unit.now, reason: first.reason });
}

/** Undefined when the call has begun, or when the lead turned out to be served already. */
async function begin(context: AppContext, callable: Callable, clear: Clear): Promise<Obstacle | undefined> {
  const { lead, phone, set, policy } = callable;
  const { store, clock } = context.ports;
  const at = clock.now();
  const planned = await planTrunk(context, { telephony: set.telephony, number: phone, trunk: policy.trunk });
  if (planned.kind === 'none') return withoutTrunk(planned.why);
  const { trunk } = planned;
  context.ports.switch.expectLeg();
  const attempt = await newAttempt(context, lead, phone);
  const form = lead.formId && (await store.forms.byId(lead.formId));
  const connection = lead.connectionId && (await store.connections.byId(lead.connectionId));
  const setup = outgoingSetup({
    ...callable,
    callId: attempt.callId,
    at,
    direction: 'callback',
    ...(await ringFacts(context, { telephony: set.telephony, ...callable })),
    ofSet: await setFacts(context, { set, phone }),
    names: namesOfLead(lead),
    lead: { lead, attempt, ...present({ form, connection }) },
    ...present({ trunk }),
  });
  const answer = await startCall(context, setup, (unit) =>
    claimAttempt(context, unit, { ...callable, attempt, trunk, clear }),
  );
  return answer === 'started' || answer === 'served' ? undefined : obstacleOf(answer, at);
}

/** A rule against the destination stays; full channels and dead carriers pass. */
function withoutTrunk(why: NoTrunk): Obstacle {
  if (why === 'denied') return { kind: 'never', status: 'not-dialled', reason: 'destination-denied' };
  return { kind: 'line', reason: why === 'channels' ? 'channels' : 'trunk-down' };
}

type NewAttempt = Attempt & { readonly callId: CallId };

async function newAttempt({ ports }: AppContext, lead: Lead, phone: E164): Promise<NewAttempt> {
  const earlier = await ports.store.attempts.ofLead(lead.id);
  return {
    id: ports.ids.next() as AttemptId,
    leadId: lead.id,
    phone,
    number: earlier.length + 1,
    state: 'calling',
    callId: ports.ids.next() as CallId,
    startedAt: ports.clock.now(),
  };
}

type Refusal = 'served' | 'no-operator' | 'channels' | 'cps' | 'phone-busy' | 'in-call';

interface Claim extends Callable {
  readonly attempt: NewAttempt;
  readonly trunk: Trunk | undefined;
  readonly clear: Clear;
}

/** All that an attempt needs, taken together or not at all. */
async function claimAttempt(context: AppContext, unit: Unit, claim: Claim): Promise<Refusal | 'granted'> {
  const { attempt, group, clear } = claim;
  const lead = await unit.tx.leads.byId(attempt.leadId);
  if (lead === undefined || !isDue(lead, unit.now)) return 'served';
  const passed = await passedBy(unit, clear);
  const refused = (await noRoom(context, unit, claim, passed)) ?? (await takeClient(unit, claim));
  if (refused !== undefined) return refused;
  await takeSeat(unit, group, attempt.callId);
  await countPass(unit, passed);
  await tellStart(unit, lead, attempt);
  if (clear.others === 'yes' || stoodInLine(lead, unit.now)) await wakeHead(context, unit, lead);
  return 'granted';
}

function isDue(lead: Lead, now: Instant): boolean {
  return isWaiting(lead) && (lead.willCallAt ?? 0) <= now;
}

/** His phone, a channel, and the right to the one attempt. */
async function takeClient(unit: Unit, { attempt, trunk }: Claim): Promise<Refusal | undefined> {
  const { tx } = unit;
  const claimed = await claimClient(unit, { callId: attempt.callId, phone: attempt.phone, trunk });
  if (claimed !== 'granted') return claimed;
  if ((await tx.attempts.open(attempt)) !== 'conflict') return undefined;
  await tx.leases.releaseOwner(attempt.callId);
  return 'phone-busy';
}

/** For whom a seat is kept already, nobody passes any more. */
async function countPass({ tx }: Unit, passed: Lead | undefined): Promise<void> {
  if (passed !== undefined && !keepsSeat(passed))
    await tx.leads.update(passed.id, { passedOver: (passed.passedOver ?? 0) + 1 });
}

/** The one ahead that waits for a channel, as it is now. */
async function passedBy({ tx }: Unit, { past }: Clear): Promise<Lead | undefined> {
  const ahead = past && (await tx.leads.byId(past));
  return ahead !== undefined && isWaiting(ahead) ? ahead : undefined;
}

async function noRoom(
  context: AppContext,
  unit: Unit,
  claim: Claim,
  passed: Lead | undefined,
): Promise<Refusal | undefined> {
  const { tx } = unit;
  const { attempt, set, group, policy } = claim;
  if ((await tx.calls.openOfPhone(attempt.phone)).length > 0) return 'in-call';
  const { free } = await seatsOf(context, tx, { telephony: set.telephony, group, policy });
  const kept = passed !== undefined && keepsSeat(passed) ? 1 : 0;
  if (free <= kept) return 'no-operator';
  return (await isSecondFull(unit, claim)) ? 'cps' : undefined;
}

/** The client is dialled at once only when he is called first; else the second that counts comes later. */
async function isSecondFull({ tx, now }: Unit, { policy, trunk }: Claim): Promise<boolean> {
  if (policy.order !== 'client-first' || trunk === undefined) return false;
  return (await tx.leases.countSlots(secondPool(trunk.name), now)) >= trunk.callsPerSecond;
}

async function tellStart({ tx, tell }: Unit, { passedOver }: Lead, attempt: NewAttempt): Promise<void> {
  const anew = passedOver === undefined ? {} : { passedOver: 0 };
  await tx.leads.update(attempt.leadId, { status: 'calling', ...anew });
  tell({
    name: 'attempt.started',
    callId: attempt.callId,
    leadId: attempt.leadId,
    payload: { attempt: attempt.number },
  });
}

function obstacleOf(answer: Exclude<Refusal, 'served'> | 'too-many-calls', now: Instant): Obstacle {
  switch (answer) {
    case 'in-call':
      return { kind: 'wait', at: now + LOOK_AGAIN_MS.phone, reason: 'in-call' };
    case 'phone-busy':
      return { kind: 'wait', at: now + LOOK_AGAIN_MS.phone, reason: 'retry-wait' };
    case 'cps':
      return { kind: 'line', reason: 'cps' };
    case 'no-operator':
      return { kind: 'line', reason: 'no-operator' };
    case 'channels':
    case 'too-many-calls':
      return { kind: 'line', reason: 'channels' };
  }
}
