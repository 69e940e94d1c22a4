/**
 * The filters a prompt text may use, for one language: `{{ client.phone | phone }}`. Read by template-engine.ts.
 * A missing value stays empty through any filter, so that a `default` behind it still speaks.
 */
import type { Language } from '../domain/prompts/language.js';
import { spokenMoney } from '../domain/prompts/spoken-money.js';
import {
  pluralForm,
  spelled,
  spokenDigits,
  spokenKey,
  spokenNumber,
} from '../domain/prompts/spoken-number.js';
import { spokenPhone } from '../domain/prompts/spoken-phone.js';
import { spokenDate, spokenDelay, spokenTime } from '../domain/prompts/spoken-time.js';
import type { Gender } from '../domain/prompts/vocabulary/vocabulary.js';

export type Filter = (value: unknown, ...args: readonly unknown[]) => string;

/** Order in which `plural` takes the forms; the last also serves fractions. */
const PLURAL_FORMS: Readonly<Record<Language, readonly ('one' | 'few' | 'other')[]>> = {
  en: ['one', 'other'],
  ru: ['one', 'few', 'other'],
  cs: ['one', 'few', 'other'],
  vi: ['other'],
};
const GENDERS: readonly Gender[] = ['masculine', 'feminine', 'neuter', 'bare'];

/** Text of a value in a template; a record that prints itself (`client`) gives its name, any other object nothing. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (value instanceof PrintedRecord) return value.toString().trim();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

/** A record that is spoken by one of its fields: `{{ client }}` says the name. */
export class PrintedRecord {
  readonly #text: string;

  constructor(text: string, fields: object) {
    this.#text = text;
    Object.assign(this, fields);
  }

  toString(): string {
    return this.#text;
  }
}

export function filtersFor(language: Language): Readonly<Record<string, Filter>> {
  const plain: Readonly<Record<string, (text: string, ...args: readonly string[]) => string>> = {
    phone: (text) => spokenPhone(text, language),
    words: (text, gender = 'bare') => spokenNumber(text, language, genderOf(gender)),
    plural: (text, ...forms) => plural(text, forms, language),
    time: (text) => spokenTime(text, language),
    delay: (text) => spokenDelay(Number(text), language),
    date: (text) => spokenDate(text, language),
    money: (text, currency = '') => spokenMoney(text, currency, language),
    key: (text) => spokenKey(text, language),
    spell: (text) => spelled(text, language),
    digits: (text) => spokenDigits(text, language),
  };
  const spoken = Object.entries(plain).map(([name, say]) => [name, skipEmpty(say)] as const);
  return { ...Object.fromEntries(spoken), default: (value, fallback) => textOf(value) || textOf(fallback) };
}

function skipEmpty(say: (text: string, ...args: readonly string[]) => string): Filter {
  return (value, ...args) => {
    const text = textOf(value);
    return text === '' ? '' : say(text, ...args.map(textOf));
  };
}

function genderOf(name: string): Gender {
  const gender = GENDERS.find((known) => known === name);
  if (gender === undefined) throw new Error(`\`words\` takes ${GENDERS.join(', ')}, not "${name}"`);
  return gender;
}

function plural(text: string, forms: readonly string[], language: Language): string {
  const order = PLURAL_FORMS[language];
  if (forms.length !== order.length)
    throw new Error(`\`plural\` takes ${order.length} forms in ${language}, not ${forms.length}`);
  const named = Object.fromEntries(order.map((category, i) => [category, forms[i]]));
  return pluralForm(Number(text), { other: forms.at(-1) ?? '', ...named }, language);
}
