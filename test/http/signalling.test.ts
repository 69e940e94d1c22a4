/** What was seen of a call on the wire, and the calls that were refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aLeg, branded } from '../support/store/samples.js';
import type { LegId } from '../../src/domain/values/ids.js';

let bed: HttpBed;
const call = aCall({ id: branded('seen') });
const leg = aLeg({ id: branded('seen-leg'), callId: call.id });

beforeAll(async () => {
  bed = await openHttpBed();
  const { calls, signalling } = bed.services.store;
  await calls.add(call);
  await calls.addLeg(leg);
  const trace = { at: 1000, protocol: 'udp' } as const;
  await signalling.add({
    traces: [
      {
        ...trace,
        legId: leg.id,
        direction: 'out',
        local: '127.0.0.1:5060',
        text: 'INVITE sip:1@h SIP/2.0\r\n\r\n',
      },
      {
        ...trace,
        legId: leg.id,
        direction: 'in',
        remote: '192.0.2.1:5070',
        text: 'SIP/2.0 486 Busy Here\r\n\r\n',
      },
      { ...trace, legId: 'refused' as LegId, direction: 'in', text: 'INVITE sip:2@h SIP/2.0\r\n\r\n' },
    ],
    attempts: [
      {
        ...{
          legId: leg.id,
          callId: call.id,
          trunk: 'carrier',
          gateway: 'udp:h',
          startedAt: 1000,
          endedAt: 1500,
        },
        ...{ sipStatus: 486, postDialDelayMs: 500, outcome: 'ended', why: 'the party is busy' },
      },
    ],
    qualities: [{ legId: leg.id, at: 1500, packets: 95, lost: 5, jitterMs: 2.5, mos: 2.3, ...FAR_END }],
  });
});
afterAll(() => bed.close());

const FAR_END = { farEndMos: 3.5, farEndLossPercent: 2, farEndJitterMs: 4, roundTripMs: 80 };

describe('the signalling of a call', () => {
  it('is listed with its gateway attempts; messages of refused calls are not kept', async () => {
    const answer = await bed.request({ url: `/v1/calls/${call.id}/signalling` });
    expect(answer.json()).toMatchObject({
      messages: [
        { direction: 'out', summary: 'INVITE', remote: null },
        { direction: 'in', summary: '486 Busy Here', remote: '192.0.2.1:5070' },
      ],
      attempts: [{ trunk: 'carrier', sip_status: 486, post_dial_delay_ms: 500, outcome: 'ended' }],
    });
    expect((await bed.request({ url: '/v1/calls/none/signalling' })).statusCode).toBe(404);
  });

  it('is followed by how each leg was heard', async () => {
    const detail = await bed.request({ url: `/v1/calls/${call.id}` });
    expect((detail.json() as { legs?: unknown }).legs).toMatchObject([
      {
        quality: {
          mos: 2.3,
          loss_percent: 5,
          jitter_ms: 2.5,
          packets: 95,
          lost: 5,
          round_trip_ms: 80,
          far_end: { mos: 3.5, loss_percent: 2, jitter_ms: 4 },
        },
      },
    ]);
  });

  it('is drawn', async () => {
    expect((await bed.request({ url: `/v1/calls/${call.id}/ladder.txt` })).body).toContain('486 Busy Here');
    const svg = await bed.request({ url: `/v1/calls/${call.id}/ladder.svg` });
    expect(svg.headers['content-type']).toContain('image/svg+xml');
    expect(svg.body).toContain('486 Busy Here');
  });

  it('is downloaded for Wireshark, each message between the addresses that are known', async () => {
    const { rawPayload, headers } = await bed.request({ url: `/v1/calls/${call.id}/signalling.pcap` });
    expect(headers['content-disposition']).toBe(`attachment; filename="${call.id}.pcap"`);
    const ip = rawPayload.subarray(24 + 16 + 14);
    expect([...ip.subarray(12, 20)]).toEqual([127, 0, 0, 1, 192, 0, 2, 1]);
  });

  it('leaves with its days', async () => {
    expect(await bed.services.store.signalling.removeOlderThan(1001)).toBe(2);
    expect((await bed.request({ url: `/v1/calls/${call.id}/ladder.txt` })).body).toMatch(/no messages/);
  });
});

describe('rejections', () => {
  it('are listed', async () => {
    expect((await bed.request({ url: '/v1/rejections' })).json().items).toEqual([]);
  });
});
