/**
 * A test lead: judged as a real one would be, stored nowhere, told in sentences. On request the operators' phones ring
 * with its whisper; no client is ever called.
 */
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import { LEAD_REASONS, type LeadDraft } from '../../domain/leads/lead.js';
import { namesOfLead } from '../../domain/prompts/prompt-names.js';
import { hasSkills } from '../../domain/routing/ring-order.js';
import { startSession } from '../../domain/dialplan/session.js';
import type { CallId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { keptFrom, newRecord, type CallSetup } from '../calls/begin/call-setup.js';
import { whisperOf } from '../calls/begin/callback-setup.js';
import { setFacts } from '../calls/begin/gather-facts.js';
import { operatorsOf } from '../calls/routing/operators.js';
import { ringFacts } from '../calls/routing/ring-facts.js';
import { startCall } from '../calls/begin/start-call.js';
import { callingStopped } from '../calls/orders/stop-calling.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { standingsOf } from '../operators/standings.js';
import { judgeDraft, originOf, type JudgedDraft } from './take-lead.js';
import type { TakenLead } from './taken-lead.js';

export type RehearsalRing = 'operators' | 'nobody';

export interface Rehearsal extends Pick<TakenLead, 'status' | 'reason' | 'willCallAt' | 'locale'> {
  readonly policy?: string;
  readonly group?: string;
  readonly dialplan?: string;
  readonly operators: readonly { readonly name: string; readonly standing: string }[];
  /** As the operators would hear it. */
  readonly whisper?: string;
  /** For people, one sentence a line. */
  readonly explanation: readonly string[];
  readonly callId?: CallId;
}

/** Rings operators, whispers, says that it was a test, hangs up. */
const TEST_PLAN = 'callback-test';

/** Throws Fault `not-found` (form, connection). */
export async function rehearseLead(
  context: AppContext,
  draft: LeadDraft,
  ring: RehearsalRing,
): Promise<Rehearsal> {
  const { store, clock } = context.ports;
  const unit: Unit = { tx: store, now: clock.now(), tell: () => undefined };
  const judged = await judgeDraft(context, unit, draft, await originOf(unit, draft));
  const operators = await standingOperators(context, judged);
  const whisper = whisperText(context, draft, judged);
  const callId = ring === 'operators' ? await ringOperators(context, draft, judged) : undefined;
  const { judgement, resolved } = judged;
  return {
    status: judgement.status,
    reason: judgement.reason,
    operators,
    explanation: sentences(draft, judged, { operators, whisper, callId, ring }),
    ...present({
      willCallAt: 'willCallAt' in judgement ? judgement.willCallAt : undefined,
      locale: resolved.locale,
      policy: resolved.policy?.name,
      group: resolved.group?.name,
      dialplan: resolved.policy?.dialplan,
      whisper,
      callId,
    }),
  };
}

async function standingOperators(
  context: AppContext,
  { resolved: { group, policy } }: JudgedDraft,
): Promise<Rehearsal['operators']> {
  if (group === undefined) return [];
  const { telephony } = context.set();
  const operators = operatorsOf(telephony, group).filter((one) => hasSkills(one, policy?.skills));
  const now = await standingsOf(context, context.ports.store, { telephony, operators, group });
  return now.map(({ operator, standing }) => ({ name: operator.name, standing: standing.kind }));
}

function localeOf({ resolved }: JudgedDraft): string {
  return resolved.locale ?? resolved.group?.locale ?? 'en';
}

/** The operator's own language may be another one; this is the lead's. */
function whisperText({ ports }: AppContext, draft: LeadDraft, judged: JudgedDraft): string | undefined {
  const names = namesOfLead({ ...draft, ...present({ formName: judged.origin.form?.displayName }) });
  const template = whisperOf(judged.origin);
  const locale = localeOf(judged);
  const rendered =
    template === undefined
      ? ports.templates.render('whisper', locale, names)
      : ports.templates.renderText(template, locale, names);
  return rendered.ok ? rendered.text : undefined;
}

interface Found extends Pick<Rehearsal, 'operators'> {
  readonly whisper: string | undefined;
  readonly callId: CallId | undefined;
  readonly ring: RehearsalRing;
}

function sentences(draft: LeadDraft, judged: JudgedDraft, found: Found): readonly string[] {
  const { resolved, judgement, origin } = judged;
  const phone =
    resolved.phone.kind === 'good' ? resolved.phone.e164 : `${draft.rawPhone ?? ''} (${resolved.phone.kind})`;
  const at = 'willCallAt' in judgement ? ` At ${new Date(judgement.willCallAt).toISOString()}.` : '';
  const note = 'gateNote' in judgement ? ` (${judgement.gateNote})` : '';
  return [
    `Phone: ${phone}. Form: ${origin.form?.displayName ?? 'none'}.`,
    `Status: ${judgement.status}. ${LEAD_REASONS[judgement.reason]}${note}${at}`,
    ...servedBy(judged, found),
    found.whisper === undefined
      ? `The whisper cannot be spoken in ${localeOf(judged)}.`
      : `Operators hear (${localeOf(judged)}): ${found.whisper}`,
    ...rungLines(found),
  ];
}

function servedBy({ resolved, origin }: JudgedDraft, { operators }: Found): readonly string[] {
  const { policy, group } = resolved;
  if (policy === undefined || group === undefined)
    return [`No active policy serves it: ${origin.form?.policy ?? DEFAULT_POLICY}.`];
  const names = operators.map(({ name, standing }) => `${name} (${standing})`);
  return [
    `Policy ${policy.name}: ${policy.order ?? 'operator-first'}, dialplan ${policy.dialplan}, up to ${policy.maxAttempts} attempts.`,
    `Group ${group.name}, ${group.strategy}: ${names.join(', ') || 'nobody'}.`,
  ];
}

function rungLines({ ring, callId }: Found): readonly string[] {
  if (ring === 'nobody') return ['Nothing was stored and nobody was rung.'];
  return [callId === undefined ? 'The operators could not be rung.' : `Operators are rung: call ${callId}.`];
}

/** Undefined when nobody may be rung now, or the plan is not there. */
async function ringOperators(
  context: AppContext,
  draft: LeadDraft,
  judged: JudgedDraft,
): Promise<CallId | undefined> {
  const { resolved } = judged;
  const set = context.set();
  if (resolved.group === undefined || set.plans[TEST_PLAN] === undefined) return undefined;
  if ((await callingStopped(context)) === 'stopped') return undefined;
  const callId = context.ports.ids.next() as CallId;
  const setup = await testSetup(context, { set, callId, draft, judged });
  const answer = await startCall(context, setup, () => Promise.resolve('granted' as const));
  return answer === 'started' ? callId : undefined;
}

interface TestCall {
  readonly set: TelephonySet;
  readonly callId: CallId;
  readonly draft: LeadDraft;
  readonly judged: JudgedDraft;
}

async function testSetup(context: AppContext, { set, callId, draft, judged }: TestCall): Promise<CallSetup> {
  const { telephony } = set;
  const { origin, resolved } = judged;
  const { group, policy } = resolved;
  const at = context.ports.clock.now();
  const rung = group && (await ringFacts(context, { telephony, group, ...present({ policy }) }));
  return {
    record: {
      ...newRecord({ callId, at, direction: 'click-to-call', dialplan: TEST_PLAN }),
      tags: ['test'],
    },
    session: startSession({ plan: TEST_PLAN, callId, legs: [], at }),
    facts: {
      callId,
      direction: 'click-to-call',
      locale: localeOf(judged),
      operators: [],
      ...rung,
      ...(await setFacts(context, { set })),
      ...present({
        group,
        policy,
        whisperTemplate: whisperOf(origin),
        display: origin.form?.displayName,
      }),
    },
    ...keptFrom(set),
    names: namesOfLead({ ...draft, ...present({ formName: origin.form?.displayName }) }),
  };
}
