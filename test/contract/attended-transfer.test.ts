/**
 * An operator hands a client over to a colleague by the keys of a desk phone: hold, a second call, REFER with Replaces.
 * Real SIP and RTP; the same on real servers (SWITCH=external, see test-switch.ts).
 */
import { afterEach, describe, expect, it } from 'vitest';
import { trunkPool } from '../../src/app/calls/routing/resources.js';
import type { CallId } from '../../src/domain/values/ids.js';
import type { Phone, PhoneCall } from '../../src/phone/api.js';
import { Call } from '../../src/phone/phone-call.js';
import type { SipDialog } from '../../src/sip/api.js';
import { CLIENT, openOffice, type Office, type OfficeOptions } from '../support/callbacks/office.js';
import { toneOf, untilHeard } from '../support/media/scratch.js';
import { startServerProcess } from '../support/switch/engine-process.js';
import { openRelay } from '../support/switch/relay.js';
import { startServers } from '../support/switch/test-switch.js';

const ANNA = 500;
const BORIS = 900;
const CLIENT_TONE = 1330;

let office: Office | undefined;
/** Servers of one test. */
const closing: (() => Promise<unknown>)[] = [];
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
  for (const close of closing.splice(0)) await close();
});

interface Talk extends Office {
  readonly boris: Phone;
  readonly callId: CallId;
  /** anna's leg of the call with the client. */
  readonly first: PhoneCall;
}

/** anna talks with the client; boris is her colleague at extension 102. */
async function talking(more: Pick<OfficeOptions, 'servers'> = {}): Promise<Talk> {
  const opened = await openOffice({
    ...more,
    operator: { onCall: { kind: 'answer' }, play: toneOf(ANNA, 30_000) },
    client: { onCall: { kind: 'answer' }, play: toneOf(CLIENT_TONE, 30_000) },
    telephony: {
      operators: { anna: { extension: '101' }, boris: { extension: '102' } },
      groups: { sales: { operators: ['anna', 'boris'], country: 'DE', dialOut: {} } },
    },
  });
  office = opened;
  const boris = await opened.phoneOf('boris', {
    onCall: { kind: 'answer', ringing: { kind: 'plain' } },
    play: toneOf(BORIS, 30_000),
  });
  const bridged = opened.nextEvent('call.bridged');
  const { app } = opened.dialtrace;
  const started = await app.startCall({ number: CLIENT, operator: 'anna', order: 'operator-first' });
  if (started.kind !== 'started') throw new Error(started.why);
  await bridged;
  const [first] = opened.operator.calls;
  if (first === undefined) throw new Error('anna has no call');
  await untilHeard(opened.client.calls[0]!.port, ANNA);
  return { ...opened, boris, callId: started.callId, first };
}

function notified({ log }: Phone): readonly string[] {
  return log.events('transfer').map(({ detail = '' }) => detail);
}

const clientOf = ({ client }: Talk): PhoneCall => client.calls[0]!;

