/** From the visit to the call record: numbers are shown, called, attributed, whispered; over a real in-memory store. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Shown } from '../../../src/app/numbers/show-number.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import type { Attribution } from '../../../src/domain/attribution/attribution.js';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import type { E164 } from '../../../src/domain/values/ids.js';
import { openAppBed, type AppBed, type AppBedOptions } from '../../support/sim/app-bed.js';
import { trackedTelephony, visit } from '../../support/sim/tracked.js';
import { did, poolNumber } from '../../support/store/numbers.js';

const CARRIER = '192.0.2.1:5060';
let bed: AppBed;
afterEach(() => bed.close());

interface Company extends AppBedOptions {
  readonly project?: object;
  readonly pool?: object;
  readonly numbers?: number;
}

async function open({ project, pool, numbers = 2, ...options }: Company = {}): Promise<void> {
  bed = await openAppBed({ telephony: trackedTelephony(project, pool), ...options });
  for (let n = 0; n < numbers; n += 1) await bed.store.numbers.put(poolNumber(n));
}

const show = (visitor: string, change = {}) => bed.app.showNumber(visit(visitor, bed.clock.now(), change));

function numberOf(shown: Shown): string {
  if (shown.kind !== 'number') throw new Error(`the site’s number stayed: ${shown.why}`);
  return shown.number;
}

interface Called {
  readonly call: CallRecord;
  readonly attribution: Attribution | undefined;
  readonly caller: SimCaller;
}

async function callTo(dnis: string, ani?: string): Promise<Called> {
  const caller = new SimCaller(bed.telephone, {
    remoteAddress: CARRIER,
    dnis,
    ...(ani !== undefined && { ani }),
  });
  await bed.pass(200);
  const [call] = (await bed.store.calls.list({ limit: 1 })).items;
  if (call === undefined) throw new Error('there is no call');
  return { call, attribution: await bed.store.attributions.ofCall(call.id), caller };
}

describe('a visit and the call after it', () => {
  it('the record names the campaign, and the operator hears it', async () => {
    await open();
    const number = numberOf(await show('ann'));
    await show('ben');
    await bed.pass(30_000);
    const { call, attribution, caller } = await callTo(number);
    expect(call).toMatchObject({
      did: number,
      dialplan: 'inbound',
      attribution: {
        outcome: 'attributed',
        source: 'google',
        campaign: 'campaign of ann',
        visitor_id: 'ann',
        page: '/sale',
      },
    });
    expect(attribution).toMatchObject({ visitorId: 'ann', outcome: 'attributed', number });
    expect(attribution?.confidence).toBeGreaterThan(0.99);
    await bed.pass(30_000);
    const spoken = (await bed.store.events.ofCall(call.id)).filter(({ name }) => name === 'prompt.spoken');
    const whispered = spoken.map(({ payload }) => payload['prompt']);
    expect(whispered).toContain('whisper-inbound');
    caller.hangUp();
    await bed.pass(90_000);
  });

  it('afterwards the number stays with its caller, who is known again', async () => {
    await open({ numbers: 1, pool: { overflow: 'lend', afterCall: '1h' } });
    const number = numberOf(await show('ann'));
    const first = await callTo(number, '79161234567');
    first.caller.hangUp();
    await bed.pass(40 * 60_000);
    expect(await show('ben')).toEqual({ kind: 'site-number', why: 'pool-empty' });
    const second = await callTo(number, '79161234567');
    expect(second.attribution).toMatchObject({ visitorId: 'ann', outcome: 'attributed' });
    second.caller.hangUp();
    await bed.pass(1000);
  });

  it('two visitors on one number: ambiguous, not a guess; what they share is still told', async () => {
    await open({ numbers: 1, pool: { overflow: 'lend', exclusive: '1m' } });
    const source = { source: 'google', medium: 'cpc', campaign: 'spring' };
    const number = numberOf(await show('ann', { source }));
    await bed.pass(61_000);
    expect(numberOf(await show('ben', { source }))).toBe(number);
    await bed.pass(130_000);
    const { attribution, caller } = await callTo(number);
    expect(attribution).toMatchObject({ outcome: 'ambiguous', touches: [] });
    expect(attribution?.visitorId).toBeUndefined();
    expect(attribution?.candidates.map(({ visitorId }) => visitorId).sort()).toEqual(['ann', 'ben']);
    expect(attribution?.labels).toEqual(source);
    caller.hangUp();
    await bed.pass(1000);
  });

  it('a click on the number decides between two', async () => {
    await open({ numbers: 1, pool: { overflow: 'lend', exclusive: '1m' } });
    const number = numberOf(await show('ann'));
    await bed.pass(61_000);
    await show('ben');
    await bed.pass(30_000);
    await bed.app.touchLease({ sessionId: 'session-of-ben', at: bed.clock.now(), kind: 'tel-click' });
    await bed.pass(8000);
    const { attribution, caller } = await callTo(number);
    expect(attribution).toMatchObject({ outcome: 'attributed', visitorId: 'ben' });
    caller.hangUp();
    await bed.pass(1000);
  });

  it('what happens after the ring never counts', async () => {
    await open({ numbers: 1 });
    const number = numberOf(await show('ann'));
    const { call, caller } = await callTo(number);
    await bed.app.touchLease({ sessionId: 'session-of-ann', at: bed.clock.now(), kind: 'tel-click' });
    await show('ann', { source: { source: 'bing' } });
    expect(await bed.store.attributions.ofCall(call.id)).toMatchObject({ labels: { source: 'google' } });
    caller.hangUp();
    await bed.pass(1000);
  });

  it('nobody saw the number: unknown, and the call goes on', async () => {
    await open();
    const { call, attribution, caller } = await callTo(did(0));
    expect(attribution).toMatchObject({ outcome: 'unknown', confidence: 0, labels: {} });
    expect(call.attribution).toMatchObject({ outcome: 'unknown' });
    caller.hangUp();
    await bed.pass(1000);
  });
});

describe('static numbers', () => {
  const label = { source: 'yandex' };

  it('the number that says most about the source is shown; its calls are certain', async () => {
    await open();
    const whole = poolNumber(5, { state: 'static', labels: label });
    const brand = poolNumber(6, { state: 'static', labels: { ...label, campaign: 'brand' } });
    delete (whole as { pool?: string }).pool;
    await bed.store.numbers.put(whole);
    await bed.store.numbers.put(brand);
    expect(await show('ann', { source: { ...label, campaign: 'brand' } })).toMatchObject({ number: did(6) });
    expect(await show('ben', { source: { ...label, campaign: 'other' } })).toMatchObject({ number: did(5) });
    const { attribution, caller } = await callTo(did(6));
    expect(attribution).toMatchObject({
      outcome: 'static',
      confidence: 1,
      labels: { source: 'yandex', campaign: 'brand' },
    });
    caller.hangUp();
    await bed.pass(1000);
  });

  it('a placement tells what the number stood for on the day of the call', async () => {
    await open();
    await bed.store.numbers.put(poolNumber(7, { state: 'static', labels: { source: 'radio' } }));
    for (const [startsOn, endsOn, campaign] of [
      ['2026-01-01', '2026-02-01', 'winter'],
      ['2026-02-20', '2026-03-31', 'spring'],
    ] as const)
      await bed.store.placements.put({
        number: did(7),
        startsOn,
        endsOn,
        name: 'spot',
        labels: { campaign },
      });
    const { attribution, caller } = await callTo(did(7));
    expect(attribution?.labels).toEqual({ source: 'radio', campaign: 'spring' });
    caller.hangUp();
    await bed.pass(1000);
  });
});

describe('who gets no number', () => {
  it.each([
    ['a bot', { userAgentClass: 'bot' }, 'bot'],
    ['a visit no rule fits', { source: { source: 'direct' } }, 'rule'],
    ['a visit of nobody’s site', { project: 'other' }, 'no-project'],
    ['a source without a static number', { source: { source: 'yandex' } }, 'no-static-number'],
    ['a visit when the pool has none like it', { siteNumber: '+78001234567' as E164 }, 'pool-empty'],
  ])('%s', async (_what, change, why) => {
    await open();
    expect(await show('ann', change)).toEqual({ kind: 'site-number', why });
    expect(await bed.store.numberLeases.ofSession('session-of-ann')).toEqual([]);
  });

  it('more visits than people make', async () => {
    await open({ numbers: 3, project: { leasesPerMinute: 2 } });
    await show('ann');
    await show('ben');
    expect(await show('cat')).toEqual({ kind: 'site-number', why: 'too-many-requests' });
    // Who has a number keeps it, however often the page asks.
    expect(await show('ann')).toMatchObject({ kind: 'number' });
    await bed.pass(60_000);
    expect(await show('cat')).toMatchObject({ kind: 'number' });
  });

  it('the overflow number is shown to all who are too many', async () => {
    await open({ numbers: 1, pool: { overflow: { number: '+74951238888' } } });
    await show('ann');
    expect(await show('ben')).toMatchObject({ number: '+74951238888' });
    expect(await show('cat')).toMatchObject({ number: '+74951238888' });
  });

  it('labels of any length are cut, and a page of 64 kB costs nothing more', async () => {
    await open({ numbers: 1 });
    const campaign = '<script>'.repeat(8000);
    await show('ann', { source: { source: 'google', medium: 'cpc', campaign } });
    const [lease] = await bed.store.numberLeases.ofSession('session-of-ann');
    expect(lease?.labels.campaign).toHaveLength(300);
  });
});

describe('the dialled number', () => {
  it('is refused when it is switched off, or when nobody knows it and no plan takes the rest', async () => {
    await open();
    await bed.store.numbers.put(poolNumber(8, { state: 'disabled' }));
    for (const dnis of [did(8), '+74957777777']) {
      const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER, dnis });
      await bed.pass(200);
      expect(caller.rejectedWith).toBe(404);
    }
    expect((await bed.store.calls.list({ limit: 5 })).items).toEqual([]);
  });

  it('goes on when it cannot be attributed', async () => {
    await open({ numbers: 1 });
    const number = numberOf(await show('ann'));
    await bed.store.flags.set('call-rates:shop', '{"half a file');
    const { attribution, call, caller } = await callTo(number);
    expect(attribution).toBeUndefined();
    expect(call).toMatchObject({ did: number, dialplan: 'inbound', state: 'ringing-out' });
    caller.hangUp();
    await bed.pass(1000);
  });

  it('that nobody knows goes to the catch-all plan', async () => {
    await open({ inboundPlan: 'inbound' });
    const { attribution, call, caller } = await callTo('+74957777777');
    expect(call.dialplan).toBe('inbound');
    expect(attribution).toBeUndefined();
    caller.hangUp();
    await bed.pass(1000);
  });

  it.each(['anonymous', '', '+', 'Letters', '00000000000000000000000000'])(
    'is attributed without a caller id (%j)',
    async (ani) => {
      await open({ numbers: 1 });
      const number = numberOf(await show('ann'));
      const { attribution, call, caller } = await callTo(number, ani);
      expect(call.clientNumber).toBeUndefined();
      expect(attribution).toMatchObject({ outcome: 'attributed', visitorId: 'ann' });
      expect(attribution?.caller).toBeUndefined();
      caller.hangUp();
      await bed.pass(1000);
    },
  );
});

describe('known callers, missed calls and target calls', () => {
  it('the source of the first call, where the project wants it', async () => {
    await open({ project: { attribution: { repeatCalls: 'first-source' } } });
    const one = await callTo(numberOf(await show('ann')), '79161234567');
    one.caller.hangUp();
    await bed.pass(1000);
    const two = await callTo(numberOf(await show('ben')), '79161234567');
    expect(two.attribution).toMatchObject({
      visitorId: 'ben',
      labels: { campaign: 'campaign of ann' },
      repeatOf: one.call.id,
    });
    two.caller.hangUp();
    await bed.pass(1000);
  });

  it('a missed call becomes a callback lead with its source', async () => {
    await open({ project: { missedCall: 'default' } });
    const { call, caller } = await callTo(numberOf(await show('ann')), '79161234567');
    caller.hangUp();
    await bed.pass(1000);
    const [lead] = (await bed.store.leads.list({ limit: 5 })).items;
    expect(lead).toMatchObject({
      source: 'call',
      phone: '+79161234567',
      campaign: 'campaign of ann',
      touch: { utm_source: 'google', missed_call_id: call.id },
    });
    await bed.pass(200_000);
  });

  it('the target rule judges when the call is over, and says which version did', async () => {
    await open({ project: { attribution: { target: 'talk >= 2s and outcome != "spam"' } } });
    const { call, caller } = await callTo(numberOf(await show('ann')));
    for (let tick = 0; tick < 600 && !bed.app.liveCalls().some(({ state }) => state === 'bridged'); tick += 1)
      await bed.pass(100);
    await bed.pass(5000);
    caller.hangUp();
    await bed.pass(90_000);
    const judged = await bed.store.attributions.ofCall(call.id);
    expect(judged?.target).toBe('yes');
    expect(judged?.targetRule).toMatch(/^[0-9a-f]{12}$/);
  });
});
