/**
 * Plays the client's side of a recorded trace (control connections and far SIP party) against a server, and compares
 * what the server sends with the recording. The next client message goes out when all server messages recorded before it
 * have come; time is virtual and follows the recording.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as TcpSocket } from 'node:net';
import { openDrachtio } from '../../../src/engine/drachtio/drachtio-server.js';
import type { DrachtioServer } from '../../../src/engine/drachtio/options.js';
import { createDrachtioFrameReader, encodeDrachtioFrame } from '../../../src/wire/drachtio-frame.js';
import { createBindings } from './trace-bindings.js';
import type { Trace, TraceEntry } from './trace.js';
import { createVirtualClock } from './virtual-clock.js';

/** Port of the recorded server. */
const RECORDED_PORT = 5070;
/** How long a recorded server message may take to come, unless the test knows better. */
const PATIENCE_MS = 1000;

/** Messages in order of arrival, with waiting. */
class Inbox {
  readonly #messages: string[] = [];
  #wake: () => void = () => undefined;

  push(message: string): void {
    this.#messages.push(message);
    this.#wake();
  }

  async next(patienceMs: number): Promise<string | undefined> {
    const arrival = new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#messages.length === 0) await withDeadline(arrival, patienceMs);
    return this.#messages.shift();
  }

  rest(): readonly string[] {
    return this.#messages;
  }
}

async function withDeadline(event: Promise<unknown>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
  await Promise.race([event, deadline]);
  clearTimeout(timer);
}

const CLOSED = '<closed>';

/** Differing lines; none when the server behaves as recorded. */
export async function replay(trace: Trace, patienceMs = PATIENCE_MS): Promise<string[]> {
  const run = new Replay(trace, patienceMs);
  try {
    return await run.play();
  } finally {
    await run.close();
  }
}

class Replay {
  readonly #trace: Trace;
  readonly #patienceMs: number;
  readonly #clock = createVirtualClock(Date.UTC(2030, 0, 1));
  readonly #start = this.#clock.now();
  readonly #bindings = createBindings();
  readonly #controls = new Map<string, { readonly socket: TcpSocket; readonly inbox: Inbox }>();
  readonly #fars = new Map<number, { readonly socket: UdpSocket; readonly inbox: Inbox }>();
  readonly #differences: string[] = [];
  #server: DrachtioServer | undefined;

  constructor(trace: Trace, patienceMs: number) {
    this.#trace = trace;
    this.#patienceMs = patienceMs;
  }

  get #running(): DrachtioServer {
    if (!this.#server) throw new Error('not started');
    return this.#server;
  }

  async play(): Promise<string[]> {
    await this.#open();
    for (const entry of this.#trace.entries) {
      this.#clock.advanceTo(this.#start + entry.t_ms);
      await (entry.dir === 'c>s' ? this.#drive(entry) : this.#expect(entry));
    }
    await this.#flush();
    for (const [conn, { inbox }] of this.#controls) this.#reportRest(conn, inbox);
    for (const [port, { inbox }] of this.#fars) this.#reportRest(`sip ${String(port)}`, inbox);
    return this.#differences;
  }

  async #open(): Promise<void> {
    this.#server = await openDrachtio({
      adminAddress: '127.0.0.1',
      adminPort: 0,
      secret: 'cymru',
      sip: [{ address: '127.0.0.1', port: 0, protocols: ['udp', 'tcp'] }],
      clock: this.#clock,
      cdrs: 'on',
      version: 'v0.9.10-1-g9c2dd4cb6a',
    });
    this.#bindings.bind('port', String(RECORDED_PORT), String(this.#server.sipPort));
    for (const port of farPorts(this.#trace)) await this.#openFar(port);
  }

  async #openFar(recorded: number): Promise<void> {
    const socket = createSocket('udp4');
    const inbox = new Inbox();
    socket.on('message', (bytes) => {
      inbox.push(bytes.toString('utf8'));
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#bindings.bind('port', String(recorded), String(socket.address().port));
    this.#fars.set(recorded, { socket, inbox });
  }

  async #drive(entry: TraceEntry): Promise<void> {
    if (entry.event === 'open') await this.#connect(entry.conn);
    else if (entry.event === 'close') await this.#disconnect(entry.conn);
    else if (entry.conn === 'sip') await this.#sendSip(entry);
    else await this.#sendFrame(entry);
  }

  async #connect(conn: string): Promise<void> {
    const socket = connect(this.#running.adminPort, '127.0.0.1');
    const inbox = new Inbox();
    const reader = createDrachtioFrameReader();
    socket.on('data', (chunk) => {
      for (const frame of reader.push(chunk).frames)
        inbox.push(`${String(Buffer.byteLength(frame))}#${frame}`);
    });
    socket.on('close', () => {
      inbox.push(CLOSED);
    });
    await once(socket, 'connect');
    this.#controls.set(conn, { socket, inbox });
  }

  /** Returns when the server has noticed. */
  async #disconnect(conn: string): Promise<void> {
    const control = this.#controls.get(conn);
    if (!control) return;
    this.#reportRest(conn, control.inbox);
    this.#controls.delete(conn);
    control.socket.end();
    await once(control.socket, 'close');
  }

  async #sendFrame(entry: TraceEntry): Promise<void> {
    const payload = this.#bindings.translate(entry.text.slice(entry.text.indexOf('#') + 1));
    const before = this.#running.stats().commands;
    this.#controls.get(entry.conn)?.socket.write(encodeDrachtioFrame(payload));
    const isCommand = !payload.includes('|authenticate|') && !payload.includes('|bogus|');
    if (isCommand) await this.#until(() => this.#running.stats().commands > before);
  }

