/**
 * The anti-bombing gate: may this lead make us ring a phone? First what the lead itself shows (`judgeContents`), then
 * how many came before it: `questionsOf` lists what to count, `judgeCount` reads each answer. Pure; app/gate asks.
 */
import type { Lead, LeadDraft, LeadReason } from '../leads/lead.js';
import type { Group } from '../routing/telephony.js';
import type { E164, Instant } from '../values/ids.js';
import { describePhone } from '../values/phone.js';
import type { CountedBy, GateRules, Verdict } from './rules.js';

export interface Strike {
  readonly status: 'blocked' | 'quarantined';
  readonly reason: LeadReason;
  /** For people: what was seen, and what is allowed. */
  readonly gateNote: string;
}

const STATUS = { block: 'blocked', quarantine: 'quarantined' } as const satisfies Record<
  Verdict,
  Strike['status']
>;

export function strike(then: Verdict, reason: LeadReason, gateNote: string): Strike {
  return { status: STATUS[then], reason, gateNote };
}

/** May this group call this phone at all? `countries` beside the group's own. */
export function judgeDestination(
  phone: E164,
  group: Pick<Group, 'country' | 'countries'> | undefined,
  rules: Pick<GateRules, 'countries' | 'deniedKinds'>,
): Strike | undefined {
  const { country, kind } = describePhone(phone);
  if (kind !== undefined && rules.deniedKinds.includes(kind))
    return strike('block', 'premium-rate', `${kind} number`);
  const allowed = [...(group?.countries ?? [group?.country ?? '']), ...rules.countries];
  if (country !== undefined && allowed.includes(country)) return undefined;
  const where = country ?? 'no country';
  return strike('block', 'destination-denied', `number of ${where}; allowed: ${allowed.join(', ')}`);
}

/** What the lead shows by itself. */
export function judgeContents(
  draft: LeadDraft,
  phone: E164,
  { rules, group }: { readonly rules: GateRules; readonly group: Group | undefined },
): Strike | undefined {
  return judgeDestination(phone, group, rules) ?? judgeHoneypots(draft, rules) ?? judgeFill(draft, rules);
}

function judgeHoneypots({ answers }: LeadDraft, { honeypots }: GateRules): Strike | undefined {
  const hidden = new Set(honeypots.fields.map((field) => field.toLowerCase()));
  const filled = answers.find(({ field, value }) => hidden.has(field.toLowerCase()) && value.trim() !== '');
  return filled && strike(honeypots.then, 'honeypot', `field ${filled.field}`);
}

function judgeFill({ fillSeconds }: LeadDraft, { fill }: GateRules): Strike | undefined {
  if (fillSeconds === undefined || fillSeconds >= fill.leastSeconds) return undefined;
  return strike(fill.then, 'filled-too-fast', `${fillSeconds} s; a person needs ${fill.leastSeconds} s`);
}

const REASONS: Readonly<Record<CountedBy, LeadReason>> = {
  phone: 'too-many-from-phone',
  address: 'too-many-from-address',
  network: 'too-many-from-network',
  form: 'too-many-on-form',
  connection: 'too-many-on-connection',
  everything: 'too-many-leads',
};

/** A count that decides: leads let in (`leads`), or different forms (`forms`), since a moment. */
export interface Question {
  readonly count: 'leads' | 'forms';
  readonly by: CountedBy;
  readonly value: string;
  readonly since: Instant;
  /** More than this, the new lead included, strikes. */
  readonly most: number;
  readonly strike: Strike;
}

export type Counted = Pick<Lead, 'clientAddress' | 'clientNetwork' | 'formId' | 'connectionId' | 'phone'>;

/** In the order in which a person would explain it. What the lead does not say is not counted. */
export function questionsOf(lead: Counted, rules: GateRules, now: Instant): readonly Question[] {
  return [...budgetQuestions(lead, rules, now), ...burstQuestions(lead, rules, now)];
}

function valuesOf(lead: Counted): readonly (readonly [CountedBy, string | undefined])[] {
  return [
    ['phone', lead.phone],
    ['address', lead.clientAddress],
    ['network', lead.clientNetwork],
    ['form', lead.formId],
    ['connection', lead.connectionId],
    ['everything', ''],
  ];
}

function budgetQuestions(lead: Counted, { budgets }: GateRules, now: Instant): readonly Question[] {
  return valuesOf(lead).flatMap(([by, value]) =>
    value === undefined
      ? []
      : budgets[by].map(({ most, withinSeconds, then }): Question => {
          const note = `more than ${most} in ${withinSeconds} s by ${by}`;
          const since = now - withinSeconds * 1000;
          return { count: 'leads', by, value, since, most, strike: strike(then, REASONS[by], note) };
        }),
  );
}

function burstQuestions(lead: Counted, { burst }: GateRules, now: Instant): readonly Question[] {
  if (lead.formId === undefined) return [];
  return valuesOf(lead)
    .slice(0, 2)
    .flatMap(([by, value]): readonly Question[] => {
      if (value === undefined) return [];
      const note = `the same ${by} on ${burst.forms} or more forms in ${burst.withinSeconds} s`;
      const struck = strike(burst.then, 'burst-across-forms', note);
      const since = now - burst.withinSeconds * 1000;
      return [{ count: 'forms', by, value, since, most: burst.forms - 1, strike: struck }];
    });
}

/** `before`: what the store counted, without the lead that is judged. */
export function judgeCount({ most, strike: struck }: Question, before: number): Strike | undefined {
  return before + 1 > most ? struck : undefined;
}
