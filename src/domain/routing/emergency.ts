/**
 * Emergency numbers: never dialled by a machine unless an explicit rule names the trunk that carries them. A short list
 * by country, because libphonenumber's table of short numbers does not come with its JavaScript build.
 */
import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/max';
import type { Telephony } from './telephony.js';

/** Police, fire, ambulance and what they are reached by together; sources: ITU-T E.161.1 and the regulators' lists. */
const BY_COUNTRY: Readonly<Record<string, readonly string[]>> = {
  AE: ['997', '998', '999'],
  AU: ['000', '106'],
  BR: ['190', '192', '193'],
  BY: ['101', '102', '103', '104'],
  CA: ['911'],
  CH: ['117', '118', '144'],
  CN: ['110', '119', '120', '122'],
  CZ: ['150', '155', '156', '158'],
  DE: ['110'],
  FR: ['15', '17', '18', '114'],
  GB: ['999'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118'],
  JP: ['110', '118', '119'],
  KZ: ['101', '102', '103', '104'],
  MX: ['911'],
  NZ: ['111'],
  PL: ['997', '998', '999'],
  RU: ['01', '02', '03', '04', '101', '102', '103', '104'],
  TR: ['110', '155'],
  UA: ['101', '102', '103', '104'],
  US: ['911', '933'],
  VN: ['113', '114', '115'],
};

/** Reach help from most networks of the world, whatever the country. */
const EVERYWHERE: readonly string[] = ['112', '911'];
const ALL: ReadonlySet<string> = new Set([...EVERYWHERE, ...Object.values(BY_COUNTRY).flat()]);

/**
 * `country` (ISO 3166) makes `+7112` or `+1911` an emergency number too: that is what a careless prefix rule makes of it.
 * Without a country every country's numbers count: a short number that is nobody's emergency is no phone of a client.
 */
export function isEmergencyNumber(number: string, country?: string): boolean {
  const digits = number.replace(/\D/g, '');
  const home = country?.toUpperCase();
  const numbers = home === undefined ? ALL : new Set([...EVERYWHERE, ...(BY_COUNTRY[home] ?? [])]);
  if (numbers.has(digits)) return true;
  const code = home !== undefined && isSupportedCountry(home) ? getCountryCallingCode(home) : undefined;
  return code !== undefined && digits.startsWith(code) && numbers.has(digits.slice(code.length));
}

/** `named`: `routing.emergency` names its trunk, and it goes out as it is. */
export function emergencyRule(
  { routing }: Pick<Telephony, 'routing'>,
  number: string,
  country?: string,
): 'no-emergency' | 'named' | 'refused' {
  if (!isEmergencyNumber(number, country)) return 'no-emergency';
  return routing?.emergency?.numbers.includes(number) === true ? 'named' : 'refused';
}

export function emergencyNote(number: string, rule: 'named' | 'refused'): string {
  return rule === 'named'
    ? `${number} is an emergency number and goes out by routing.emergency`
    : `${number} is an emergency number: refused, because routing.emergency does not name it`;
}
