/**
 * Times, dates and delays as people say them. Wall-clock text is said as it is written: converting an instant to the
 * listener's time zone is the caller's work. Text that is no time or date comes back unchanged.
 */
import { pluralForm, spokenNumber } from './spoken-number.js';
import { vocabularyOf } from './vocabulary/vocabulary-of.js';
import type { Noun, Vocabulary } from './vocabulary/vocabulary.js';

const TIME = /^(?:\d{4}-\d{2}-\d{2}[T ])?([01]?\d|2[0-3]):([0-5]\d)/u;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/u;

/** `14:30` or `2026-11-21T14:30` → "четырнадцать тридцать". */
export function spokenTime(value: string, locale: string): string {
  const [, hour, minute] = TIME.exec(value.trim()) ?? [];
  return hour === undefined ? value : vocabularyOf(locale).clock(Number(hour), Number(minute));
}

/** `2026-11-21` → "двадцать первое ноября". The year is left out: prompts speak of days near by. */
export function spokenDate(value: string, locale: string): string {
  const [, month, day] = DATE.exec(value.trim()) ?? [];
  return month === undefined ? value : vocabularyOf(locale).day(Number(day), Number(month));
}

/** Minutes from now, rounded up: 5 → "через пять минут", 0 → "сейчас". From a day on, minutes are left out. */
export function spokenDelay(minutes: number, locale: string): string {
  const words = vocabularyOf(locale);
  if (!Number.isFinite(minutes)) return String(minutes);
  const total = Math.ceil(minutes);
  if (total <= 0) return words.now;
  return words.after(
    delayParts(total, words)
      .map((part) => spokenPart(part, words))
      .join(' '),
  );
}

interface DelayPart {
  readonly amount: number;
  readonly unit: Noun;
}

function delayParts(minutes: number, { delayUnits }: Vocabulary): readonly DelayPart[] {
  const days = { amount: Math.floor(minutes / 1440), unit: delayUnits.day };
  const hours = { amount: Math.floor(minutes / 60) % 24, unit: delayUnits.hour };
  const rest = { amount: days.amount > 0 ? 0 : minutes % 60, unit: delayUnits.minute };
  return [days, hours, rest].filter(({ amount }) => amount > 0);
}

function spokenPart({ amount, unit }: DelayPart, words: Vocabulary): string {
  const numeral = spokenNumber(amount, words.language, unit.gender);
  return `${words.delayNumeral(numeral)} ${pluralForm(amount, unit, words.language)}`;
}
