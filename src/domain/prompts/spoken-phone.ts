/**
 * A phone number as people of the locale say it: country code, then groups with a pause between them. Every digit
 * is said, in order. Russian and Czech read groups as numbers, English and Vietnamese digit by digit.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { digitWords } from './spoken-number.js';
import { vocabularyOf } from './vocabulary/vocabulary-of.js';
import type { Vocabulary } from './vocabulary/vocabulary.js';

/** More digits than this cannot be kept in mind at once. */
const LONGEST_GROUP = 4;

/** `+79161234567` → "плюс семь, девятьсот шестнадцать, сто двадцать три, сорок пять, шестьдесят семь". */
export function spokenPhone(phone: string, locale: string): string {
  const words = vocabularyOf(locale);
  const groups = phoneGroups(phone).map((group) => spokenGroup(group, words));
  const plus = phone.trim().startsWith('+') && groups.length > 0 ? `${words.plus} ` : '';
  return plus + groups.join(', ');
}

/** Groups as the numbering plan of the country writes them; a number no plan knows is cut in threes. */
export function phoneGroups(phone: string): readonly string[] {
  const digits = phone.replaceAll(/\D/gu, '');
  const planned = parsePhoneNumberFromString(phone)?.formatInternational().match(/\d+/gu) ?? [];
  // The plan may drop digits that were dialled ("(0)" after a country code, an extension): then say what was given.
  const groups = planned.join('') === digits ? planned : [digits];
  return groups
    .flatMap((group) => (group.length > LONGEST_GROUP ? inThrees(group) : [group]))
    .filter(Boolean);
}

/** Groups of three; the last has two to four digits, so that none stands alone. */
function inThrees(digits: string): readonly string[] {
  return digits.length <= LONGEST_GROUP ? [digits] : [digits.slice(0, 3), ...inThrees(digits.slice(3))];
}

function spokenGroup(group: string, words: Vocabulary): string {
  if (words.phoneGroups === 'digits') return digitWords(group, words);
  // Four digits are read by twos: "сорок два, пятьдесят три".
  if (group.length === LONGEST_GROUP)
    return `${spokenGroup(group.slice(0, 2), words)}, ${spokenGroup(group.slice(2), words)}`;
  const zeros = /^0*(?=\d)/u.exec(group)?.[0] ?? '';
  return `${digitWords(zeros, words)} ${words.cardinal(BigInt(group), 'bare')}`.trim();
}
