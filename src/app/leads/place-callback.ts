/**
 * Task `place-callback`: brings one attempt of a lead under way, or puts it off. It only starts the call; how the lead
 * goes on is decided when that call ends (after-attempt).
 */
import type { Attempt, Lead, LeadReason } from '../../domain/leads/lead.js';
import { namesOfLead } from '../../domain/prompts/prompt-names.js';
import type { CallbackPolicy, Group, Trunk } from '../../domain/routing/telephony.js';
import type { AttemptId, CallId, E164, Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { outgoingSetup } from '../calls/callback-setup.js';
import { findTrunk } from '../calls/lines.js';
import { availabilityOf, operatorsOf, type Availability } from '../calls/operators.js';
import { claimClient } from '../calls/claim-client.js';
import { startCall } from '../calls/start-call.js';
import { callingStopped } from '../calls/stop-calling.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { nextOpenOf } from '../group-hours.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { finishLead, isFinal } from './after-attempt.js';
import { deferLead } from './schedule-callback.js';

/** How long each obstacle is waited out before looking again. */
const LOOK_AGAIN_MS = { stopped: 30_000, switch: 2000, busy: 5000, full: 1000, phone: 30_000 } as const;

/** A lead that can be called by these terms, in the set in force. */
interface Callable {
  readonly lead: Lead;
  readonly phone: E164;
  readonly set: TelephonySet;
  readonly policy: CallbackPolicy;
  readonly group: Group;
}

type Obstacle =
  | { readonly kind: 'wait'; readonly at: Instant; readonly reason: LeadReason; readonly waits?: number }
  | { readonly kind: 'never'; readonly status: 'not-dialled' | 'unreached'; readonly reason: LeadReason };

const DONE: TaskOutcome = { kind: 'done' };

export async function placeCallback(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const lead = await context.ports.store.leads.byId(payload['leadId'] as LeadId);
  if (lead === undefined || !isWaiting(lead)) return DONE;
  const callable = callableOf(context, lead);
  const obstacle =
    callable === undefined ? NO_POLICY : await findObstacle(context, callable, Number(payload['waits'] ?? 0));
  const met = callable === undefined || obstacle !== undefined ? obstacle : await begin(context, callable);
  if (met !== undefined) await giveWay(context, lead.id, met);
  return DONE;
}

const NO_POLICY: Obstacle = { kind: 'never', status: 'not-dialled', reason: 'no-policy' };

/** `calling`: the call of its open attempt goes on, here or elsewhere, or is being reconciled; its end decides. */
function isWaiting({ status }: Lead): boolean {
  return !isFinal(status) && status !== 'calling';
}

/** The settings may have changed since intake: a policy taken away in between calls nobody. */
function callableOf(context: AppContext, lead: Lead): Callable | undefined {
  const set = context.set();
  const policy = set.telephony.callbacks[lead.policy ?? ''];
  const group = set.telephony.groups[lead.group ?? policy?.group ?? ''];
  if (policy?.enabled !== 'on' || group === undefined || lead.phone === undefined) return undefined;
  return set.plans[policy.dialplan] === undefined
    ? undefined
    : { lead, phone: lead.phone, set, policy, group };
}

async function findObstacle(
  context: AppContext,
  callable: Callable,
  waits: number,
): Promise<Obstacle | undefined> {
  const { lead, set, group } = callable;
  const now = context.ports.clock.now();
  const planned = lead.willCallAt ?? now;
  // A job that was claimed twice, or comes early, finds a later time in the lead.
  if (planned > now) return { kind: 'wait', at: planned, reason: lead.reason, waits };
  const open = nextOpenOf(set.telephony, group)(now);
  if (open === undefined) return { kind: 'never', status: 'unreached', reason: 'outside-hours' };
  if (open > now) return { kind: 'wait', at: open, reason: 'outside-hours', waits };
  const hindered = await systemObstacle(context, now, waits);
  return (
    hindered ??
    operatorObstacle(
      callable,
      await availabilityOf(context, set.telephony, operatorsOf(set.telephony, group)),
      now,
      waits,
    )
  );
}

async function systemObstacle(
  context: AppContext,
  now: Instant,
  waits: number,
): Promise<Obstacle | undefined> {
  if ((await callingStopped(context)) === 'stopped')
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.stopped, reason: 'stopped-calling', waits };
  const { signalling, media } = context.ports.switch.status();
  if (signalling !== 'ready' || media !== 'ready')
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.switch, reason: 'switch-unavailable', waits };
  if (context.calls.isFull(context.config.maximumCalls))
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.full, reason: 'channels', waits };
  return undefined;
}

