/** A supervisor on a real phone: barges in by star code, is heard by the client, takes over by API, and the talk goes on. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openPhone } from '../../src/phone/open-phone.js';
import type { Phone } from '../../src/phone/api.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { tonesIn } from '../support/media/phones.js';
import { talkFor, toneOf, untilHeard } from '../support/media/scratch.js';

const OPERATOR_TONE = 500;
const CLIENT_TONE = 1330;
const CHIEF_TONE = 900;

let office: Office | undefined;
let chief: Phone | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await Promise.all([chief?.close(), office?.close()]);
  [office, chief] = [undefined, undefined];
});

describe('supervision', { timeout: 60_000 }, () => {
  it('by star code and API keeps the talk going', async ({ onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), 'dialtrace-supervision-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const heard = { client: join(folder, 'client.wav'), chief: join(folder, 'chief.wav') };
    office = await openOffice({
      operator: { onCall: { kind: 'answer' }, play: toneOf(OPERATOR_TONE, 30_000) },
      client: {
        onCall: { kind: 'answer' },
        play: toneOf(CLIENT_TONE, 30_000),
        recordHeard: () => heard.client,
      },
      telephony: {
        operators: { anna: { extension: '101' }, olga: { supervises: ['sales'] } },
      },
    });
    const { dialtrace, client, operator, nextFinished } = office;
    const nextEvent = office.nextEvent.bind(office);
    chief = await openPhone({
      user: 'olga',
      credentials: { username: 'olga', password: await office.passwordOf('olga') },
      account: { registrar: office.sipUri('x').replace('x@', '') },
    });
    expect(await chief.registered).toBe(200);

    const bridged = nextEvent('call.bridged');
    const started = await dialtrace.app.startCall({
      number: CLIENT,
      operator: 'anna',
      order: 'operator-first',
    });
    if (started.kind !== 'started') throw new Error(started.why);
    await bridged;
    const listening = nextEvent('supervision.started');
    const call = await chief.call(office.sipUri('*73101'), {
      play: toneOf(CHIEF_TONE, 30_000),
      recordHeard: () => heard.chief,
    });
    expect(await call.answered).toBe('answered');
    expect((await listening).payload).toMatchObject({ operator: 'olga', mode: 'barge', by: 'olga' });
    await expect
      .poll(() => dialtrace.app.liveCalls())
      .toMatchObject([
        { operator: 'anna', supervisors: [{ operator: 'olga', mode: 'barge', state: 'listening' }] },
      ]);
    await talkFor(1500);
    const takenOver = nextEvent('call.taken-over');
    const order = { callId: started.callId, by: 'wallboard', action: 'take-over', operator: 'olga' } as const;
    expect(await dialtrace.app.superviseCall(order)).toEqual({ kind: 'accepted' });
    expect((await takenOver).payload).toMatchObject({ by: 'wallboard' });
    expect(await operator.calls[0]?.ended).toEqual({ by: 'them' });
    await talkFor(1500);
    await client.calls[0]?.hangUp();

    const { call: record, recordings } = await nextFinished();
    expect(record).toMatchObject({ disposition: 'answered' });
    expect(recordings.map(({ channelRoles }) => channelRoles)).toEqual([
      ['operator', 'client'],
      ['supervisor', 'client'],
    ]);
    expect(await tonesIn(heard.client, [OPERATOR_TONE, CHIEF_TONE])).toEqual([OPERATOR_TONE, CHIEF_TONE]);
    expect(await tonesIn(heard.chief, [OPERATOR_TONE, CLIENT_TONE])).toEqual([OPERATOR_TONE, CLIENT_TONE]);
  });

  it('of three: an operator brings a colleague in and leaves, and client and colleague go on', async () => {
    office = await openOffice({
      operator: { onCall: { kind: 'answer' }, play: toneOf(OPERATOR_TONE, 30_000) },
      client: { onCall: { kind: 'answer' }, play: toneOf(CLIENT_TONE, 30_000) },
      telephony: { operators: { anna: { extension: '101' }, olga: { extension: '102' } } },
    });
    const { dialtrace, client, operator, nextFinished } = office;
    const nextEvent = office.nextEvent.bind(office);
    const olga = await office.phoneOf('olga', {
      onCall: { kind: 'answer' },
      play: toneOf(CHIEF_TONE, 30_000),
    });
    const bridged = nextEvent('call.bridged');
    const order = { number: CLIENT, operator: 'anna', order: 'operator-first' } as const;
    const started = await dialtrace.app.startCall(order);
    if (started.kind !== 'started') throw new Error(started.why);
    await bridged;
    const [anna, clientCall] = [operator.calls[0]!, client.calls[0]!];
    const joined = nextEvent('supervision.started');
    const code = await operator.call(office.sipUri('*76102'));
    expect((await joined).payload).toMatchObject({ operator: 'olga', mode: 'three-way', by: 'anna' });
    expect(await code.ended).toEqual({ by: 'them' });
    await untilHeard(clientCall.port, CHIEF_TONE);
    await untilHeard(clientCall.port, OPERATOR_TONE);
    await untilHeard(anna.port, CHIEF_TONE);
    const takenOver = nextEvent('call.taken-over');
    await anna.hangUp();
    expect((await takenOver).payload).toMatchObject({ by: 'olga' });
    await untilHeard(olga.calls[0]!.port, CLIENT_TONE);
    await clientCall.hangUp();
    expect((await nextFinished()).call).toMatchObject({ id: started.callId, disposition: 'answered' });
  });
});