describe('attended transfer', { timeout: 60_000 }, () => {
  it.each(['first', 'second'] as const)(
    'asked for in the %s call joins client and colleague',
    async (which) => {
      const talk = await talking();
      const { operator, boris, first, callId, nextFinished, dialtrace } = talk;
      expect(await first.hold()).toBe('done');
      const consulted = talk.nextEvent('call.bridged');
      const second = await operator.call(talk.sipUri('102'), { play: toneOf(ANNA, 30_000) });
      await Promise.all([consulted, second.answered]);
      const transferred = talk.nextEvent('call.transferred');
      const finished = nextFinished();
      const [asked, other] = which === 'first' ? [first, second] : [second, first];
      expect(await asked.transfer(other)).toBe('accepted');
      expect(await Promise.all([first.ended, second.ended])).toEqual([{ by: 'them' }, { by: 'them' }]);
      expect(notified(operator)).toEqual(['SIP/2.0 100 Trying', 'SIP/2.0 200 OK']);
      expect(await transferred).toMatchObject({ callId, payload: { operator: 'boris' } });
      await untilHeard(clientOf(talk).port, BORIS);
      await untilHeard(boris.calls[0]!.port, CLIENT_TONE);

      const consultation = await finished;
      expect(consultation.call).toMatchObject({ direction: 'outbound', disposition: 'answered' });
      expect(consultation.events.find(({ name }) => name === 'call.handed-over')?.payload).toMatchObject({
        to_call: callId,
        parties: ['boris'],
      });
      await clientOf(talk).hangUp();
      const { call, events } = await nextFinished();
      expect(call).toMatchObject({ id: callId, disposition: 'answered', operator: 'boris' });
      const recorded = async () =>
        (await dialtrace.services.store.recordings.ofCall(callId)).map((r) => r.failure ?? r.state);
      await expect.poll(recorded).toEqual(['ready', 'ready']);
      expect(events.find(({ name }) => name === 'call.transferred')?.payload).toMatchObject({
        from_call: consultation.call.id,
      });
      const legs = await dialtrace.services.store.calls.legsOf(callId);
      expect(legs.map(({ party, disposition }) => [party, disposition])).toContainEqual([
        'boris',
        'answered',
      ]);
    },
  );

  it('takes a phone over that still rings; when it is declined the talk goes on', async () => {
    const talk = await talking();
    const { operator, boris, first, callId } = talk;
    boris.setScript({
      onCall: { kind: 'ring-only', ringing: { kind: 'plain' } },
      play: toneOf(BORIS, 30_000),
    });
    const ask = async () => {
      const rings = new Promise((resolve) => boris.onCall(resolve));
      const second = await operator.call(talk.sipUri('102'));
      await rings;
      const handedOver = talk.nextEvent('call.handed-over');
      const replaces = encodeURIComponent(`${second.callId};to-tag=0;from-tag=0`);
      expect(await first.transfer(`${talk.sipUri('102')}?Replaces=${replaces}`)).toBe('accepted');
      await handedOver;
      return second;
    };
    const declined = await ask();
    const consultation = talk.nextFinished();
    await boris.calls[0]!.hangUp();
    expect((await consultation).call).toMatchObject({ direction: 'outbound', disposition: 'cancelled' });
    await declined.ended;
    expect(notified(operator).at(-1)).toBe('SIP/2.0 486 Failed');
    await untilHeard(clientOf(talk).port, ANNA);

    boris.setScript({
      onCall: { kind: 'answer', afterMs: 2000, ringing: { kind: 'plain' } },
      play: toneOf(BORIS, 30_000),
    });
    const next = talk.nextFinished();
    await ask();
    await untilHeard(clientOf(talk).port, BORIS);
    expect(await first.ended).toEqual({ by: 'them' });
    expect((await next).call).toMatchObject({ direction: 'outbound', disposition: 'cancelled' });
    await clientOf(talk).hangUp();
    expect((await talk.nextFinished()).call).toMatchObject({ id: callId, operator: 'boris' });
  });

  it('connects with whom the operator dialled by hand, whose trunk channel goes with the leg', async () => {
    const talk = await talking();
    const { operator, client, first, callId, dialtrace } = talk;
    const { leases, calls } = dialtrace.services.store;
    const consulted = talk.nextEvent('call.bridged');
    const second = await operator.call(talk.sipUri('030765432'), { play: toneOf(ANNA, 30_000) });
    await Promise.all([consulted, second.answered]);
    const consultation = talk.nextFinished();
    expect(await second.transfer(first)).toBe('accepted');
    expect(await Promise.all([first.ended, second.ended])).toEqual([{ by: 'them' }, { by: 'them' }]);
    expect((await consultation).call).toMatchObject({ clientNumber: '+4930765432', disposition: 'answered' });
    const [one, other] = client.calls;
    await Promise.all([one, other].map((call) => untilHeard(call!.port, CLIENT_TONE)));
    expect(await leases.countSlots(trunkPool('carrier'), dialtrace.services.clock.now())).toBe(2);
    expect((await calls.legsOf(callId)).map(({ role, party }) => `${role} ${party}`)).toContain(
      'consult +4930765432',
    );
    await other!.hangUp();
    expect(await one!.ended).toEqual({ by: 'them' });
    expect((await talk.nextFinished()).call).toMatchObject({ id: callId, operator: 'anna' });
    expect(await leases.countSlots(trunkPool('carrier'), dialtrace.services.clock.now())).toBe(0);
  });

  it('is told by NOTIFY that the other dialog is not there, and the talk goes on', async () => {
    const talk = await talking();
    const nowhere = encodeURIComponent('x;to-tag=1;from-tag=2');
    expect(await talk.first.transfer(`${talk.sipUri('102')}?Replaces=${nowhere}`)).toBe('accepted');
    await expect.poll(() => notified(talk.operator).at(-1)).toBe('SIP/2.0 481 Failed');
    await untilHeard(clientOf(talk).port, ANNA);
    await clientOf(talk).hangUp();
    expect((await talk.nextFinished()).call).toMatchObject({ operator: 'anna' });
  });
});