  async #sendSip(entry: TraceEntry): Promise<void> {
    const before = this.#running.stats().sip.received;
    this.#fars
      .get(entry.src ?? 0)
      ?.socket.send(this.#bindings.translate(entry.text), this.#running.sipPort, '127.0.0.1');
    await this.#until(() => this.#running.stats().sip.received > before);
  }

  /** The two ports are read in no fixed order, so each message is taken before the next one leaves. */
  async #until(isTrue: () => boolean): Promise<void> {
    const deadline = performance.now() + this.#patienceMs;
    while (!isTrue() && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  }

  async #expect(entry: TraceEntry): Promise<void> {
    const inbox =
      entry.conn === 'sip' ? this.#fars.get(entry.dst ?? 0)?.inbox : this.#controls.get(entry.conn)?.inbox;
    const actual = await inbox?.next(this.#patienceMs);
    const recorded = entry.event === 'close' ? CLOSED : entry.text;
    const where = `${String(entry.t_ms)} ms ${entry.conn}`;
    if (actual === undefined) this.#differences.push(`${where}: missing ${firstLines(recorded)}`);
    else
      this.#differences.push(...this.#bindings.compare(recorded, actual).map((line) => `${where}: ${line}`));
  }

  /** What the server sent before it answers a probe has arrived by then. */
  async #flush(): Promise<void> {
    const probe = createSocket('udp4');
    probe.bind(0, '127.0.0.1');
    await once(probe, 'listening');
    const lines = [
      `PUBLISH sip:probe@127.0.0.1:${String(this.#running.sipPort)} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${String(probe.address().port)};branch=z9hG4bKprobe`,
      'From: <sip:probe@127.0.0.1>;tag=probe',
      'To: <sip:probe@127.0.0.1>',
      'Call-ID: probe',
      'CSeq: 1 PUBLISH',
      'Content-Length: 0',
    ];
    probe.send(`${lines.join('\r\n')}\r\n\r\n`, this.#running.sipPort, '127.0.0.1');
    await withDeadline(once(probe, 'message'), PATIENCE_MS);
    await new Promise((resolve) => setImmediate(resolve));
    probe.close();
  }

  #reportRest(where: string, inbox: Inbox): void {
    for (const message of inbox.rest()) this.#differences.push(`${where}: unexpected ${firstLines(message)}`);
  }

  async close(): Promise<void> {
    for (const { socket } of this.#controls.values()) socket.destroy();
    for (const { socket } of this.#fars.values()) socket.close();
    await this.#server?.close();
  }
}

function firstLines(message: string): string {
  return JSON.stringify(message.split('\r\n').slice(0, 2).join(' / '));
}

function farPorts(trace: Trace): number[] {
  const ports = trace.entries.flatMap(({ conn, src, dst }) => (conn === 'sip' ? [src ?? 0, dst ?? 0] : []));
  return [...new Set(ports)].filter((port) => port !== RECORDED_PORT && port !== 0);
}
