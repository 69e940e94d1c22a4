/** What kind of line a number is, as far as routing asks. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const KINDS: Readonly<Record<string, 'premium' | 'ordinary'>> = {
  PREMIUM_RATE: 'premium',
  SHARED_COST: 'premium',
};

/** `premium`: whoever calls it pays extra to the called party. */
export function lineKind(number: string): 'premium' | 'ordinary' {
  return KINDS[parsePhoneNumberFromString(number)?.getType() ?? ''] ?? 'ordinary';
}
