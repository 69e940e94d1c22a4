/** Calls, their recordings, and the emergency stop. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aLeg, anEvent, aRecording, branded } from '../support/store/samples.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
});
afterAll(() => bed.close());

const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
  bed.request({ method: 'POST', url, payload, headers });

describe('click to call', () => {
  it('says which field cannot be used', async () => {
    expect((await post('/v1/calls', { number: '12' })).json()).toMatchObject({ status: 422 });
    const unknown = await post('/v1/calls', { number: '+79161234567', policy: 'none' });
    expect(unknown.json()).toMatchObject({
      status: 422,
      code: 'field-invalid',
      fields: [{ field: 'policy' }],
    });
    const extra = await post('/v1/calls', { number: '+79161234567', nubmer: 1 });
    expect(extra.json()).toMatchObject({ status: 422, code: 'field-invalid' });
  });

  it('is 503 with Retry-After while the switch is not connected, and may be repeated with its key', async () => {
    for (let time = 0; time < 2; time += 1) {
      const answer = await post('/v1/calls', { number: '+79161234567' }, { 'idempotency-key': 'call-1' });
      expect(answer.json()).toMatchObject({ status: 503, code: 'switch-unavailable' });
      expect(answer.headers['retry-after']).toBe('5');
    }
  });
});

describe('the emergency stop', () => {
  it('is put on, refuses calls, shows in /readyz, and is lifted', async () => {
    const put = (calling: string) =>
      bed.request({ method: 'PUT', url: '/v1/control/calling', payload: { calling } });
    const state = async () => (await bed.request({ url: '/v1/control/calling' })).json();
    expect((await put('stopped')).json()).toEqual({ calling: 'stopped', hung_up: 0 });
    expect(await state()).toMatchObject({ calling: 'stopped' });
    expect((await post('/v1/calls', { number: '+79161234567' })).json()).toMatchObject({
      code: 'stopped-calling',
      status: 503,
    });
    expect((await bed.request({ url: '/readyz' })).json().checks.calling).toMatchObject({ ok: false });
    expect((await put('calling')).statusCode).toBe(200);
    expect(await state()).toMatchObject({ calling: 'calling' });
    expect((await put('paused')).statusCode).toBe(422);
  });
});

describe('calls', () => {
  beforeAll(async () => {
    const { calls, events } = bed.services.store;
    for (let number = 1; number <= 5; number += 1)
      await calls.add(
        aCall({
          id: branded(`call-${number}`),
          startedAt: number * 1000,
          ...(number === 3 && { clientNumber: branded('+79161234567'), operator: 'anna' }),
          ...(number === 5
            ? {}
            : {
                state: 'closed',
                endedAt: number * 1000 + 900,
                disposition: number % 2 === 0 ? 'answered' : 'busy',
              }),
        }),
      );
    await calls.update(branded('call-2'), { bridgedAt: 2100, unbridgedAt: 2850, whisperText: 'Callback.' });
    await calls.addLeg(
      aLeg({
        id: branded('leg-2'),
        callId: branded('call-2'),
        state: 'ended',
        ending: { by: 'callee', sipStatus: 486, q850: 17, at: 2900 },
        disposition: 'busy',
        endedAt: 2900,
      }),
    );
    const about = { callId: branded('call-2') };
    await events.append([
      anEvent('event-1', { ...about, name: 'call.started' }),
      anEvent('event-2', { ...about, name: 'prompt.spoken', payload: { text: 'Callback.', leg: 'leg-2' } }),
    ]);
  });

  it('are listed newest first, in pages, by disposition, phone, operator, and by being open', async () => {
    const ids = async (query: string) => (await bed.request({ url: `/v1/calls?${query}` })).json();
    const first = await ids('limit=2');
    expect(first.items.map(({ call_id: id }) => id)).toEqual(['call-5', 'call-4']);
    const second = await ids(`limit=3&cursor=${encodeURIComponent(first.next_cursor ?? '')}`);
    expect(second.items.map(({ call_id: id }) => id)).toEqual(['call-3', 'call-2', 'call-1']);
    expect(second.next_cursor).toBeNull();
    expect((await ids('disposition=busy')).items).toHaveLength(2);
    expect((await ids('phone=%2B79161234567')).items).toMatchObject([{ call_id: 'call-3' }]);
    expect((await ids('operator=anna')).items).toMatchObject([{ call_id: 'call-3' }]);
    expect((await ids('operator=anna&disposition=busy&phone=%2B1')).items).toEqual([]);
    expect((await ids('open=yes')).items).toMatchObject([{ call_id: 'call-5' }]);
    expect((await ids(`to=${new Date(2500).toISOString()}`)).items).toHaveLength(2);
  });

  it('are shown with legs, timeline, words spoken and talk time', async () => {
    const call = (await bed.request({ url: '/v1/calls/call-2' })).json();
    expect(call).toMatchObject({
      disposition: 'answered',
      talk_seconds: 0.75,
      bridged_at: '1970-01-01T00:00:02.100Z',
      whisper_text: 'Callback.',
      prompts: ['Callback.'],
      legs: [{ leg_id: 'leg-2', sip_status: 486, q850: 17, ended_by: 'callee', ringing_at: null }],
      recordings: [],
    });
    expect(call.timeline.map(({ id }) => id)).toEqual(['event-1', 'event-2']);
    expect((await bed.request({ url: '/v1/calls/none' })).statusCode).toBe(404);
  });

  it('that are not going on cannot be commanded', async () => {
    expect((await post('/v1/calls/call-2/commands', { command: 'hang-up' })).json()).toMatchObject({
      status: 409,
      code: 'conflict',
    });
    expect((await post('/v1/calls/none/commands', { command: 'hang-up' })).statusCode).toBe(404);
    expect((await post('/v1/calls/call-2/commands', { command: 'explode' })).statusCode).toBe(422);
    expect((await post('/v1/calls/call-2/commands', { command: 'tag', tags: [] })).statusCode).toBe(422);
  });
});

describe('a recording', () => {
  const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
  let path: string;
  const get = (range?: string, id = 'call-heard') =>
    bed.request({ url: `/v1/calls/${id}/recording`, ...(range === undefined ? {} : { headers: { range } }) });

  beforeAll(async () => {
    const folder = join(bed.directory, 'recordings');
    path = join(folder, 'heard.wav');
    await mkdir(folder, { recursive: true });
    await writeFile(path, BYTES);
    const { calls, recordings } = bed.services.store;
    for (const id of ['call-heard', 'call-recording', 'call-silent'])
      await calls.add(aCall({ id: branded(id) }));
    await recordings.add(
      aRecording({ id: branded('r-1'), callId: branded('call-heard'), path, state: 'ready' }),
    );
    await recordings.add(aRecording({ id: branded('r-2'), callId: branded('call-recording') }));
  });

  it('comes whole', async () => {
    const answer = await get();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '1000',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
    });
    expect(answer.rawPayload.equals(BYTES)).toBe(true);
  });

  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=990-', 990, 1000],
    ['bytes=-5', 995, 1000],
    ['bytes=900-5000', 900, 1000],
  ])('comes in part: %s', async (range, first, end) => {
    const answer = await get(range);
    expect(answer.statusCode).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${first}-${end - 1}/1000`);
    expect(answer.rawPayload.equals(BYTES.subarray(first, end))).toBe(true);
  });

  it('has no bytes beyond its end', async () => {
    const answer = await get('bytes=1000-');
    expect(answer.statusCode).toBe(416);
    expect(answer.headers['content-range']).toBe('bytes */1000');
    expect(answer.rawPayload).toHaveLength(0);
  });

  it('of a time that was spoken is heard by itself', async () => {
    const { calls, recordings } = bed.services.store;
    const [id, spoken] = ['call-spoken', 'r-spoken'] as const;
    const note = join(bed.directory, 'recordings', 'note.wav');
    await writeFile(note, BYTES.subarray(0, 100));
    const outcome = { mark: 'later', by: 'anna', at: 1, spoken: branded(spoken) } as const;
    await calls.add(aCall({ id: branded(id), outcome, state: 'closed' }));
    const box = 'spoken-time';
    await recordings.add(
      aRecording({ id: branded(spoken), callId: branded(id), path: note, state: 'ready', box }),
    );
    expect((await get(undefined, id)).json().detail).toBe('call call-spoken has no recording');
    const heard = await bed.request({ url: `/v1/calls/${id}/spoken-time` });
    expect([heard.statusCode, heard.rawPayload.length]).toEqual([200, 100]);
    const none = await bed.request({ url: '/v1/calls/call-heard/spoken-time' });
    expect(none.json().detail).toBe('call call-heard has no spoken time');
    const shown = (await bed.request({ url: `/v1/calls/${id}` })).json();
    expect(shown).toMatchObject({ outcome: { spoken_recording_id: spoken }, recordings: [{ box }] });
  });

  it('is 404 when it is not there yet, never was, or its file is gone', async () => {
    expect((await get(undefined, 'call-recording')).json().detail).toMatch(/is recording/);
    expect((await get(undefined, 'call-silent')).json()).toMatchObject({ code: 'not-found' });
    expect((await get(undefined, 'none')).statusCode).toBe(404);
    await rm(path);
    expect((await get()).json()).toMatchObject({ status: 404, detail: 'the file of this recording is gone' });
  });
});

