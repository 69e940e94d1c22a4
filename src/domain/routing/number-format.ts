/** Numbers as a trunk writes them, both ways. The switch calls it where a number leaves or comes in. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { parsePhone } from '../values/phone.js';
import type { PrefixRule, Trunk } from './telephony.js';

type Writes = Pick<Trunk, 'format' | 'country' | 'numbers'>;

/** E.164 → what the carrier expects. What is no E.164 (an emergency number) only passes the prefix rules. */
export function writeNumber({ format, country, numbers }: Writes, number: string): string {
  const written = number.startsWith('+') ? formatted(number, format, country) : number;
  return withPrefix(written, numbers?.out ?? []);
}

function formatted(number: string, format: Trunk['format'], country: string | undefined): string {
  if (format === 'e164') return number;
  if (format === 'digits') return number.slice(1);
  const phone = parsePhoneNumberFromString(number);
  return phone !== undefined && phone.country === country
    ? phone.format('NATIONAL').replace(/\D/g, '')
    : number;
}

/** What the carrier signals → E.164 where the trunk's rules and country make it one, else the text after its rules. */
export function readNumber({ country, numbers }: Writes, signalled: string): string {
  const text = withPrefix(signalled, numbers?.in ?? []);
  if (country === undefined) return text;
  const parsed = parsePhone(text, country);
  return parsed.ok ? parsed.e164 : text;
}

function withPrefix(number: string, rules: readonly PrefixRule[]): string {
  const rule = rules.find(({ from }) => number.startsWith(from));
  return rule === undefined ? number : `${rule.to}${number.slice(rule.from.length)}`;
}
