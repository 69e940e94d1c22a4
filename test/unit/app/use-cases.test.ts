/** Use cases one by one, over a real in-memory store and simulated phones. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryBody } from '../../../src/app/webhooks/delivery-body.js';
import { identifySender } from '../../../src/app/calls/begin/receive-call.js';
import type { TimelineEvent } from '../../../src/domain/calls/events.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { CallId, EventId, JobId, LeadId, RecordingId } from '../../../src/domain/values/ids.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';

const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: '8 916 100 00 01', answers: [], touch: {} };
const ID = '7234567890123456789';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed();
});
afterEach(() => bed.close());

describe('takeLead', () => {
  it('commits lead, event and job before it answers', async () => {
    const taken = await bed.app.takeLead(draft);
    expect(taken).toMatchObject({ status: 'queued', reason: 'call-now' });
    expect((await bed.store.events.ofLead(taken.leadId)).map(({ name }) => name)).toContain('lead.received');
    expect(await bed.store.leads.byId(taken.leadId)).toMatchObject({
      phone: '+79161000001',
      group: 'sales',
      locale: 'en',
    });
  });

  it('names the nearest group for a mistyped one', async () => {
    await expect(bed.app.takeLead({ ...draft, group: 'sale' })).rejects.toMatchObject({
      code: 'field-invalid',
      message: /did you mean sales/,
    });
  });

  it('brings the lead to one final state', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(86_400_000);
    expect((await bed.store.leads.byId(leadId))?.status).toMatch(/^(reached|unreached|blocked)$/);
    expect(await bed.store.calls.openCalls()).toEqual([]);
    expect((await bed.store.outbox.countByState())['waiting'] ?? 0).toBe(0);
  });
});

describe('takePush', () => {
  const push = (entry: readonly unknown[]) => ({ object: 1, entry });
  const entry = {
    id: ID,
    page_id: 'p1',
    page_name: 'Spring',
    changes: [{ field: 'phone_number', value: '+79161000002' }],
  };

  async function take(entries: readonly unknown[]) {
    const connection =
      (await bed.app.findConnection(['tiktok'], 'main')) ??
      (await bed.app.addConnection({ kind: 'tiktok', name: 'main' }));
    const body = JSON.stringify(push(entries));
    return bed.app.takePush({ source: 'tiktok', connection, body, signature: 'none' });
  }

  it('stores the push, creates the form and knows an entry again', async () => {
    const first = await take([entry, { page_id: 'p1' }]);
    expect(first.results.map(({ result }) => result)).toEqual(['stored', 'unusable']);
    expect(await bed.app.listForms()).toMatchObject([
      { externalId: 'p1', displayName: 'Spring', enabled: 'on' },
    ]);
    const again = await take([entry]);
    expect(again.results).toMatchObject([{ result: 'repeated', leadId: first.results[0]?.leadId }]);
    expect(await bed.store.pushes.byId(first.pushId)).toMatchObject({ results: first.results });
  });

  it('stores leads of a connection that is off without calling them', async () => {
    const { id } = await bed.app.addConnection({ kind: 'tiktok', name: 'main', enabled: 'off' });
    const { results } = await take([entry]);
    const lead = await bed.store.leads.byId(results[0]?.leadId as LeadId);
    expect(lead).toMatchObject({ connectionId: id, status: 'not-dialled', reason: 'connection-off' });
  });

  it('is finished by import-push when the process died after storing it', async () => {
    const { id } = await bed.app.addConnection({ kind: 'tiktok', name: 'main' });
    const pushId = 'push-1' as never;
    const body = `{"object":1,"entry":[{"id":${ID},"changes":[{"field":"phone","value":"+79161000003"}]}]}`;
    await bed.store.pushes.add({
      id: pushId,
      connectionId: id,
      receivedAt: 0,
      body,
      signature: 'none',
      results: [],
    });
    const job = {
      id: 'job' as never,
      task: 'import-push',
      payload: { pushId },
      runAt: 0,
      tries: 1,
      maxTries: 5,
    } as const;
    expect(await bed.app.tasks['import-push'](job)).toEqual({ kind: 'done' });
    expect(await bed.store.leads.byExternalId(id, ID)).toMatchObject({ phone: '+79161000003', pushId });
  });
});

describe('calls', () => {
  it('are started by click, seen live, hung up by command, and closed once', async () => {
    const started = await bed.app.startCall({ number: '8 916 100 00 04', tags: ['vip'] });
    if (started.kind !== 'started') throw new Error(started.why);
    expect(bed.app.liveCalls()).toMatchObject([{ callId: started.callId, direction: 'click-to-call' }]);
    expect(await bed.app.startCall({ number: '+79161000004' })).toMatchObject({ kind: 'refused' });
    expect(await bed.app.commandCall(started.callId, 'test', { kind: 'hang-up' })).toEqual({
      kind: 'accepted',
    });
    await bed.pass(30_000);
    expect(await bed.store.calls.byId(started.callId)).toMatchObject({
      state: 'closed',
      disposition: 'cancelled',
      tags: ['vip'],
    });
    expect(await bed.app.commandCall(started.callId, 'test', { kind: 'hang-up' })).toEqual({
      kind: 'refused',
      why: 'closed',
    });
    await expect(bed.app.commandCall('none' as CallId, 'test', { kind: 'hang-up' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are refused with a reason', async () => {
    expect(await bed.app.startCall({ number: 'x' })).toEqual({ kind: 'refused', why: 'phone-invalid' });
    expect(await bed.app.startCall({ number: '+79161000004', policy: 'gone' })).toEqual({
      kind: 'refused',
      why: 'no-policy',
    });
    expect(await bed.app.startCall({ number: '+79161000004', operator: 'nobody' })).toEqual({
      kind: 'refused',
      why: 'no-operator',
    });
  });

  it('stop for everybody, survive in the store as a flag, and go on when lifted', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(10);
    expect(bed.world.lines.length).toBeGreaterThan(0);
    expect(await bed.app.stopCalling('boss')).toEqual({ hungUp: 1 });
    await bed.pass(60_000);
    expect(bed.world.lines.every(({ state }) => state === 'over')).toBe(true);
    expect(await bed.app.startCall({ number: '+79161000004' })).toEqual({
      kind: 'refused',
      why: 'stopped-calling',
    });
    const rung = bed.world.lines.length;
    await bed.pass(600_000);
    expect(bed.world.lines).toHaveLength(rung);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({
      status: 'deferred',
      reason: 'stopped-calling',
    });
    await bed.app.resumeCalling('boss');
    await bed.pass(60_000);
    expect(bed.world.lines.length).toBeGreaterThan(rung);
  });

  it('end with the lead that is withdrawn, which stays cancelled', async () => {
    const { leadId } = await bed.app.takeLead(draft);
    await bed.pass(10);
    expect(await bed.app.withdrawLead(leadId, 'api')).toEqual({ kind: 'withdrawn' });
    await bed.pass(600_000);
    expect(await bed.store.leads.byId(leadId)).toMatchObject({ status: 'cancelled', reason: 'withdrawn' });
    expect(await bed.app.withdrawLead(leadId, 'api')).toEqual({ kind: 'already-final', status: 'cancelled' });
    expect(await bed.store.attempts.openAttempts()).toEqual([]);
  });

  it('drain', async () => {
    await bed.app.startCall({ number: '+79161000004', operator: 'anna' });
    const drained = bed.app.drain({ deadlineMs: 600_000, talks: 'leave' });
    expect(await bed.app.startCall({ number: '+79161000005', operator: 'boris' })).toEqual({
      kind: 'refused',
      why: 'too-many-calls',
    });
    await bed.pass(600_001);
    expect(await drained).toEqual({ left: 0 });
  });
});

describe('draining', () => {
  /** Leads until one of them is a talk; who answers is the world's chance, from its seed. */
  async function untilBridged(): Promise<void> {
    for (let n = 10; n < 60; n += 1) {
      await bed.app.takeLead({ ...draft, rawPhone: `8 916 100 00 ${n}` });
      for (let second = 0; second < 60; second += 1) {
        await bed.pass(1000);
        if (bed.app.liveCalls().some(({ state }) => state === 'bridged')) return;
      }
    }
    expect.unreachable('nobody came to talk');
  }

  it('leaves talks to the next process and nothing else', async () => {
    await untilBridged();
    const drained = bed.app.drain({ deadlineMs: 10, talks: 'leave' });
    await bed.pass(6000);
    const open = await bed.store.calls.openCalls();
    expect(await drained).toEqual({ left: open.length });
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ bridgedAt }) => bridgedAt !== undefined)).toBe(true);
    expect(bed.app.liveCalls()).toEqual([]);
  });

  it('ends talks when the switch ends with the process', async () => {
    await untilBridged();
    const drained = bed.app.drain({ deadlineMs: 10, talks: 'end' });
    await bed.pass(6000);
    expect(await drained).toEqual({ left: 0 });
    expect(await bed.store.calls.openCalls()).toEqual([]);
  });
});