describe('a consultation', { timeout: 60_000 }, () => {
  /** anna has put the client on hold and talks with boris. */
  async function consulting(servers: NonNullable<OfficeOptions['servers']>) {
    const talk = await talking({ servers });
    expect(await talk.first.hold()).toBe('done');
    const consulted = talk.nextEvent('call.bridged');
    const second = await talk.operator.call(talk.sipUri('102'), { play: toneOf(ANNA, 30_000) });
    const [{ callId: consultation }] = await Promise.all([consulted, second.answered]);
    return { ...talk, second, consultation: consultation! };
  }

  it('and the talk it is about are cut when their media server dies, and every phone is told', async () => {
    const [near, dying] = [await startServers(), await startServerProcess('freeswitch')];
    closing.push(
      () => near.close(),
      () => dying.close(),
    );
    const talk = await consulting({ ...near, media: { dying } });
    const { boris, first, second, callId, consultation } = talk;
    const others = [clientOf(talk), boris.calls[0]!];
    dying.signal('SIGKILL');
    const ends = await Promise.all([first, second, ...others].map(({ ended }) => ended));
    expect(ends).toEqual(Array.from({ length: 4 }, () => ({ by: 'them' })));
    for (const id of [callId, consultation]) {
      const call = () => talk.dialtrace.services.store.calls.byId(id);
      await expect.poll(call, { timeout: 5000 }).toMatchObject({ state: 'closed', disposition: 'answered' });
      expect((await call())?.tags).toContain('cut');
    }
    await office?.close(); // No media server is left that could be asked for channels.
    office = undefined;
  });

  it('and the talk it is about go on, each adopted, when signalling is lost', async () => {
    const near = await startServers();
    const relay = await openRelay('127.0.0.1', near.signalling.port);
    closing.push(
      () => relay.close(),
      () => near.close(),
    );
    const signalling = { ...near.signalling, port: relay.port };
    const talk = await consulting({ ...near, signalling });
    const { boris, first, second, callId, consultation } = talk;
    const adopted: unknown[] = [];
    talk.when(
      ({ name }) => name === 'call.adopted',
      () => Promise.resolve(adopted.push(callId)),
    );
    relay.cut('once');
    await expect.poll(() => adopted.length, { timeout: 5000 }).toBe(2);
    // Nobody is left who could take the client from hold: the phone gives up that talk, and it ends.
    expect(await first.resume()).toBe('refused');
    await untilHeard(boris.calls[0]!.port, ANNA);
    await second.hangUp();
    for (const id of [consultation, callId]) {
      const call = () => talk.dialtrace.services.store.calls.byId(id);
      await expect
        .poll(call, { timeout: 15_000 })
        .toMatchObject({ state: 'closed', disposition: 'answered' });
    }
    await expect.poll(() => [clientOf(talk), boris.calls[0]]).toEqual([undefined, undefined]);
  });
});

function dialogOf(call: PhoneCall): SipDialog {
  if (!(call instanceof Call) || call.dialog === undefined) throw new Error('the call has no dialog');
  return call.dialog;
}

describe('blind transfer', { timeout: 60_000 }, () => {
  it('to an extension rings the colleague, also right after a consultation that was given up', async () => {
    const talk = await talking();
    const { operator, boris, first, callId } = talk;
    const rings = new Promise((resolve) => boris.onCall(resolve));
    boris.setScript({ onCall: { kind: 'ring-only', ringing: { kind: 'plain' } } });
    const given = await operator.call(talk.sipUri('102'));
    await rings;
    boris.setScript({
      onCall: { kind: 'answer', ringing: { kind: 'plain' } },
      play: toneOf(BORIS, 30_000),
    });
    void given.hangUp();
    expect(await first.transfer(talk.sipUri('102'))).toBe('accepted');
    expect(await first.ended).toEqual({ by: 'them' });
    expect(notified(operator).at(-1)).toBe('SIP/2.0 200 OK');
    await untilHeard(clientOf(talk).port, BORIS);
    await clientOf(talk).hangUp();
    await expect
      .poll(() => talk.dialtrace.services.store.calls.byId(callId))
      .toMatchObject({ state: 'closed', operator: 'boris' });
  });
});

describe('an INVITE with Replaces', { timeout: 60_000 }, () => {
  it('moves the operator’s own talk to the phone that sends it, and nobody else’s', async () => {
    const talk = await talking();
    const { operator, boris, first, callId } = talk;
    const { callId: sipCallId, localTag, remoteTag } = dialogOf(first);
    const replacing = (tag: string) => ({
      headers: [{ name: 'Replaces', value: `${sipCallId};to-tag=${tag};from-tag=${localTag}` }],
      play: toneOf(ANNA, 30_000),
    });
    expect((await (await boris.call(talk.sipUri('anna'), replacing(remoteTag))).ended).status).toBe(403);
    expect((await (await operator.call(talk.sipUri('anna'), replacing('other'))).ended).status).toBe(481);
    const moved = await operator.call(talk.sipUri('anna'), replacing(remoteTag));
    expect(await moved.answered).toBe('answered');
    expect(await first.ended).toEqual({ by: 'them' });
    await untilHeard(moved.port, CLIENT_TONE);
    await clientOf(talk).hangUp();
    expect((await talk.nextFinished()).call).toMatchObject({ id: callId, disposition: 'answered' });
  });
});
