/**
 * What a draft means under the settings in force: whose number it is, which group and policy serve it. Pure; takeLead
 * calls it before it asks the store for duplicates, because the duplicate window belongs to phone, group and policy.
 */
import type { CallbackPolicy, Group, Telephony } from '../routing/telephony.js';
import type { E164 } from '../values/ids.js';
import { parsePhone } from '../values/phone.js';
import { present } from '../values/present.js';
import type { Connection, Form, LeadDraft } from './lead.js';

export const DEFAULT_POLICY = 'default';

export interface IntakeSettings {
  readonly telephony: Telephony;
  readonly connection?: Connection;
  readonly form?: Form;
}

export type PhoneOfLead =
  { readonly kind: 'good'; readonly e164: E164 } | { readonly kind: 'absent' } | { readonly kind: 'invalid' };

export interface ResolvedIntake {
  readonly phone: PhoneOfLead;
  /** Active policy; absent when none is. */
  readonly policy?: CallbackPolicy;
  readonly group?: Group;
  readonly locale?: string;
}

/** Form before the draft, that before `default`. A policy that is named but switched off or gone is none: no other one steps in silently. */
export function resolveIntake(draft: LeadDraft, settings: IntakeSettings): ResolvedIntake {
  const { telephony, connection, form } = settings;
  const policy = activePolicy(telephony, form?.policy ?? draft.policy ?? DEFAULT_POLICY);
  const group = groupOf(telephony, [draft.group, form?.group, policy?.group]);
  const sources = [draft, form, connection, group];
  return {
    phone: phoneOf(draft.rawPhone, firstOf(sources, 'country')),
    ...present({ policy, group, locale: firstOf(sources, 'locale') }),
  };
}

function activePolicy({ callbacks }: Telephony, name: string): CallbackPolicy | undefined {
  const policy = callbacks[name];
  return policy?.enabled === 'on' ? policy : undefined;
}

/** What the nearest to the client says wins. */
function firstOf<F extends string>(
  sources: readonly (Readonly<Partial<Record<F, string>>> | undefined)[],
  field: F,
): string | undefined {
  return sources.find((source) => source?.[field] !== undefined)?.[field];
}

/** The first that exists: a reload may have taken the form's group away, and the policy's still answers. */
function groupOf(telephony: Telephony, names: readonly (string | undefined)[]): Group | undefined {
  return names
    .map((name) => (name === undefined ? undefined : telephony.groups[name]))
    .find((group) => group !== undefined);
}

function phoneOf(raw: string | undefined, country: string | undefined): PhoneOfLead {
  const phone = parsePhone(raw ?? '', country);
  if (phone.ok) return { kind: 'good', e164: phone.e164 };
  return { kind: phone.why === 'empty' ? 'absent' : 'invalid' };
}
