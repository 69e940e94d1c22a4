/** Outcomes by real keys on real phones: the client who refuses further calls, and the operator's survey. */
import { afterEach, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import type { PhoneCall, Press } from '../../src/phone/api.js';
import { CLIENT, openOffice, spoken, type Office } from '../support/callbacks/office.js';

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

const key = (digits: string): Press => ({ digits, when: { kind: 'after-speech' } });
const policy = { dialplan: 'callback-survey' };
const lead = { source: 'api', kind: 'form', rawPhone: CLIENT, answers: [], touch: {} } as const;

/** A second and a half, in what the phone hears. */
const FRAMES_SPOKEN = 75;

function framesOf(call: PhoneCall | undefined, frames: number): Promise<void> {
  return new Promise((resolve) => {
    let heard = 0;
    const stop = call?.port.listen(() => {
      heard += 1;
      if (heard < frames) return;
      stop?.();
      resolve();
    });
  });
}

describe('keys', { timeout: 60_000 }, () => {
  it('9 of the client ends the callback for good', async () => {
    office = await openOffice({
      policy,
      operator: { onCall: { kind: 'answer' }, press: [key('1')] },
      client: { onCall: { kind: 'answer' }, press: [key('9')] },
    });
    const { app, services } = office.dialtrace;
    const { leadId } = await app.takeLead(lead);
    const { call } = await office.nextFinished();
    expect(call).toMatchObject({ outcome: { mark: 'blacklist', by: 'client' }, tags: ['blacklist'] });
    expect(call.bridgedAt).toBeUndefined();
    expect(await services.store.leads.byId(leadId)).toMatchObject({
      status: 'blocked',
      reason: 'client-refused',
    });
    expect(await services.store.doNotCall.entry(CLIENT as E164, services.clock.now())).toBeDefined();
    expect(await app.takeLead(lead)).toMatchObject({ status: 'blocked', reason: 'do-not-call' });
  });

  it('of the operator after the talk say what it was', async () => {
    const { operator, client, when, dialtrace, nextFinished } = (office = await openOffice({
      policy,
      operator: { onCall: { kind: 'answer' }, press: [key('1')] },
      client: { onCall: { kind: 'answer' } },
    }));
    const press = (digit: string) => async () => operator.calls[0]?.press(digit);
    when(
      ({ name }) => name === 'call.bridged',
      async () => client.calls[0]?.hangUp(),
    );
    when(spoken('survey-result'), press('2'));
    when(spoken('survey-reason'), press('3'));
    const { leadId } = await dialtrace.app.takeLead(lead);
    const { call } = await nextFinished();
    expect(call).toMatchObject({
      disposition: 'answered',
      outcome: { mark: 'not-target', reason: 'partner', by: 'anna' },
      tags: expect.arrayContaining(['not-target', 'partner']) as unknown,
    });
    expect((await dialtrace.services.store.leads.byId(leadId))?.status).toBe('reached');
  });

  it('of the operator record the time that is spoken, in the talk and after it', async () => {
    const { operator, client, when, dialtrace, nextFinished } = (office = await openOffice({
      policy,
      operator: { onCall: { kind: 'answer' }, press: [key('1')] },
      client: { onCall: { kind: 'answer' } },
    }));
    const press = (digits: string) => async () => operator.calls[0]?.press(digits);
    when(({ name }) => name === 'call.bridged', press('*4'));
    const messages: string[] = [];
    when(
      ({ name, payload }) =>
        name === 'recording.started' && messages.push(String(payload['recording_id'])) > 1,
      async () => {
        await framesOf(operator.calls[0], FRAMES_SPOKEN);
        await (messages.length === 2 ? client.calls[0]?.hangUp() : operator.calls[0]?.press('#'));
      },
    );
    when(spoken('survey-result'), press('3'));
    when(spoken('survey-when'), press('*'));
    const { leadId } = await dialtrace.app.takeLead(lead);
    const { call } = await nextFinished();
    const { store } = dialtrace.services;
    const [talk, ...notes] = await store.recordings.ofCall(call.id);
    expect(talk).toMatchObject({ channelRoles: ['operator', 'client'], state: 'ready' });
    expect(notes).toMatchObject([
      { box: 'spoken-time', state: 'ready', channelRoles: ['operator'] },
      { box: 'spoken-time', state: 'ready', channelRoles: ['operator'] },
    ]);
    expect(call).toMatchObject({ disposition: 'answered', outcome: { mark: 'later', spoken: notes[1]?.id } });
    const told = (await store.events.ofCall(call.id)).filter(({ name }) => name === 'call.time-spoken');
    expect(told.map(({ payload }) => payload['recording_id'])).toEqual(notes.map(({ id }) => id));
    const [waits] = await store.leads.openOfPhone(CLIENT as E164);
    expect(waits).toMatchObject({ reason: 'time-spoken', followUpOf: leadId });
  });
});
