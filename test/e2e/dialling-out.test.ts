/** Operators who dial from a registered phone, over real SIP: a client by hand, and what nobody allowed. */
import { afterEach, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import type { Phone } from '../../src/phone/api.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';

const NOTE =
  '399 dialtrace "112 is an emergency number: refused, because routing.emergency does not name it"';

const messages = ({ log }: Phone) => log.entries.filter((entry) => entry.kind === 'message');

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

describe('an operator who dials', { timeout: 60_000 }, () => {
  it('reaches a client, whose waiting lead is served by that talk', async () => {
    const { dialtrace, operator, client, nextFinished } = (office = await openOffice({
      client: { onCall: { kind: 'answer', ringing: { kind: 'plain' } } },
      group: { dialOut: { callerId: '+4930777' } },
    }));
    const { app, services } = dialtrace;
    const callAt = services.clock.now() + 3_600_000;
    const { leadId } = await app.takeLead({
      source: 'api',
      kind: 'form',
      rawPhone: CLIENT,
      answers: [],
      touch: {},
      callAt,
    });
    office.when(
      ({ name }) => name === 'call.bridged',
      async () => client.calls[0]?.hangUp(),
    );
    const dialled = await operator.call(office.sipUri('030123456'));
    const { call, recordings } = await nextFinished();
    await dialled.ended;
    expect(call).toMatchObject({
      direction: 'outbound',
      disposition: 'answered',
      operator: 'anna',
      clientNumber: CLIENT,
    });
    expect(recordings).toHaveLength(1);
    expect(await services.store.calls.latestTalkWith(CLIENT as E164, 0)).toMatchObject({ id: call.id });
    expect(await services.store.leads.byId(leadId)).toMatchObject({
      status: 'reached',
      reason: 'called-by-hand',
    });
  });

  it('is refused an emergency number with a note on the display', async () => {
    const { operator, dialtrace } = (office = await openOffice({ group: { dialOut: {} } }));
    expect((await (await operator.call(office.sipUri('112'))).ended).status).toBe(403);
    const refused = messages(operator).find(({ line }) => line.startsWith('SIP/2.0 403'));
    expect(headerOf(refused!.message, 'Warning')).toBe(NOTE);
    expect(dialtrace.app.rejections(1)).toMatchObject([{ dnis: '112', why: 'emergency' }]);
  });

  it('reaches an emergency number by an explicit rule, without dialOut and during an emergency stop', async () => {
    const { operator, client, dialtrace, nextFinished } = (office = await openOffice({
      client: { onCall: { kind: 'answer', ringing: { kind: 'plain' } } },
      telephony: { routing: { emergency: { trunk: 'carrier', numbers: ['112'] } } },
    }));
    await dialtrace.app.stopCalling('boss');
    office.when(
      ({ name }) => name === 'call.bridged',
      async () => client.calls[0]?.hangUp(),
    );
    const dialled = await operator.call(office.sipUri('112'));
    const { call, recordings } = await nextFinished();
    await dialled.ended;
    expect(call).toMatchObject({ direction: 'outbound', disposition: 'answered', operator: 'anna' });
    expect(recordings).toEqual([]);
    expect(messages(client)[0]?.line).toMatch(/^INVITE sip:112@/);
  });

  it('is refused what no group allows', async () => {
    const { operator, dialtrace } = (office = await openOffice({}));
    expect((await (await operator.call(office.sipUri('030123456'))).ended).status).toBe(403);
    expect((await (await operator.call(office.sipUri('+12125550123'))).ended).status).toBe(403);
    expect((await dialtrace.services.store.calls.list({ limit: 5 })).items).toEqual([]);
  });
});