describe('a recording whose process died', () => {
  it('is ready when the switch finds it whole, less the time that its party was on hold', async () => {
    await bed.store.calls.add({
      id: 'c9' as CallId,
      direction: 'callback',
      state: 'closed',
      dialplan: 'callback',
      startedAt: 0,
      bridgedAt: 1000,
      unbridgedAt: 61_000,
      endedAt: 62_000,
      tags: [],
      attribution: {},
      step: 0,
    });
    const id = 'r9' as RecordingId;
    await bed.store.recordings.add({
      id,
      callId: 'c9' as CallId,
      path: '/recordings/r9.wav',
      channelRoles: ['operator', 'client'],
      startedAt: 1000,
      state: 'recording',
    });
    const change = (name: 'leg.held' | 'leg.resumed', role: string, at: number): TimelineEvent => {
      return { id: `${name} ${role}` as EventId, name, at, callId: 'c9' as CallId, payload: { role } };
    };
    await bed.store.events.append([
      change('leg.held', 'operator', 11_000),
      change('leg.held', 'client', 12_000),
      change('leg.resumed', 'operator', 21_000),
    ]);
    const job = {
      id: 'j9' as JobId,
      task: 'check-recording' as const,
      payload: { recordingId: id },
      runAt: 0,
      tries: 0,
      maxTries: 1,
    };
    expect(await bed.app.tasks['check-recording'](job)).toEqual({ kind: 'done' });
    expect(await bed.store.recordings.byId(id)).toMatchObject({ state: 'ready', seconds: 50, channels: 2 });
  });
});

