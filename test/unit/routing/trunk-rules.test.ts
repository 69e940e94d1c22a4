import { describe, expect, it } from 'vitest';
import { shownCaller } from '../../../src/domain/routing/caller-id.js';
import { isEmergencyNumber } from '../../../src/domain/routing/emergency.js';
import { noteProbe, UNKNOWN_HEALTH, type GatewayHealth } from '../../../src/domain/routing/gateway-health.js';
import { trunkOfSender } from '../../../src/domain/routing/identify-trunk.js';
import { readNumber, writeNumber } from '../../../src/domain/routing/number-format.js';
import { afterRegister, NEVER_REGISTERED } from '../../../src/domain/routing/registration-plan.js';
import type { CallerIdRules, Trunk } from '../../../src/domain/routing/telephony.js';

describe('numbers of a trunk', () => {
  it.each([
    [{ format: 'e164' as const }, '+79161234567', '+79161234567'],
    [{ format: 'digits' as const }, '+79161234567', '79161234567'],
    [{ format: 'national' as const, country: 'RU' }, '+79161234567', '89161234567'],
    [{ format: 'national' as const, country: 'DE' }, '+493090182', '03090182'],
    [{ format: 'national' as const, country: 'RU' }, '+493090182', '+493090182'],
    [{ format: 'digits' as const, numbers: { out: [{ from: '7', to: '#7' }], in: [] } }, '+7916', '#7916'],
    [{ format: 'digits' as const }, '112', '112'],
  ])('%j writes %s as %s', (rules, number, written) => {
    expect(writeNumber(rules, number)).toBe(written);
  });

  it.each([
    [{ format: 'e164' as const, country: 'RU' }, '89161234567', '+79161234567'],
    [{ format: 'e164' as const }, '89161234567', '89161234567'],
    [
      { format: 'e164' as const, numbers: { out: [], in: [{ from: '8', to: '+7' }] } },
      '89161234567',
      '+79161234567',
    ],
    [{ format: 'e164' as const, country: 'DE' }, 'anonymous', 'anonymous'],
  ])('%j reads %s as %s', (rules, signalled, read) => {
    expect(readNumber(rules, signalled)).toBe(read);
  });
});

describe('shownCaller', () => {
  const rules = (show: CallerIdRules['show'], campaigns = {}) => ({
    callerId: '+491',
    callerIdRules: { show, campaigns, assert: [] },
  });
  const facts = { asked: '+492', did: '+493', caller: '+494', campaign: 'spring' };
  it.each([
    ['own' as const, {}, { number: '+492', privacy: 'shown', asserted: '+492', diverted: '+493' }],
    [
      'own' as const,
      { spring: '+495' },
      { number: '+495', privacy: 'shown', asserted: '+495', diverted: '+493' },
    ],
    ['tracked' as const, { spring: '+495' }, { number: '+493', privacy: 'shown', asserted: '+493' }],
    ['pass-through' as const, {}, { number: '+494', privacy: 'shown', asserted: '+494', diverted: '+493' }],
    ['hidden' as const, {}, { privacy: 'hidden', asserted: '+491' }],
  ])('%s', (show, campaigns, shown) => {
    expect(shownCaller(rules(show, campaigns), facts)).toEqual(shown);
  });

  it('shows the trunk’s number when nothing else is known', () => {
    expect(shownCaller({ callerId: '+491' }, {})).toEqual({
      number: '+491',
      privacy: 'shown',
      asserted: '+491',
    });
    expect(shownCaller({}, {})).toEqual({ privacy: 'shown' });
  });
});

