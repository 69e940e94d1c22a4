/** What a callback's call is begun with: facts, names for its texts, and a fresh session of the policy's dialplan. */
import type { CallDirection } from '../../../domain/calls/call.js';
import type { Facts, LeadFacts } from '../../../domain/dialplan/facts.js';
import { startSession } from '../../../domain/dialplan/session.js';
import type { Attempt, Connection, Form, Lead } from '../../../domain/leads/lead.js';
import type { PromptNames } from '../../../domain/prompts/prompt-names.js';
import type { CallbackPolicy, Group, Operator, Trunk } from '../../../domain/routing/telephony.js';
import type { CallId, E164, Instant } from '../../../domain/values/ids.js';
import type { SetFacts } from './gather-facts.js';
import { present } from '../../../domain/values/present.js';
import type { TelephonySet } from '../../config.js';
import { keptFrom, newRecord, type CallSetup } from './call-setup.js';

export interface OutgoingCall {
  readonly callId: CallId;
  readonly at: Instant;
  readonly direction: CallDirection;
  readonly set: TelephonySet;
  readonly policy: CallbackPolicy;
  readonly group: Group;
  readonly operators: readonly Operator[];
  readonly ringStages?: Facts['ringStages'];
  readonly ofSet: SetFacts;
  readonly phone: E164;
  /** That the call to `phone` has a channel of. */
  readonly trunk?: Trunk;
  readonly names: PromptNames;
  readonly callerId?: string;
  readonly messages?: Facts['messages'];
  readonly keysAfterAnswer?: string;
  readonly externalId?: string;
  readonly tags?: readonly string[];
  readonly lead?: LeadBehind;
}

export interface LeadBehind {
  readonly lead: Lead;
  readonly attempt: Attempt;
  readonly form?: Form;
  readonly connection?: Connection;
}

/** Call to an operator first, then to `phone`. */
export function outgoingSetup(call: OutgoingCall): CallSetup {
  const { callId, at, direction, set, policy, phone, lead, trunk } = call;
  return {
    record: {
      ...newRecord({ callId, at, direction, dialplan: policy.dialplan }),
      clientNumber: phone,
      tags: call.tags ?? [],
      attribution: lead?.lead.touch ?? {},
      ...present({ leadId: lead?.lead.id, attemptId: lead?.attempt.id, externalId: call.externalId }),
    },
    session: startSession({ plan: policy.dialplan, callId, legs: [], at }),
    facts: factsOf(call, trunk?.callerId),
    ...keptFrom(set),
    names: call.names,
    ...present({ reservedTrunk: trunk?.name, prepare: greetingOf(policy) }),
  };
}

/** A client who is called first is greeted at once. */
function greetingOf({ order, confirmKey = '1' }: CallbackPolicy): CallSetup['prepare'] {
  return order === 'client-first'
    ? [{ kind: 'prompt', prompt: 'client-greeting', names: { key: confirmKey } }]
    : undefined;
}

function factsOf(call: OutgoingCall, trunkCallerId: string | undefined): Facts {
  const { callId, direction, policy, group, operators, phone, lead } = call;
  return {
    ...call.ofSet,
    callId,
    direction,
    locale: lead?.lead.locale ?? group.locale,
    clientNumber: phone,
    group,
    operators,
    policy,
    ...present({
      ringStages: call.ringStages,
      lead: lead && leadFacts(lead, phone),
      whisperTemplate: whisperOf(lead),
      messages: call.messages,
      keysAfterAnswer: call.keysAfterAnswer,
      display: lead?.lead.formName ?? lead?.lead.ad,
      callerId: call.callerId ?? policy.callerId ?? trunkCallerId,
    }),
  };
}

/** An emptied template is none. */
export function whisperOf(lead: Pick<LeadBehind, 'form' | 'connection'> | undefined): string | undefined {
  const written = [lead?.form?.whisperTemplate, lead?.connection?.whisperTemplate];
  return written.find((template) => template !== undefined && template.trim() !== '');
}

function leadFacts({ lead, attempt }: LeadBehind, phone: E164): LeadFacts {
  const { id, kind, clientName, formName, ad, adGroup, campaign, answers, touch } = lead;
  return {
    id,
    kind,
    phone,
    attempt: attempt.number,
    answers: Object.fromEntries(answers.map(({ field, value }) => [field, value])),
    touch,
    ...present({ clientName, formName, ad, adGroup, campaign }),
  };
}
