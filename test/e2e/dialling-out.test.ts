/** Operators who dial from a registered phone, over real SIP: a client by hand, and what nobody allowed. */
import { afterEach, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';

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

  it('is refused what no group allows', async () => {
    const { operator, dialtrace } = (office = await openOffice({}));
    expect((await (await operator.call(office.sipUri('030123456'))).ended).status).toBe(403);
    expect((await (await operator.call(office.sipUri('+12125550123'))).ended).status).toBe(403);
    expect((await dialtrace.services.store.calls.list({ limit: 5 })).items).toEqual([]);
  });
});