describe('trunkOfSender', () => {
  const trunk = (name: string, more: Partial<Trunk>): Trunk => ({
    ...{ name, gateways: [], format: 'e164', channels: 1, callsPerSecond: 1, noResponseSeconds: 1 },
    ...more,
  });
  const trunks = {
    udp: trunk('udp', {
      gateways: [{ host: '192.0.2.1', transport: 'udp' }],
      addresses: ['203.0.113.16/28', '2001:db8::5'],
    }),
    tls: trunk('tls', { gateways: [{ host: '192.0.2.9', transport: 'tls' }] }),
  };
  it.each([
    ['192.0.2.1', 'udp', 'udp'],
    ['192.0.2.1', 'tcp', 'udp'],
    ['203.0.113.31', 'udp', 'udp'],
    ['203.0.113.32', 'udp', undefined],
    ['2001:db8::5', 'udp', 'udp'],
    ['192.0.2.9', 'tls', 'tls'],
    ['192.0.2.9', 'udp', undefined],
    ['192.0.2.9', undefined, 'tls'],
    ['198.51.100.1', 'udp', undefined],
  ])('%s over %s is %s', (address, protocol, name) => {
    expect(trunkOfSender(trunks, { address, ...(protocol !== undefined && { protocol }) })?.name).toBe(name);
  });
});

describe('isEmergencyNumber', () => {
  it.each([
    ['112', 'DE', true],
    ['+49112', 'DE', true],
    ['+1911', 'US', true],
    ['110', 'DE', true],
    ['110', 'RU', false],
    ['103', undefined, true],
    ['+79161234567', 'RU', false],
    ['+7103', 'RU', true],
  ])('%s in %s: %s', (number, country, answer) => {
    expect(isEmergencyNumber(number, country)).toBe(answer);
  });
});

describe('noteProbe', () => {
  const terms = { intervalSeconds: 30, downAfter: 3, upAfter: 2 };
  const run = (answers: string, from: GatewayHealth = UNKNOWN_HEALTH) =>
    answers
      .split('')
      .reduce<GatewayHealth>(
        (health, answer, now) =>
          noteProbe(
            health,
            answer === '+' ? { kind: 'answered', roundTripMs: 9 } : { kind: 'unanswered' },
            terms,
            now,
          ),
        from,
      ).state;
  it.each([
    ['+', 'up'],
    ['--', 'unknown'],
    ['---', 'down'],
    ['+--+--', 'up'],
    ['+---', 'down'],
    ['+---+', 'down'],
    ['+---+-+', 'down'],
    ['+---++', 'up'],
  ])('%s is %s', (answers, state) => {
    expect(run(answers)).toBe(state);
  });
});

describe('afterRegister', () => {
  const granted = afterRegister(NEVER_REGISTERED, { kind: 'granted', expiresSeconds: 600 }, 1000);

  it('refreshes before the end', () => {
    expect(granted).toEqual({ state: 'registered', nextTryAt: 561_000, failures: 0, expiresAt: 601_000 });
    expect(afterRegister(NEVER_REGISTERED, { kind: 'granted', expiresSeconds: 20 }, 0).nextTryAt).toBe(
      10_000,
    );
  });

  it('backs off further with each silence, and never beyond five minutes', () => {
    let status = NEVER_REGISTERED;
    const waits: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      status = afterRegister(status, { kind: 'silent' }, 0);
      waits.push(status.nextTryAt / 1000);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    expect(status).toMatchObject({ state: 'failed', why: 'the registrar did not answer' });
  });

  it('spares an account that was refused', () => {
    const refused = afterRegister(NEVER_REGISTERED, { kind: 'refused', status: 403 }, 0);
    expect(refused).toMatchObject({
      state: 'failed',
      nextTryAt: 60_000,
      why: expect.stringContaining('403') as string,
    });
  });

  it('lets a binding stand until its end when a refresh meets silence, not when it is refused', () => {
    expect(afterRegister(granted, { kind: 'silent' }, 561_000)).toMatchObject({
      state: 'registered',
      expiresAt: 601_000,
    });
    expect(afterRegister(granted, { kind: 'refused', status: 403 }, 561_000).state).toBe('failed');
    expect(afterRegister(granted, { kind: 'silent' }, 601_001).state).toBe('failed');
  });

  it('draws no conclusion from our own signalling server being away', () => {
    expect(afterRegister(granted, { kind: 'unsent' }, 561_000)).toEqual({ ...granted, nextTryAt: 562_000 });
  });
});
