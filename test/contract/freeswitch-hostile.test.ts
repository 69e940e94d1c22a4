// What a careless or hostile peer can do to the FreeSWITCH look-alike: it refuses, ignores or cuts off, and lives on.
import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBareServer, PASSWORD, type BareServer } from '../support/freeswitch/bare-server.js';
import { offer } from '../support/freeswitch/fsmrf.js';
import { RawEsl } from '../support/freeswitch/raw-esl.js';

const PORTS = { first: 42_000, last: 42_002 };

let bed: BareServer;
beforeEach(async () => {
  bed = await openBareServer({ portRange: PORTS });
});
afterEach(() => bed.close());

describe('RTP ports', () => {
  it.each(['with an offer', 'without'])('refuses a call %s with 503 when none is left', async (kind) => {
    for (let count = 0; count < 2; count += 1) expect(await bed.invite()).toMatchObject({ kind: 'answered' });
    const refused = await bed.invite(kind === 'without' ? '' : undefined);
    expect(refused).toMatchObject({ kind: 'failed', response: { status: 503 } });
    await vi.waitFor(() => expect(bed.server.stats().channels).toBe(2));
    await bed.admin.api(
      `uuid_kill ${(await bed.admin.api('show channels')).split('\n')[1]?.split(',')[0] ?? ''}`,
    );
    await vi.waitFor(() => expect(bed.server.stats().rtpPorts).toBe(1));
    expect(await bed.invite()).toMatchObject({ kind: 'answered' });
  });

  it.each(['m=audio 70000 ', 'm=audio 65536 '])('survives an SDP with %s', async (line) => {
    const { uuid } = await bed.call(offer(40_000).replace('m=audio 40000 ', line));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await bed.admin.api(`uuid_exists ${uuid}`)).toBe('true');
  });

  it('survives an SDP with an address that is none', async () => {
    const { uuid } = await bed.call(offer(40_000).replaceAll('IN IP4 127.0.0.1', 'IN IP4 phone.invalid'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await bed.admin.api(`uuid_exists ${uuid}`)).toBe('true');
  });

  it('ignores what is no RTP of this call', async () => {
    const { uuid } = await bed.call();
    const socket = createSocket('udp4');
    const junk = [
      Buffer.alloc(0),
      Buffer.from([0x80]),
      Buffer.from('0001000021122a4211111111111111111111111111', 'hex'), // STUN
      Buffer.from('16fefd000000000000000000200100', 'hex'), // DTLS
      Buffer.from('80c8000600000000', 'hex'), // RTCP SR
      Buffer.concat([Buffer.from('bf00', 'hex'), Buffer.alloc(10, 0xff)]), // CSRC, extension, padding cut off
      Buffer.concat([Buffer.from('8065', 'hex'), Buffer.alloc(10)]), // telephone-event without payload
      Buffer.concat([Buffer.from('8000', 'hex'), Buffer.alloc(60_000, 0x7f)]),
    ];
    for (const packet of junk) socket.send(packet, PORTS.first, '127.0.0.1');
    for (let count = 0; count < 2000; count += 1)
      socket.send(
        Buffer.from(Array.from({ length: (count * 7) % 80 }, (_, at) => (at * count * 31) & 0xff)),
        PORTS.first,
        '127.0.0.1',
      );
    await vi.waitFor(() => expect(socket.getSendQueueCount()).toBe(0));
    socket.close();
    expect(await bed.admin.api(`uuid_exists ${uuid}`)).toBe('true');
  });
});

describe('the event socket', () => {
  it('cuts off a client whose command never ends', async () => {
    const client = new RawEsl(bed.server.eventSocketPort);
    client.write(`auth ${'x'.repeat(2_000_000)}`);
    await vi.waitFor(() => expect(client.closed).toBe(true), 3000);
    expect(await bed.admin.api('status')).toMatch(/^UP/);
  });

  it('cuts off a client that does not read its events', async () => {
    const stuck = await RawEsl.authorised(bed.server.eventSocketPort, PASSWORD);
    await stuck.command('event json CUSTOM');
    stuck.pause();
    const body = 'x'.repeat(500_000);
    for (let count = 0; count < 60; count += 1)
      await bed.admin.command(
        `sendevent CUSTOM\nEvent-Subclass: load::x\nContent-Length: ${body.length}\n\n${body}`.trimEnd(),
      );
    await vi.waitFor(() => expect(bed.server.stats().inboundConnections).toBe(1), 3000);
  });

  it('does not take more commands than it can run', async () => {
    const client = await RawEsl.authorised(bed.server.eventSocketPort, PASSWORD);
    const before = client.frames.length;
    client.write('api uptime\n\n'.repeat(50_000));
    await vi.waitFor(() => expect(client.frames.length - before).toBe(50_000), 15_000);
    client.close();
  });

  it('survives a digit binding that is no regular expression', async () => {
    const { uuid } = await bed.call();
    await bed.admin.command(
      `sendmsg ${uuid}\ncall-command: execute\nexecute-app-name: bind_digit_action\nexecute-app-arg: r,~(,exec:sleep,1`,
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await bed.admin.api(`uuid_recv_dtmf ${uuid} 1`)).toContain('+OK');
    expect(await bed.admin.api(`uuid_exists ${uuid}`)).toBe('true');
  });

  it('delivers thousands of events in order', async () => {
    const listener = await RawEsl.authorised(bed.server.eventSocketPort, PASSWORD);
    await listener.command('event json CUSTOM load::x');
    const first = listener.frames.length;
    for (let count = 0; count < 5000; count += 1)
      bed.admin.write(`sendevent CUSTOM\nEvent-Subclass: load::x\nNumber: ${count}\n\n`);
    await vi.waitFor(() => expect(listener.frames.length).toBe(first + 5000), 10_000);
    const numbers = listener.frames
      .slice(first)
      .map(({ body }) => Number((JSON.parse(body) as { Number: string }).Number));
    expect(numbers).toEqual(Array.from({ length: 5000 }, (_, at) => at));
    listener.close();
  });
});