describe('health', () => {
  it('tells a live process from one that can make calls', async () => {
    expect((await bed.request({ url: '/healthz' })).json()).toEqual({ status: 'alive' });
    const ready = await bed.request({ url: '/readyz' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({
      ready: false,
      checks: { switch: { ok: false, detail: 'signalling closed, media closed' }, store: { ok: true } },
    });
  });

  it('is ready when store and switch are', async () => {
    const status = () => ({ signalling: 'ready', media: 'ready', legs: 0, registrations: 2 }) as const;
    const { offlineSwitch } = await import('../../src/main/offline-switch.js');
    const up = await openHttpBed({ switch: { ...offlineSwitch, status } });
    expect((await up.request({ url: '/readyz' })).statusCode).toBe(200);
    expect((await up.request({ url: '/metrics' })).body).toMatch(/^dialtrace_registrations 2$/m);
    await up.close();
  });

  it('is measured in text that Prometheus reads', async () => {
    const { body, headers } = await bed.request({ url: '/metrics' });
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = body.split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]\w* .+|[a-z_]\w*(\{(\w+="[^"]*",?)*\})? -?[\d.e+]+(Inf|NaN)?)$/i,
      );
    expect(
      lines.some((line) =>
        /^dialtrace_http_request_seconds_count\{.*route="\/v1\/calls\/:id\/recording".*status="206".*\} 4$/.test(
          line,
        ),
      ),
    ).toBe(true);
    expect(lines).toContain('dialtrace_store_up 1');
    expect(lines).toContain('dialtrace_switch_up{connection="signalling"} 0');
    expect(lines.some((line) => line.startsWith('dialtrace_leads{'))).toBe(false);
    await post('/v1/leads', { phone: '+79169990000' });
    expect((await bed.request({ url: '/metrics' })).body).toContain('dialtrace_leads{status="queued"} 1');
  });
});
