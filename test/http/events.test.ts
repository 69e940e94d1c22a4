/** /v1/events over a real socket: live, resumed without gap or duplicate, and cut off when nobody reads. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TimelineEvent } from '../../src/domain/calls/events.js';
import { openEventStream } from '../support/http/event-stream.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { anEvent } from '../support/store/samples.js';

let bed: HttpBed;
let url: string;
beforeAll(async () => {
  bed = await openHttpBed();
  url = `${await bed.server.listen({ host: '127.0.0.1', port: 0 })}/v1/events`;
});
afterAll(() => bed.close());

let made = 0;
const fresh = (count: number, payload: Record<string, unknown> = {}): TimelineEvent[] =>
  Array.from({ length: count }, () =>
    anEvent(`event-${String((made += 1)).padStart(6, '0')}`, { at: bed.services.clock.now(), payload }),
  );
const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

/** As the application does it: committed, then published. */
async function commit(events: readonly TimelineEvent[]): Promise<void> {
  await bed.services.store.events.append(events);
  bed.services.events.publish(events);
}

describe('the event stream', () => {
  it('tells what is committed, as it happens', async () => {
    const stream = await openEventStream(url);
    expect(stream.status).toBe(200);
    const posted = await fetch(url.replace('/events', '/leads'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"phone":"+79161234567"}',
    });
    const { lead_id: leadId } = (await posted.json()) as { lead_id: string };
    const [event] = await stream.until(1);
    expect(event).toMatchObject({
      name: 'lead.received',
      value: { name: 'lead.received', lead_id: leadId, call_id: null },
    });
    stream.close();
  });

  it('goes on after the last event a reader had, without gap or duplicate, while more are committed', async () => {
    const before = fresh(1200);
    await commit(before);
    const resumeAt = before[99]!.id;
    const during = fresh(300);
    const opening = openEventStream(url, { 'last-event-id': resumeAt });
    for (let from = 0; from < during.length; from += 50) await commit(during.slice(from, from + 50));
    const stream = await opening;
    const after = fresh(5);
    await commit(after);
    const wanted = ids([...before.slice(100), ...during, ...after]);
    await stream.until(wanted.length);
    expect(ids(stream.events)).toEqual(wanted);
    stream.close();
  });

  it('repeats nothing that was committed before and is published after the reader came', async () => {
    const [first, second] = fresh(2);
    await bed.services.store.events.append([first!, second!]);
    const stream = await openEventStream(`${url}?after=${first!.id}`);
    await stream.until(1);
    bed.services.events.publish([first!, second!]);
    const [third] = fresh(1);
    await commit([third!]);
    await stream.until(2);
    expect(ids(stream.events)).toEqual([second!.id, third!.id]);
    stream.close();
  });

  it('lets go of a reader that went away, and counts those that are there', async () => {
    const streams = async () =>
      /^dialtrace_event_streams (\d+)$/m.exec((await bed.request({ url: '/metrics' })).body)?.[1];
    const stream = await openEventStream(url);
    expect(Number(await streams())).toBeGreaterThan(0);
    stream.close();
    await stream.ended;
    await vi.waitUntil(async () => (await streams()) === '0', { timeout: 5000 });
    await commit(fresh(1));
    const next = await openEventStream(url);
    await commit(fresh(1));
    expect(await next.until(1)).toHaveLength(1);
    next.close();
  });

  it('cuts off a reader that does not read', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(`GET /v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    // More than the sockets of both sides and our own limit hold.
    for (let count = 0; count < 120; count += 1)
      bed.services.events.publish(fresh(1, { text: 'x'.repeat(100_000) }));
    const closed = once(socket, 'close');
    socket.resume().on('error', () => undefined);
    await closed;
    expect(socket.bytesRead).toBeLessThan(120 * 100_000);
  });

  it('needs the scope read, also by its address', async () => {
    const locked = await openHttpBed({ http: { access: 'keys' } });
    const address = `${await locked.server.listen({ host: '127.0.0.1', port: 0 })}/v1/events`;
    expect((await openEventStream(address)).status).toBe(401);
    const leadsOnly = await locked.addKey('leads');
    expect((await openEventStream(address, { authorization: `Bearer ${leadsOnly}` })).status).toBe(403);
    const stream = await openEventStream(`${address}?access_token=${await locked.addKey('read')}`);
    expect(stream.status).toBe(200);
    // A closing server does not wait for its readers.
    await locked.close();
    await stream.ended;
  });
});
