import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zonesOfNumber } from '../../../src/domain/schedule/number-zones.js';
import type { E164 } from '../../../src/domain/values/ids.js';
import { regionOf } from '../../../src/domain/values/number-region.js';

describe('regionOf', () => {
  it.each([
    ['+74951234567', 'RU-MOW'],
    ['+78125550101', 'RU-SPE'],
    ['+78185301234', 'RU-NEN'],
    ['+78182123456', 'RU-ARK'],
    ['+420221234567', 'CZ-10'],
    ['+420541234567', 'CZ-64'],
    ['+842412345678', 'VN-HN'],
    ['+842361234567', 'VN-DN'],
    ['+493012345678', 'DE-BE'],
    ['+12125550123', 'US-NY'],
    ['+14165550123', 'CA-ON'],
  ] as const)('%s is in %s', (number, region) => {
    expect(regionOf(number as E164)).toBe(region);
  });

  it.each([
    '+79161234567',
    '+78001234567',
    '+420601234567',
    '+84901234567',
    '+4915112345678',
    '+33123456789',
  ])('%s does not tell', (number) => {
    expect(regionOf(number as E164)).toBeUndefined();
  });

  it('names a region of the country, and none for a number of nowhere', () => {
    const countries: Readonly<Record<string, string>> = {
      RU: '7',
      CZ: '420',
      VN: '84',
      DE: '49',
      US: '1',
      CA: '1',
    };
    fc.assert(
      fc.property(
        fc.constantFrom('7', '420', '84', '49', '1', '999'),
        fc.stringMatching(/^[0-9]{9}$/),
        (code, rest) => {
          const number = `+${code}${rest}` as E164;
          const region = regionOf(number);
          if (region === undefined) return;
          expect(region).toMatch(/^[A-Z]{2}-[A-Z0-9]{1,3}$/);
          expect(code).toBe(countries[region.slice(0, 2)]);
          expect(zonesOfNumber(number)).not.toEqual([]);
        },
      ),
    );
  });
});
