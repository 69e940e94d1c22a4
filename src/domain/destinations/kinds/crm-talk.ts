/** What conversations with CRMs share: who answers for the call, and the texts of a new lead. */
import type { Ask, Tools, VendorAnswer, Verdict } from '../conversation.js';
import type { Crm } from '../destination.js';
import { factsOf, type Occasion } from '../occasion.js';

/** What every step of a conversation about one occasion has at hand. */
export interface CrmScene<D extends Crm> {
  readonly destination: D;
  readonly occasion: Occasion;
  readonly tools: Tools;
}

/** A step's value, or what ends the conversation. */
export type Step<T> = Generator<Ask, { readonly ok: T } | { readonly verdict: Verdict }, VendorAnswer>;

export const NO_PHONE: Verdict = { kind: 'skipped', why: 'the client’s number is not known' };

/** A CRM compares numbers by their ends: national and international spellings of one number are the same client. */
const COMPARED_DIGITS = 10;

export function isSamePhone(one: string, other: string): boolean {
  const endOf = (phone: string): string => phone.replaceAll(/\D/g, '').slice(-COMPARED_DIGITS);
  return endOf(one).length >= COMPARED_DIGITS && endOf(one) === endOf(other);
}

export function userOf({ users, defaultUser }: Crm, { call }: Occasion): string {
  return users[call?.operator ?? ''] ?? defaultUser;
}

/** `reference` → its text; fields whose facts are not known are left out. */
export function filledFields(
  { fields }: Crm,
  occasion: Occasion,
  { fill }: Tools,
): Readonly<Record<string, string>> {
  const facts = factsOf(occasion);
  return Object.fromEntries(
    Object.entries(fields)
      .map(([name, template]) => [name, fill(template, facts)] as const)
      .filter(([, text]) => text.trim() !== ''),
  );
}

export function titleOf({ title }: Crm, occasion: Occasion, { fill }: Tools): string {
  return fill(title, factsOf(occasion));
}

export function cardAddress(base: string, path: string, entity: string, id: string): string {
  return `${base}${path.replaceAll('{entity}', entity.toLowerCase()).replaceAll('{id}', id)}`;
}

/** Calls and leads of one client are told one after another, or two of them would each make a lead. */
export function clientAlone({ phone }: Occasion): string | undefined {
  return phone;
}

/** Who the client is in the CRM is known to all calls of a lead. */
export function clientSubject({ call, lead, deal, id }: Occasion): string {
  return lead?.id ?? call?.id ?? deal?.id ?? id;
}

/** What is remembered of one call among those of its lead. */
export function ofCall(name: string, { call, id }: Occasion): string {
  return `${name} ${call?.id ?? id}`;
}
