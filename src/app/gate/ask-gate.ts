/** Asks the store what the gate's rules need to know of one lead, in the transaction that will store it. */
import {
  judgeContents,
  judgeCount,
  judgeDestination,
  questionsOf,
  strike,
  type Question,
  type Strike,
} from '../../domain/gate/judge-gate.js';
import { networkOf } from '../../domain/gate/network.js';
import type { GateRules } from '../../domain/gate/rules.js';
import type { Lead, LeadDraft } from '../../domain/leads/lead.js';
import type { ResolvedIntake } from '../../domain/leads/resolve-intake.js';
import type { Group, Telephony } from '../../domain/routing/telephony.js';
import type { E164, Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { Unit } from '../events/commit.js';
import type { Repositories } from '../ports/store.js';

export interface AtGate {
  readonly draft: LeadDraft;
  readonly resolved: ResolvedIntake;
  /** Ids as they will be stored: the form's connection, not only the one that was named. */
  readonly origin: Pick<Lead, 'formId' | 'connectionId'>;
  /** A repetition calls nobody, so nothing is counted for it. */
  readonly repeats: 'earlier' | 'nothing';
}

/** Undefined: the lead may pass. */
export async function askGate(
  { gate }: Telephony,
  { tx, now }: Unit,
  { draft, resolved, origin, repeats }: AtGate,
): Promise<Strike | undefined> {
  if (resolved.phone.kind !== 'good') return undefined;
  const phone = resolved.phone.e164;
  const shown = await listedStrike(tx, phone, now);
  if (shown !== undefined || gate === undefined) return shown;
  const contents = judgeContents(draft, phone, { rules: gate, group: resolved.group });
  if (contents !== undefined || repeats === 'earlier') return contents;
  const counted = {
    ...origin,
    ...present({ phone, clientAddress: draft.clientAddress, clientNetwork: clientNetwork(gate, draft) }),
  };
  return firstStrike(tx, questionsOf(counted, gate, now), origin.formId);
}

export function clientNetwork(
  gate: GateRules | undefined,
  { clientAddress }: Pick<LeadDraft, 'clientAddress'>,
): string | undefined {
  return gate && clientAddress !== undefined ? networkOf(clientAddress, gate.networkBits) : undefined;
}

/** For calls without a lead: the list and the destination, nothing that is counted. */
export async function askForNumber(
  { gate }: Telephony,
  { tx, now }: Pick<Unit, 'tx' | 'now'>,
  { phone, group }: { readonly phone: E164; readonly group: Group | undefined },
): Promise<Strike | undefined> {
  return (await listedStrike(tx, phone, now)) ?? (gate && judgeDestination(phone, group, gate));
}

/** Undefined: the phone is not on the do-not-call list. */
export async function listedStrike(
  { doNotCall }: Pick<Repositories, 'doNotCall'>,
  phone: E164,
  now: Instant,
): Promise<Strike | undefined> {
  const entry = await doNotCall.entry(phone, now);
  return entry && strike('block', 'do-not-call', `${entry.reason} (by ${entry.by})`);
}

async function firstStrike(
  { leads }: Repositories,
  questions: readonly Question[],
  formId: Lead['formId'],
): Promise<Strike | undefined> {
  for (const question of questions) {
    const sharing = { by: question.by, value: question.value };
    const before =
      question.count === 'leads'
        ? await leads.countLetIn(sharing, question.since)
        : await leads.countForms(sharing, question.since, formId);
    const struck = judgeCount(question, before);
    if (struck !== undefined) return struck;
  }
  return undefined;
}
