/**
 * Phone numbers as people and forms write them → E.164. The only maker of `E164` from outside text; intake, click to
 * call, inbound calls and the CLI call it.
 */
import {
  findPhoneNumbersInText,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';
import type { PhoneKind } from '../gate/rules.js';
import type { E164 } from './ids.js';
import { present } from './present.js';

export type ParsedPhone =
  | {
      readonly ok: true;
      readonly e164: E164;
      /** ISO 3166; absent for numbers of no country (satellite, international freephone). */
      readonly country?: string;
    }
  | { readonly ok: false; readonly why: PhoneProblem };

/** `masked`: an input mask that was never filled. `no-country`: national digits and nobody says whose. */
export type PhoneProblem = 'empty' | 'masked' | 'not-a-number' | 'no-country' | 'not-dialable';

/** Countries whose trunk prefix is 8 and whose people write it after a plus by mistake (`+8 916 …`). */
const TRUNK_PREFIX_8: readonly string[] = ['RU', 'KZ'];
const DIGITS = /\p{Nd}/gu;

/**
 * `country` (ISO 3166, any case) says whose national numbers these are. Extensions are dropped: nobody can dial them
 * before the answer. A number written with `+` or `00` needs no country.
 */
export function parsePhone(raw: string, country?: string): ParsedPhone {
  const text = raw.trim();
  const unfit = unfitText(text);
  if (unfit !== undefined) return { ok: false, why: unfit };
  const home = supported(country);
  const written = repairPrefix(text, home);
  if (home === undefined && !written.startsWith('+')) return { ok: false, why: 'no-country' };
  const phone = parsePhoneNumberFromString(written, home === undefined ? {} : { defaultCountry: home });
  return phone?.isValid() === true ? good(phone) : { ok: false, why: 'not-dialable' };
}

function unfitText(text: string): PhoneProblem | undefined {
  if (text === '') return 'empty';
  if (/[_Xx*•]{2}/.test(text)) return 'masked';
  return (text.match(DIGITS)?.length ?? 0) < 3 ? 'not-a-number' : undefined;
}

function good({ number, country }: PhoneNumber): ParsedPhone {
  const e164: string = number;
  return { ok: true, e164: e164 as E164, ...present({ country }) };
}

/** The first number that can be dialled among the words of a text. `country` as in `parsePhone`. */
export function findPhone(text: string, country?: string): E164 | undefined {
  const home = supported(country);
  const found = findPhoneNumbersInText(text, home === undefined ? {} : { defaultCountry: home });
  const first: string | undefined = found.find(({ number }) => number.isValid())?.number.number;
  return first as E164 | undefined;
}

const KINDS: Readonly<Record<string, PhoneKind>> = {
  PREMIUM_RATE: 'premium-rate',
  SHARED_COST: 'shared-cost',
  UAN: 'uan',
  PERSONAL_NUMBER: 'personal-number',
  PAGER: 'pager',
  VOICEMAIL: 'voicemail',
  TOLL_FREE: 'toll-free',
  VOIP: 'voip',
  MOBILE: 'mobile',
  FIXED_LINE: 'fixed-line',
  FIXED_LINE_OR_MOBILE: 'fixed-line-or-mobile',
};

/** Whose number it is and of what kind; both absent when the numbering plan does not say. */
export function describePhone(phone: E164): { readonly country?: string; readonly kind?: PhoneKind } {
  const parsed = parsePhoneNumberFromString(phone);
  return present({ country: parsed?.country, kind: KINDS[parsed?.getType() ?? ''] });
}

/** `+79161234567` → `+7916***4567`: enough to recognise, not enough to call. For logs and lists. */
export function maskPhone(phone: string): string {
  if (phone.length <= 8) return '*'.repeat(phone.length);
  return `${phone.slice(0, 5)}${'*'.repeat(phone.length - 9)}${phone.slice(-4)}`;
}

function supported(country: string | undefined): CountryCode | undefined {
  const code = country?.toUpperCase();
  return code !== undefined && isSupportedCountry(code) ? code : undefined;
}

/** International prefixes that the library does not see: `00…` everywhere, `+8 (916) …` in Russia. */
function repairPrefix(text: string, home: CountryCode | undefined): string {
  if (/^00[1-9]/.test(text)) return `+${text.slice(2)}`;
  const slip = home !== undefined && TRUNK_PREFIX_8.includes(home) && /^\+\s*8[\s(-]*[3-9]\d/.test(text);
  return slip ? text.replace(/^\+\s*/, '') : text;
}
