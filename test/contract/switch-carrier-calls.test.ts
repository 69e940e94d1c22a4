/** A carrier's call over time and distance: session timers (RFC 4028), hops (Max-Forwards). The same on real servers (see test-switch.ts). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Leg } from '../../src/app/ports/switch.js';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { buildOffer } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { openRawSip, type RawSip } from '../support/switch/raw-sip.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  type TestSwitch,
} from '../support/switch/test-switch.js';

describe.skipIf(missingServers() !== undefined)(`a carrier's call (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;

  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'gw' });
    const trunk: Trunk = {
      name: 'carrier',
      gateways: [{ host: '127.0.0.1', port: carrier.agent.stack.locals[0]?.port ?? 0, transport: 'udp' }],
      format: 'e164',
      channels: 10,
      callsPerSecond: 10,
      noResponseSeconds: 1,
      media: { codecs: ['PCMU', 'PCMA'], dtmf: 'rfc4733', early: 'pass', sessionSeconds: 90 },
    };
    const entry = { trunk };
    bed = await openTestSwitch({
      trunk: (name) => (name === 'carrier' ? entry : undefined),
      trunks: { all: () => [entry], onChange: () => () => undefined },
    });
  });
  afterEach(() => bed.cleanUp());
  afterAll(async () => {
    await bed.close();
    await carrier.close();
  });

  describe('a call that is passed on', () => {
    const raws: RawSip[] = [];
    afterEach(() => {
      for (const raw of raws.splice(0)) raw.close();
    });

    async function incoming(hops: number): Promise<Leg> {
      const raw = await openRawSip();
      raws.push(raw);
      const [uri, inbound] = [bed.sipUri('1000'), bed.nextInbound()];
      raw.send(Number(/:(\d+)$/.exec(uri)?.[1]), [
        `INVITE ${uri} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${raw.port};branch=z9hG4bKhops${hops}`,
        `Max-Forwards: ${hops}`,
        `From: <sip:raw@127.0.0.1>;tag=hops${hops}`,
        `To: <${uri}>`,
        `Call-ID: hops-${hops}-${raw.port}`,
        'CSeq: 1 INVITE',
        `Contact: <sip:raw@127.0.0.1:${raw.port}>`,
      ]);
      return (await inbound).leg;
    }

    const passOn = (besideLeg: Leg) =>
      bed.originate({
        target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 },
        besideLeg: besideLeg.id,
      });

    it('has one hop less each time, and ends with 483 when none is left', async () => {
      const some = await incoming(5);
      const onwards = passOn(some);
      const call = await carrier.nextCall();
      expect(headerOf(call.request, 'Max-Forwards')).toBe('4');
      call.reject(486);
      await signalOf(onwards, 'ended');
      const none = await incoming(0);
      const ended = await signalOf(passOn(none), 'ended');
      expect(ended.ending).toMatchObject({ by: 'system', reason: 'too-many-hops', sipStatus: 483 });
      await Promise.all([some.hangup('normal'), none.hangup('normal')]);
    });
  });

  describe('a session timer', () => {
    const expiring = (value: string) => ({ name: 'Session-Expires', value });

    it.each([
      ['1800', '1800;refresher=uac'],
      ['1800;refresher=uas', '1800;refresher=uas'],
      ['1800;refresher=uac', '1800;refresher=uac'],
    ])('asked for as %s is answered %s, and refreshes in kind', async (asked, agreed) => {
      const incoming = bed.nextInbound();
      const line = await carrier.prepareLine();
      const body = buildOffer({ address: '127.0.0.1', port: line.port, sessionId: 1, sessionVersion: 1 });
      const headers = [expiring(asked), { name: 'Supported', value: 'timer' }];
      const call = carrier.agent.invite({ uri: bed.sipUri('1000'), body, headers });
      const { leg } = await incoming;
      expect(await leg.answer()).toBe('answered');
      const outcome = await call.outcome;
      if (outcome.kind !== 'answered') throw new Error(outcome.kind);
      expect(headerOf(outcome.response, 'Session-Expires')?.replace(/\s/g, '')).toBe(agreed);
      const updated = await outcome.dialog.request('UPDATE', { headers: [expiring('600;refresher=uac')] });
      expect(updated && headerOf(updated, 'Session-Expires')).toBe('600;refresher=uac');
      const short = await outcome.dialog.reinvite({ body, headers: [expiring('30;refresher=uac')] });
      expect(short && [short.status, headerOf(short, 'Min-SE')]).toEqual([422, '90']);
      await leg.hangup('normal');
    });

    it('too short for a carrier is asked for again as long as he can do', async () => {
      const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } });
      const first = await carrier.nextCall();
      expect(headerOf(first.request, 'Session-Expires')).toBe('90;refresher=uas');
      first.reject(422, { headers: [{ name: 'Min-SE', value: '1800' }] });
      const second = await carrier.nextCall();
      expect(headerOf(second.request, 'Session-Expires')).toBe('1800;refresher=uas');
      expect(headerOf(second.request, 'Call-ID')).toBe(headerOf(first.request, 'Call-ID'));
      second.reject(486);
      await signalOf(leg, 'ended');
    });
  });
});
