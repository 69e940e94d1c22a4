/** The gate never lets more in than its budgets say, whatever order leads come in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCount, questionsOf } from '../../../src/domain/gate/judge-gate.js';
import { networkOf } from '../../../src/domain/gate/network.js';
import type { GateRules } from '../../../src/domain/gate/rules.js';
import { branded } from '../../support/store/samples.js';

const rulesOf = (most: number, withinSeconds: number): GateRules => ({
  budgets: {
    phone: [{ most, withinSeconds, then: 'block' }],
    address: [],
    network: [],
    form: [],
    connection: [],
    everything: [],
  },
  burst: { forms: 3, withinSeconds: 60, then: 'quarantine' },
  fill: { leastSeconds: 0, then: 'block' },
  honeypots: { fields: [], then: 'block' },
  countries: [],
  deniedKinds: [],
  networkBits: { v4: 24, v6: 64 },
  quarantineSeconds: 60,
});

describe('the gate', () => {
  it('lets at most `most` leads of a phone in within any window', () => {
    const gaps = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30_000)), { maxLength: 60 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (leads, most, within) => {
          const rules = rulesOf(most, within);
          const letIn: { phone: string; at: number }[] = [];
          let now = 0;
          for (const [phone, gap] of leads) {
            now += gap;
            const struck = questionsOf({ phone: branded(phone) }, rules, now).some(
              (question) =>
                judgeCount(
                  question,
                  letIn.filter((lead) => lead.phone === question.value && lead.at >= question.since).length,
                ) !== undefined,
            );
            if (!struck) letIn.push({ phone, at: now });
          }
          for (const { phone, at } of letIn) {
            const window = letIn.filter(
              (lead) => lead.phone === phone && lead.at <= at && lead.at >= at - within * 1000,
            );
            expect(window.length).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });

  it('puts addresses that share their first bits into one network, and no others', () => {
    const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(address, address, fc.integer({ min: 8, max: 32 }), (a, b, v4) => {
        const bits = { v4, v6: 64 };
        const value = (parts: readonly number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
        const same = Math.floor(value(a) / 2 ** (32 - v4)) === Math.floor(value(b) / 2 ** (32 - v4));
        expect(networkOf(a.join('.'), bits) === networkOf(b.join('.'), bits)).toBe(same);
      }),
    );
  });

  it('takes any text for an address or for none', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof networkOf(text, { v4: 24, v6: 64 }) !== 'number'));
  });
});