describe('without operators', () => {
  it('a lead waits, and is given up after the cap', async () => {
    const lonely = await openAppBed({ users: [] });
    const { leadId } = await lonely.app.takeLead(draft);
    await lonely.pass(1000);
    expect(await lonely.store.leads.byId(leadId)).toMatchObject({
      status: 'deferred',
      reason: 'no-operator',
    });
    await lonely.pass(120_000);
    expect(await lonely.store.leads.byId(leadId)).toMatchObject({
      status: 'unreached',
      reason: 'attempts-used-up',
    });
    expect(lonely.world.log).toEqual([]);
    await lonely.close();
  });
});

describe('webhooks', () => {
  it('are sent with a stable id until they are dead, and the death is told in the timeline only', async () => {
    bed.answerWith({ kind: 'refused', status: 500, body: '' });
    const { leadId } = await bed.app.takeLead({ ...draft, rawPhone: '' });
    await bed.pass(5 * 86_400_000);
    const ids = new Set(bed.sent.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe((await bed.store.events.ofLead(leadId)).length);
    expect(bed.sent.length).toBe(ids.size * 12);
    expect(await bed.store.outbox.countByState()).toEqual({ dead: ids.size });
  });

  it('are given up at once by 410', async () => {
    bed.answerWith({ kind: 'refused', status: 410, body: '' });
    await bed.app.takeLead({ ...draft, rawPhone: '' });
    await bed.pass(1000);
    expect((await bed.store.outbox.countByState())['waiting'] ?? 0).toBe(0);
  });

  it('hold type, time and ids', () => {
    const body = deliveryBody({
      id: 'e' as never,
      name: 'lead.reached',
      at: 0,
      leadId: 'l' as LeadId,
      payload: { reason: 'reached' },
    });
    expect(JSON.parse(body)).toEqual({
      type: 'lead.reached',
      timestamp: '1970-01-01T00:00:00.000Z',
      data: { lead_id: 'l', reason: 'reached' },
    });
  });
});

describe('connections and forms', () => {
  it('check whisper templates when they are saved', async () => {
    await expect(
      bed.app.addConnection({ kind: 'tiktok', name: 'a', whisperTemplate: '{{ wrong }}' }),
    ).rejects.toMatchObject({ code: 'template-invalid' });
    const connection = await bed.app.addConnection({ kind: 'tiktok', name: 'a' });
    await expect(
      bed.app.setConnection(connection.id, { whisperTemplate: '{{ wrong }}' }),
    ).rejects.toMatchObject({ code: 'template-invalid' });
    await expect(bed.app.addConnection({ kind: 'tiktok', name: 'a' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await bed.app.setConnection(connection.id, { enabled: 'off' })).toMatchObject({
      name: 'a',
      enabled: 'off',
    });
    expect(await bed.app.findConnection(['tiktok'], connection.id)).toMatchObject({ name: 'a' });
    expect(await bed.app.findConnection(['site'], connection.id)).toBeUndefined();
  });
});

describe('identifySender', () => {
  it.each([
    ['192.0.2.1:5060', 'carrier'],
    ['192.0.2.1', 'carrier'],
    ['10.0.0.9:41234', undefined],
    ['[2001:db8::1]:5060', undefined],
    ['203.0.113.7:5060', undefined],
  ])('%s is %s', (address, who) => {
    expect(identifySender(simTelephony(), address)).toBe(who);
  });
});
