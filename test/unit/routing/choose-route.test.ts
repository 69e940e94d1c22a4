import { describe, expect, it } from 'vitest';
import { AT_REST, chooseRoute } from '../../../src/domain/routing/choose-route.js';
import type { Telephony, Trunk } from '../../../src/domain/routing/telephony.js';

const trunk = (name: string, more: Partial<Trunk> = {}): Trunk => ({
  name,
  gateways: [{ host: `${name}.example.net`, transport: 'udp' }],
  format: 'e164',
  channels: 2,
  callsPerSecond: 1,
  noResponseSeconds: 4,
  ...more,
});

function telephony(trunks: readonly Trunk[], routing?: Telephony['routing']): Telephony {
  const named = Object.fromEntries(trunks.map((each) => [each.name, each]));
  return { trunks: named, ...(routing && { routing }) } as unknown as Telephony;
}

const NUMBER = '+79991234567';
const excluded = (set: Telephony, number: string, facts = AT_REST, more = {}) =>
  Object.fromEntries(
    chooseRoute(set, { number, ...more }, facts).choices.map(({ trunk: name, excludedBy }) => [
      name,
      excludedBy,
    ]),
  );

describe('chooseRoute', () => {
  it('takes trunks in the order written when there are no routes', () => {
    const decision = chooseRoute(telephony([trunk('b'), trunk('a')]), { number: NUMBER });
    expect(decision).toMatchObject({ number: NUMBER, country: 'RU', allowed: true });
    expect(decision.choices.map(({ trunk: name, order }) => [name, order])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(decision.chosen?.trunk).toBe('b');
  });

  it('follows the first route that fits and says of the rest that they are not routed', () => {
    const routing = {
      routes: [
        { match: '+7', trunks: ['a'], order: 'listed' as const },
        { match: '+', trunks: ['b'], order: 'listed' as const },
      ],
    };
    const set = telephony([trunk('b'), trunk('a')], routing);
    expect(excluded(set, NUMBER)).toEqual({ a: undefined, b: 'not-routed' });
    expect(excluded(set, '+4930901820')).toEqual({ b: undefined, a: 'not-routed' });
  });

  it('orders by the price of the longest prefix, without a price last', () => {
    const rates = (prices: Record<string, number>) => ({ deny: [], premium: 'deny' as const, rates: prices });
    const set = telephony(
      [
        trunk('free'),
        trunk('dear', { allowed: rates({ '+7': 1, '+7999': 5 }) }),
        trunk('cheap', { allowed: rates({ '+7': 2 }) }),
      ],
      { routes: [{ match: '+', trunks: ['free', 'dear', 'cheap'], order: 'least-cost' }] },
    );
    const { choices } = chooseRoute(set, { number: NUMBER });
    expect(choices.map(({ trunk: name, costPerMinute }) => [name, costPerMinute])).toEqual([
      ['cheap', 2],
      ['dear', 5],
      ['free', undefined],
    ]);
  });

  it.each([
    ['country', { countries: ['DE'], deny: [], premium: 'deny' as const }, NUMBER],
    ['denied-prefix', { deny: ['+7999'], premium: 'deny' as const }, NUMBER],
    ['premium', { deny: [], premium: 'deny' as const }, '+499001234567'],
  ])('excludes by %s', (why, allowed, number) => {
    const set = telephony([trunk('a', { allowed })]);
    expect(excluded(set, number)).toEqual({ a: why });
    expect(chooseRoute(set, { number })).toMatchObject({ allowed: false });
    expect(chooseRoute(set, { number }).chosen).toBeUndefined();
  });

  it('excludes what is down, not registered or full, and takes the next', () => {
    const set = telephony([trunk('a'), trunk('b')]);
    const only = (change: object) => ({ ...AT_REST, ...change });
    const isA = (name: string) => name === 'a';
    expect(
      excluded(set, NUMBER, only({ gatewayState: (name: string) => (isA(name) ? 'down' : 'up') })),
    ).toEqual({
      a: 'gateway-down',
      b: undefined,
    });
    expect(excluded(set, NUMBER, only({ registered: (name: string) => (isA(name) ? 'no' : 'yes') }))).toEqual(
      {
        a: 'not-registered',
        b: undefined,
      },
    );
    expect(excluded(set, NUMBER, only({ channelsInUse: (name: string) => (isA(name) ? 2 : 1) }))).toEqual({
      a: 'channels',
      b: undefined,
    });
  });

  it('keeps to a trunk that is named', () => {
    expect(excluded(telephony([trunk('a'), trunk('b')]), NUMBER, AT_REST, { trunk: 'b' })).toEqual({
      a: 'other-trunk-named',
      b: undefined,
    });
    expect(chooseRoute(telephony([trunk('a')]), { number: NUMBER, trunk: 'gone' }).allowed).toBe(false);
  });

  it.each(['112', '911', '103'])('refuses the emergency number %s with a note', (number) => {
    const decision = chooseRoute(telephony([trunk('a')]), { number, country: 'RU' });
    expect(decision).toMatchObject({ allowed: false, choices: [{ excludedBy: 'emergency' }] });
    expect(decision.note).toMatch(/emergency number: refused/);
  });

  it('sends an emergency number through the trunk of an explicit rule only', () => {
    const set = telephony(
      [trunk('a', { allowed: { countries: ['DE'], deny: [], premium: 'deny' } }), trunk('b')],
      {
        routes: [],
        emergency: { trunk: 'a', numbers: ['112'] },
      },
    );
    expect(chooseRoute(set, { number: '112', country: 'RU' })).toMatchObject({
      allowed: true,
      chosen: { trunk: 'a' },
    });
    expect(chooseRoute(set, { number: '101', country: 'RU' })).toMatchObject({ allowed: false });
  });

  it('says what is no number, and that there is no trunk', () => {
    expect(chooseRoute(telephony([trunk('a')]), { number: '+7999' })).toMatchObject({
      allowed: false,
      note: expect.stringMatching(/no number/) as string,
    });
    expect(chooseRoute(telephony([]), { number: NUMBER }).note).toBe('there is no trunk');
  });
});
