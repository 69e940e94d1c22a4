/** A real call's SIP on a socket that decodes HEP3 as Homer does: every message, between the right ends, without secrets. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { openHepSender, type HepSettings } from '../../src/main/adapters/hep-sender.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { readHep3, type Hep } from '../support/sip/read-hep3.js';
import { testPorts, until } from '../support/switch/test-switch.js';

let office: Office | undefined;
afterEach(async () => {
  await office?.close();
  office = undefined;
});

async function collector(): Promise<{ readonly port: number; readonly seen: Hep[] }> {
  const socket: Socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const seen: Hep[] = [];
  socket.on('message', (packet) => seen.push(readHep3(packet)));
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, seen };
}

describe('signalling.hep', { timeout: 60_000 }, () => {
  it('tells Homer the messages of both legs of a callback', async () => {
    const { port, seen } = await collector();
    office = await openOffice({
      settings: { signalling: { hep: { host: '127.0.0.1', port, agent: 77 } } },
      operator: {
        onCall: { kind: 'answer', ringing: { kind: 'plain' } },
        press: [{ digits: '1', when: { kind: 'after', ms: 1500 } }],
      },
      client: { onCall: { kind: 'reject', status: 486 } },
    });
    const { dialtrace, operator, client } = office;
    const finished = office.nextFinished();
    const lead = { source: 'api', kind: 'form', rawPhone: CLIENT, answers: [], touch: {} } as const;
    await dialtrace.app.takeLead(lead);
    await finished;
    const line = ({ payload }: Hep) => payload.slice(0, payload.indexOf('\r\n'));
    await until('the refusal is told', () => seen.some((hep) => line(hep).startsWith('SIP/2.0 486')));
    const portOf = (uri: string) => Number(/:(\d+)$/.exec(uri)?.[1]);
    const [ours, theirs] = [portOf(office.sipUri('x')), portOf(client.uri)];
    const invite = seen.find((hep) => line(hep).startsWith(`INVITE sip:${CLIENT}@`));
    expect(invite).toMatchObject({
      family: 2,
      protocol: 17,
      from: `127.0.0.1:${ours}`,
      to: `127.0.0.1:${theirs}`,
      kind: 1,
      agent: 77,
      correlation: /^Call-ID: (.*)\r$/im.exec(invite?.payload ?? '')?.[1],
    });
    const refusal = seen.find((hep) => line(hep).startsWith('SIP/2.0 486'));
    expect(refusal).toMatchObject({ from: `127.0.0.1:${theirs}`, to: `127.0.0.1:${ours}` });
    // The operator's phone registered before: challenged, then with the answer left out.
    const registers = seen.filter((hep) => line(hep).startsWith('REGISTER '));
    expect(registers).toHaveLength(2);
    expect(registers[1]?.payload).toMatch(/^Authorization: .*response="\(removed\)"/m);
    expect(registers[1]).toMatchObject({
      to: `127.0.0.1:${ours}`,
      from: `127.0.0.1:${portOf(operator.uri)}`,
    });
    expect(
      seen.filter((hep) => /^CSeq: \d+ REGISTER\r$/m.test(hep.payload) && line(hep).startsWith('SIP/2.0')),
    ).toHaveLength(2);
    expect(Math.abs((invite?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(
      seen.some(
        (hep) => hep.payload.includes(`To: <sip:anna@`) || hep.to.endsWith(String(portOf(operator.uri))),
      ),
    ).toBe(true);
  });
});

describe('a sender', () => {
  const SETTINGS: HepSettings = { host: '127.0.0.1', port: 0, transport: 'udp', agent: 1, mostPerSecond: 10 };
  const trace = (text: string) => ({ at: Date.now(), direction: 'in', protocol: 'udp', text }) as const;
  const MESSAGE = 'OPTIONS sip:a@[2001:db8::1]:5062 SIP/2.0\r\nCall-ID: c1\r\n\r\n';
  const counting = () => {
    const outcomes: string[] = [];
    const metrics = {
      count: (_name: string, labels: Readonly<Record<string, string>> = {}) =>
        void outcomes.push(labels['outcome'] ?? ''),
      observe: () => undefined,
    };
    return { outcomes, ports: { ...testPorts(), metrics } };
  };

  it('drops what is too much for a second', async () => {
    const { port, seen } = await collector();
    const { outcomes, ports } = counting();
    const sender = openHepSender({ ...SETTINGS, port, password: 'homer' }, ports);
    for (let index = 0; index < 25; index += 1) sender.send({ ...trace(MESSAGE), direction: 'out' }, 'call');
    await until('ten came', () => seen.length === 10);
    expect(outcomes.filter((each) => each === 'dropped')).toHaveLength(15);
    expect(seen[0]).toMatchObject({
      family: 10,
      to: '2001:db8::1:5062',
      password: 'homer',
      correlation: 'c1',
    });
    sender.close();
  });

  it('leaves room for calls when registrations are many', async () => {
    const { port, seen } = await collector();
    const { outcomes, ports } = counting();
    const sender = openHepSender({ ...SETTINGS, port }, ports);
    for (let index = 0; index < 8; index += 1) sender.send(trace(MESSAGE), 'beside');
    sender.send(trace(MESSAGE), 'call');
    await until('half of them came, and the call', () => seen.length === 6);
    expect(outcomes.filter((each) => each === 'dropped')).toHaveLength(3);
    sender.close();
  });

  it('goes over TCP, one packet after the other', async () => {
    const chunks: Buffer[] = [];
    const server = createServer((socket) => socket.on('data', (chunk) => chunks.push(chunk)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const { ports } = counting();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const sender = openHepSender({ ...SETTINGS, port, transport: 'tcp' }, ports);
    for (const text of ['a', 'b']) sender.send(trace(`${MESSAGE}${text}`), 'call');
    const bytes = () => Buffer.concat(chunks);
    await until('both came', () => bytes().length > 0 && bytes().length === 2 * bytes().readUInt16BE(4));
    const first = readHep3(bytes());
    expect([first.payload, readHep3(bytes().subarray(bytes().readUInt16BE(4))).payload]).toEqual([
      `${MESSAGE}a`,
      `${MESSAGE}b`,
    ]);
    sender.close();
  });

  it('says once that nobody is there, and slows nobody', async () => {
    const { outcomes, ports } = counting();
    const sender = openHepSender({ ...SETTINGS, port: 1, transport: 'tcp' }, ports);
    sender.send(trace(MESSAGE), 'call');
    await until('it failed', () => outcomes.includes('failed'));
    sender.send(trace(MESSAGE), 'call');
    expect(ports.log.filter((text) => text.includes('Homer'))).toHaveLength(1);
    sender.close();
  });
});
