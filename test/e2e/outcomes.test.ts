/** Outcomes by real keys on real phones: the client who refuses further calls, and the operator's survey. */
import { afterEach, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import type { Press } from '../../src/phone/api.js';
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
});
