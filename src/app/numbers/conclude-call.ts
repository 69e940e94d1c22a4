/**
 * The end of a call on a tracked number, in the transaction that closes it: the target rule judges, and a call that nobody
 * talked to, or whose talk was cut off, becomes a callback lead where the project says so.
 */
import type { Attribution } from '../../domain/attribution/attribution.js';
import type { Project } from '../../domain/attribution/project.js';
import { isTarget, type FinishedCall } from '../../domain/attribution/target-rule.js';
import type { CallDisposition, CallRecord } from '../../domain/calls/call.js';
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { storeLead } from '../leads/take-lead.js';

export interface ConcludedCall {
  readonly call: CallRecord;
  readonly disposition: CallDisposition;
  readonly talk?: 'cut' | undefined;
  readonly at: Instant;
}

export async function concludeTrackedCall(
  context: AppContext,
  unit: Unit,
  concluded: ConcludedCall,
): Promise<void> {
  if (concluded.call.direction !== 'inbound') return;
  const attribution = await unit.tx.attributions.ofCall(concluded.call.id);
  if (attribution === undefined) return;
  const project = context.set().telephony.projects[attribution.project];
  if (project === undefined) return;
  await judgeTarget(unit, project, attribution, concluded);
  await callBackMissed(context, unit, project, attribution, concluded);
}

async function judgeTarget(
  unit: Unit,
  project: Project,
  attribution: Attribution,
  concluded: ConcludedCall,
): Promise<void> {
  const rule = project.attribution.target;
  if (rule === undefined) return;
  const finished = await finishedCall(unit, attribution, concluded);
  const target = isTarget(rule.expression, finished);
  await unit.tx.attributions.update(attribution.callId, { target, targetRule: rule.version });
}

async function finishedCall(
  { tx }: Unit,
  attribution: Attribution,
  { call, disposition, at }: ConcludedCall,
): Promise<FinishedCall> {
  const events = await tx.events.ofCall(call.id);
  const keys = events.filter(({ name }) => name === 'key.pressed').map(({ payload }) => payload['digit']);
  const talkedUntil = call.unbridgedAt ?? at;
  const earlier =
    attribution.caller === undefined
      ? []
      : await tx.attributions.ofCaller(attribution.caller, { since: 0, until: attribution.at });
  return {
    talk: call.bridgedAt === undefined ? 0 : (talkedUntil - call.bridgedAt) / 1000,
    duration: (at - call.startedAt) / 1000,
    outcome: call.tags.includes('spam') ? 'spam' : disposition,
    keys: keySequences(keys.filter((key) => typeof key === 'string')),
    tags: call.tags,
    labels: attribution.labels,
    earlierCalls: earlier.filter(({ project }) => project === attribution.project).length,
  };
}

/** `*` begins a code of several keys; each key is there by itself too. */
function keySequences(keys: readonly string[]): readonly string[] {
  const codes = keys.flatMap((key, index) => (key === '*' ? [keys.slice(index, index + 2).join('')] : []));
  return [...keys, ...codes];
}

/** Nobody talked to the caller, and no machine took a message. */
const MISSED: ReadonlySet<CallDisposition> = new Set([
  'no-operator',
  'abandoned',
  'no-answer',
  'busy',
  'declined',
  'rejected',
  'carrier-failure',
  'lost',
]);

async function callBackMissed(
  context: AppContext,
  unit: Unit,
  project: Project,
  attribution: Attribution,
  { call, disposition, talk }: ConcludedCall,
): Promise<void> {
  const { missedCallPolicy: policy } = project;
  const isMissed = call.bridgedAt === undefined && MISSED.has(disposition);
  if (policy === undefined || (!isMissed && talk !== 'cut')) return;
  if (call.clientNumber === undefined || call.tags.includes('spam')) return;
  const { source, medium, campaign, content, term } = attribution.labels;
  const draft: LeadDraft = {
    source: 'call',
    kind: 'callback',
    rawPhone: call.clientNumber,
    policy,
    answers: [],
    touch: present({
      utm_source: source,
      utm_medium: medium,
      utm_campaign: campaign,
      utm_content: content,
      utm_term: term,
      ...(talk === 'cut' ? { cut_call_id: call.id } : { missed_call_id: call.id }),
    }),
    ...present({ campaign }),
  };
  await storeLead(context, unit, draft, {});
}
