/** What typed digits mean: a phone number, a date, a time, an amount, or just digits. Called by collect. */
import { Temporal } from 'temporal-polyfill';
import { parsePhone } from '../../values/phone.js';
import type { Value } from '../session.js';

export const COLLECTED_KINDS = ['digits', 'phone', 'date', 'time', 'amount'] as const;
export type CollectedKind = (typeof COLLECTED_KINDS)[number];

type Reader = (typed: string, country: string | undefined) => Value | undefined;

const READERS: Readonly<Record<CollectedKind, Reader>> = {
  digits: (typed) => typed,
  phone(typed, country) {
    const parsed = parsePhone(typed, country);
    return parsed.ok ? parsed.e164 : undefined;
  },
  date: (typed) => dateOf(typed),
  time(typed) {
    const [, hour = '', minute = ''] = /^([01]\d|2[0-3])([0-5]\d)$/.exec(typed) ?? [];
    return hour === '' ? undefined : `${hour}:${minute}`;
  },
  amount(typed) {
    const [, whole = '', part = '0'] = /^(\d{1,9})(?:\*(\d{1,2}))?$/.exec(typed) ?? [];
    return whole === '' ? undefined : Number(`${whole}.${part}`);
  },
};

/** Day, month, year. */
function dateOf(typed: string): string | undefined {
  const [, day, month, year] = /^(\d\d)(\d\d)(\d{4})$/.exec(typed) ?? [];
  if (day === undefined) return undefined;
  try {
    const fields = { day: Number(day), month: Number(month), year: Number(year) };
    return Temporal.PlainDate.from(fields, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}

/** Undefined: it is no such thing. */
export function collectedValue(kind: CollectedKind, typed: string, country?: string): Value | undefined {
  return READERS[kind](typed, country);
}
