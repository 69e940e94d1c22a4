/** Versions of the telephony: what changed, what is in force after a restart, who is in a canary. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SetBook } from '../../../src/app/telephony/set-book.js';
import {
  changesBetween,
  inForceAtStart,
  isInCanary,
  versionBefore,
  type SetSource,
  type SetVersion,
} from '../../../src/domain/routing/set-versions.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

const version = (number: number, hash: string, source: SetSource = 'file', percent = 100): SetVersion => ({
  number,
  hash,
  source,
  percent,
  appliedAt: number,
  author: 'anna',
  changes: [],
});

describe('changesBetween', () => {
  it('names sections by their entries and dialplans by their steps', () => {
    const before = {
      groups: { sales: { ring: 20 }, night: {} },
      dialplans: { inbound: { start: 'a', steps: { a: { do: 'answer' }, b: { do: 'hangup' } } } },
    };
    const after = {
      groups: { sales: { ring: 30 }, day: {} },
      dialplans: {
        inbound: { start: 'a', steps: { a: { do: 'ring' }, b: { do: 'hangup' } } },
        late: { steps: {} },
      },
    };
    expect(changesBetween(before, after)).toEqual([
      '~ dialplans.inbound.steps.a',
      '+ dialplans.late',
      '+ groups.day',
      '- groups.night',
      '~ groups.sales',
    ]);
    expect(changesBetween(before, before)).toEqual([]);
  });
});

describe('what is in force at a start', () => {
  it.each([
    ['a first start', [], 'a', undefined, undefined],
    ['unchanged files', [version(1, 'a', 'start')], 'a', 1, undefined],
    ['changed files', [version(1, 'a', 'start')], 'b', undefined, undefined],
    [
      'a rollback that nobody touched since',
      [version(3, 'a', 'rollback'), version(2, 'b'), version(1, 'a')],
      'b',
      3,
      undefined,
    ],
    [
      'files corrected after a rollback',
      [version(3, 'a', 'rollback'), version(2, 'b'), version(1, 'a')],
      'c',
      undefined,
      undefined,
    ],
    ['a canary', [version(2, 'b', 'api', 5), version(1, 'a')], 'b', 1, 2],
  ] as const)('%s', (_name, latest, files, whole, canary) => {
    const found = inForceAtStart(latest, files);
    expect([found.whole?.number, found.canary?.number]).toEqual([whole, canary]);
  });
});

it('a rollback goes to the last whole version that was something else', () => {
  expect(versionBefore([version(3, 'b'), version(2, 'b'), version(1, 'a')])?.number).toBe(1);
  expect(versionBefore([version(2, 'b', 'api', 5), version(1, 'a')])?.number).toBe(1);
  expect(versionBefore([version(1, 'a')])).toBeUndefined();
});

describe('a canary', () => {
  it('takes about its share of the callers, always the same ones, and more when it grows', () => {
    const callers = Array.from({ length: 2000 }, (_, index) => `4930${100000 + index}`);
    for (const percent of [5, 50]) {
      const share = callers.filter((caller) => isInCanary(caller, 7, percent)).length / 20;
      expect(Math.abs(share - percent)).toBeLessThan(3);
    }
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 0, max: 99 }), (caller, number, percent) => {
        if (isInCanary(caller, number, percent)) expect(isInCanary(caller, number, percent + 1)).toBe(true);
        expect(isInCanary(caller, number, 100)).toBe(true);
      }),
    );
  });

  it('knows a caller however the carrier writes the number', () => {
    const telephony = buildTelephony(telephonySchema.parse({}));
    const book = new SetBook({ telephony, plans: {}, version: 1 });
    book.tryOut({ set: { telephony, plans: {}, version: 2 }, version: 2, percent: 50 });
    for (const number of ['4930100001', '4930100002', '4930100003']) {
      const seen = [number, `+${number}`, `sip:+${number}@carrier.example`].map(
        (caller) => book.for(caller).version,
      );
      expect(new Set(seen).size).toBe(1);
    }
    expect(book.for().version).toBe(1);
    book.swap({ telephony, plans: {}, version: 3 });
    expect(book.for('+4930100001').version).toBe(3);
  });
});