/** Waiting for talks to end is not limited; waiting for phones that are not there is, or the lead would wait for ever. */
function operatorObstacle(
  { policy }: Callable,
  availability: Availability,
  now: Instant,
  waits: number,
): Obstacle | undefined {
  if (availability === 'free') return undefined;
  if (availability === 'busy')
    return { kind: 'wait', at: now + LOOK_AGAIN_MS.busy, reason: 'no-operator', waits };
  if (waits + 1 >= policy.maxNoOperator)
    return { kind: 'never', status: 'unreached', reason: 'attempts-used-up' };
  return { kind: 'wait', at: now + policy.noOperatorSeconds * 1000, reason: 'no-operator', waits: waits + 1 };
}

async function giveWay(context: AppContext, leadId: LeadId, obstacle: Obstacle): Promise<void> {
  await commit(context, async (unit) => {
    const lead = await unit.tx.leads.byId(leadId);
    if (lead === undefined || !isWaiting(lead)) return;
    if (obstacle.kind === 'never') await finishLead(unit, lead, obstacle.status, obstacle.reason);
    else await deferLead(unit, { leadId, ...obstacle });
  });
}

/** Undefined when the call has begun, or when the lead turned out to be served already. */
async function begin(context: AppContext, callable: Callable): Promise<Obstacle | undefined> {
  const { lead, phone, set, policy } = callable;
  const { store, clock } = context.ports;
  const at = clock.now();
  context.ports.switch.expectLeg();
  const attempt = await newAttempt(context, lead, phone);
  const form = lead.formId && (await store.forms.byId(lead.formId));
  const connection = lead.connectionId && (await store.connections.byId(lead.connectionId));
  const setup = outgoingSetup({
    ...callable,
    callId: attempt.callId,
    at,
    direction: 'callback',
    operators: operatorsOf(set.telephony, callable.group),
    names: namesOfLead(lead),
    lead: { lead, attempt, ...present({ form, connection }) },
  });
  const trunk = findTrunk({ telephony: set.telephony, ...present({ defaultTrunk: policy.trunk }) });
  const answer = await startCall(context, setup, (unit) => claimAttempt(unit, attempt, trunk));
  return answer === 'started' || answer === 'served' ? undefined : obstacleOf(answer, at);
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

type Refusal = 'served' | 'channels' | 'phone-busy';

/** All that an attempt needs, taken together or not at all. */
async function claimAttempt(
  unit: Unit,
  attempt: NewAttempt,
  trunk: Trunk | undefined,
): Promise<Refusal | 'granted'> {
  const { tx, now, tell } = unit;
  const lead = await tx.leads.byId(attempt.leadId);
  if (lead === undefined || !isWaiting(lead) || (lead.willCallAt ?? 0) > now) return 'served';
  const claimed = await claimClient(unit, { callId: attempt.callId, phone: attempt.phone, trunk });
  if (claimed !== 'granted') return claimed;
  if ((await tx.attempts.open(attempt)) === 'conflict') {
    await tx.leases.releaseOwner(attempt.callId);
    return 'phone-busy';
  }
  await tx.leads.update(lead.id, { status: 'calling' });
  tell({
    name: 'attempt.started',
    callId: attempt.callId,
    leadId: lead.id,
    payload: { attempt: attempt.number },
  });
  return 'granted';
}

function obstacleOf(answer: Exclude<Refusal, 'served'> | 'too-many-calls', now: Instant): Obstacle {
  if (answer === 'phone-busy') return { kind: 'wait', at: now + LOOK_AGAIN_MS.phone, reason: 'retry-wait' };
  return { kind: 'wait', at: now + LOOK_AGAIN_MS.full, reason: 'channels' };
}
