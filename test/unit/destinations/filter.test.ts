/** What a filter keeps back, and what of an exchange people may see. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIDDEN, withoutPersons, withoutSecrets } from '../../../src/domain/destinations/discreet.js';
import type { DestinationFilter, ToldEvent } from '../../../src/domain/destinations/destination.js';
import { whyNotTold } from '../../../src/domain/destinations/filter.js';
import type { Occasion } from '../../../src/domain/destinations/occasion.js';
import { occasion, PHONE } from '../../support/destinations/occasions.js';

const why = (filter: DestinationFilter, event: ToldEvent, change: Partial<Occasion> = {}) =>
  whyNotTold({ filter }, occasion(event, change));

describe('a filter', () => {
  it('lets everything pass that fits', () => {
    const filter: DestinationFilter = {
      ...{ marks: ['target'], minTalkSeconds: 30, directions: ['inbound'], sources: ['google'] },
      ...{ projects: ['shop'], target: 'yes' },
    };
    expect(why(filter, 'call.ended')).toBeUndefined();
    expect(why({}, 'call.ended')).toBeUndefined();
  });

  it('says what it kept back and why', () => {
    expect(why({ minTalkSeconds: 120 }, 'call.ended')).toBe('they talked 95 s, less than 120 s');
    expect(why({ minTalkSeconds: 120 }, 'call.started')).toBeUndefined();
    expect(why({ sources: ['yandex'] }, 'call.ended')).toContain('google');
    expect(why({ marks: ['spam'] }, 'call.ended')).toContain('target');
    expect(why({ forms: ['Kitchens'] }, 'lead.received')).toContain('Test form');
    expect(why({ directions: ['callback'] }, 'call.ended')).toContain('inbound');
  });

  it('tells no test, no duplicate, and nothing that the gate holds or blocked', () => {
    const lead = occasion('lead.received').lead;
    const as = (change: Partial<NonNullable<Occasion['lead']>>) =>
      why({}, 'lead.received', lead && { lead: { ...lead, ...change } });
    expect(as({})).toBeUndefined();
    expect(as({ test: 'yes' })).toBe('the lead is a test');
    for (const status of ['blocked', 'duplicate', 'quarantined'] as const)
      expect(as({ status })).toBe(`the lead is ${status}`);
  });

  it('tells a key of the talk only, and that by itself or as a code', () => {
    expect(why({ keys: ['*5'] }, 'key.pressed')).toBeUndefined();
    expect(why({ keys: ['5'] }, 'key.pressed')).toBeUndefined();
    expect(why({ keys: ['6'] }, 'key.pressed')).toContain('5');
    expect(why({}, 'key.pressed', { keys: [] })).toContain('no operator pressed it');
  });

  it('tells a deal when it is won, once', () => {
    const deal = occasion('deal.changed').deal;
    const at = (status: 'open' | 'won', was?: 'open' | 'won') => ({
      ...(deal && { deal: { ...deal, status, ...(was && { was }) } }),
    });
    expect(why({}, 'deal.changed', at('won', 'open'))).toBeUndefined();
    expect(why({}, 'deal.changed', at('open'))).toContain('open');
    expect(why({ deals: ['open', 'won'] }, 'deal.changed', at('open'))).toBeUndefined();
    expect(why({}, 'deal.changed', at('won', 'won'))).toBe('the deal was won before');
    expect(why({ marks: ['spam'], target: 'no' }, 'deal.changed', at('won'))).toBeUndefined();
  });
});

describe('what is shown of an exchange', () => {
  it('holds no secret, however it is written', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
        const text = `${before}${secret} ${encodeURIComponent(secret)}${after}`;
        fc.pre(!HIDDEN.includes(secret) && !`${before}${HIDDEN}${after}`.includes(secret));
        expect(withoutSecrets(text, { a: secret }).includes(secret)).toBe(false);
      }),
    );
    const address = { 'env:B': 'https://x.example/rest/1/key/' };
    expect(withoutSecrets('POST https://x.example/rest/1/key/m.json', address)).toBe(`POST ${HIDDEN}m.json`);
  });

  it('masks the phone and the name', () => {
    const one = occasion('call.ended', { email: 'a@b.example', ids: { ip: '192.0.2.7' } });
    expect(withoutPersons('name=Test%20Client&ip=192.0.2.7', [one])).toBe(`name=${HIDDEN}&ip=${HIDDEN}`);
    const shown = withoutPersons(`${PHONE} query=${PHONE.slice(1)} Test Client a@b.example`, [one]);
    expect(shown).toBe(`+7999***4567 query=7999***4567 ${HIDDEN} ${HIDDEN}`);
  });
});
