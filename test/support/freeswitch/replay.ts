/**
 * Replays the client side of a recorded trace (event-socket commands, drachtio's SIP) against a running server and
 * collects what the server says, per connection. The pace is the recording's: each client frame waits for the server
 * frames recorded before it, and for the time that lay between.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { FreeSwitchServer } from '../../../src/engine/freeswitch/options.js';
import { EslFrameReader, type EslFrame } from '../../../src/wire/esl-frame.js';
import { ackInPlace, callIdOf } from './ack-in-place.js';
import { FarEnd } from './far-end.js';
import type { Names } from './names.js';
import { freeSwitchPort, type Trace, type TraceLine } from './trace.js';
import { okTo, sipHeader, sipTag, withTrueLength } from './sip-text.js';

export interface DigitPress {
  readonly t_ms: number;
  /** Outbound connection of the endpoint whose phone presses. */
  readonly conn: string;
  readonly digit: string;
}

export interface ReplayOptions {
  readonly names: Names;
  readonly digits: readonly DigitPress[];
  /** Longer pauses of the recording are cut to this. */
  readonly maxGapMs?: number;
}

export interface Replayed {
  readonly esl: ReadonlyMap<string, readonly EslFrame[]>;
  readonly sip: readonly string[];
  /** Server frames that never came, and connections it did not close. */
  readonly missing: readonly string[];
}

const FRAME_DEADLINE_MS = 2500;
const LATE_FRAMES_MS = 150;

type Step = { readonly t_ms: number } & (
  { readonly kind: 'line'; readonly line: TraceLine } | { readonly kind: 'digit'; readonly press: DigitPress }
);

export async function replay(
  trace: Trace,
  server: FreeSwitchServer,
  options: ReplayOptions,
): Promise<Replayed> {
  const player = new Player(trace, server, options);
  await player.open();
  try {
    await player.run();
  } finally {
    await player.close();
  }
  return player.result();
}

interface Wire {
  readonly frames: EslFrame[];
  socket: Socket | undefined;
  ended: boolean;
  /** Frames that had come when the client left. */
  framesAtClose: number | undefined;
}

class Player {
  readonly #trace: Trace;
  readonly #server: FreeSwitchServer;
  readonly #options: ReplayOptions;
  readonly #port: number;
  readonly #wires = new Map<string, Wire>();
  readonly #expected = new Map<string, number>();
  readonly #sip: string[] = [];
  readonly #farEnds = new Map<string, FarEnd>();
  /** SDP port offered in each dialog, by Call-ID. */
  readonly #phones = new Map<string, FarEnd>();
  readonly #missing: string[] = [];
  readonly #udp: UdpSocket = createSocket('udp4');
  readonly #outbound: Server;
  #accepted = 0;
  #changed: () => void = () => undefined;

  constructor(trace: Trace, server: FreeSwitchServer, options: ReplayOptions) {
    this.#trace = trace;
    this.#server = server;
    this.#options = options;
    this.#port = freeSwitchPort(trace);
    this.#outbound = createServer((socket) => {
      this.#accepted += 1;
      this.#attach(`esl-out-${this.#accepted}`, socket);
      this.#changed();
    });
  }

  async open(): Promise<void> {
    const { names } = this.#options;
    await new Promise<void>((resolve) => this.#outbound.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => this.#udp.bind(0, '127.0.0.1', resolve));
    const address = this.#outbound.address();
    const outboundPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
    for (const recorded of ['8184', '8484'])
      if (JSON.stringify(this.#trace.lines).includes(`127.0.0.1:${recorded}`))
        names.pair(recorded, String(outboundPort));
    names.pair('5070', String(this.#udp.address().port));
    names.pair(String(this.#port), String(this.#server.sipPort));
    this.#udp.on('message', (bytes) => {
      this.#sipReceived(bytes.toString('utf8'));
    });
  }

  async run(): Promise<void> {
    let previous = 0;
    for (const step of this.#steps()) {
      const gap = Math.max(0, step.t_ms - previous);
      if (gap > 0) await pause(Math.min(gap, this.#options.maxGapMs ?? gap));
      previous = Math.max(previous, step.t_ms);
      if (step.kind === 'digit') void this.#press(step.press);
      else await this.#step(step.line);
    }
    await pause(LATE_FRAMES_MS);
  }

  result(): Replayed {
    const certain = (name: string, { frames, framesAtClose }: Wire) =>
      framesAtClose === undefined
        ? frames
        : frames.slice(0, Math.max(framesAtClose, this.#expected.get(name) ?? 0));
    return {
      esl: new Map([...this.#wires].map(([name, wire]) => [name, certain(name, wire)])),
      sip: this.#sip,
      missing: this.#missing,
    };
  }

  async close(): Promise<void> {
    for (const { socket } of this.#wires.values()) socket?.destroy();
    for (const farEnd of this.#farEnds.values()) farEnd.close();
    this.#udp.close();
    await new Promise((resolve) => this.#outbound.close(resolve));
  }

  #steps(): Step[] {
    const lines = ackInPlace(this.#trace.lines).map((line): Step => ({
      t_ms: line.t_ms,
      kind: 'line',
      line,
    }));
    const presses = this.#options.digits.map((press): Step => ({ t_ms: press.t_ms, kind: 'digit', press }));
    const steps = [...lines];
    for (const press of presses) {
      const at = steps.findIndex(({ t_ms }) => t_ms > press.t_ms);
      steps.splice(at < 0 ? steps.length : at, 0, press);
    }
    return steps;
  }

  async #step(line: TraceLine): Promise<void> {
    if (line.conn === 'sip') return this.#sipStep(line);
    if (line.event === 'open') return this.#open(line);
    if (line.event === 'close') return this.#closeStep(line);
    if (line.dir === 'c>s') this.#sendCommand(line);
    else await this.#awaitFrame(line);
  }

  #sendCommand(line: TraceLine): void {
    const wire = this.#wires.get(line.conn);
    wire?.socket?.write(this.#options.names.toLive(line.text));
    if (line.text.startsWith('exit')) this.#leaves(wire);
  }

  /** Whether the farewell to a client that leaves was still recorded is chance. */
  #leaves(wire: Wire | undefined): void {
    if (wire !== undefined) wire.framesAtClose ??= wire.frames.length;
  }

  async #open(line: TraceLine): Promise<void> {
    if (line.dir === 's>c') {
      await this.#until(() => this.#wires.has(line.conn), `${line.conn} was not opened`);
      return;
    }
    const socket = createConnection({ host: '127.0.0.1', port: this.#server.eventSocketPort, noDelay: true });
    this.#attach(line.conn, socket);
    await new Promise((resolve) => socket.once('connect', resolve));
  }

  async #closeStep(line: TraceLine): Promise<void> {
    const wire = this.#wires.get(line.conn);
    if (line.dir === 'c>s' && wire !== undefined) {
      this.#leaves(wire);
      wire.socket?.end();
    }
    if (line.dir === 's>c') await this.#until(() => wire?.ended ?? true, `${line.conn} was not closed`);
  }

  async #awaitFrame(line: TraceLine): Promise<void> {
    const count = (this.#expected.get(line.conn) ?? 0) + 1;
    this.#expected.set(line.conn, count);
    const wire = this.#wires.get(line.conn);
    await this.#until(() => (wire?.frames.length ?? 0) >= count, `${line.conn} frame ${count}`);
    this.#learnUuid(line, wire?.frames[count - 1]);
  }

  #learnUuid(line: TraceLine, live: EslFrame | undefined): void {
    const recorded = /^Unique-ID: (\S+)/m.exec(line.text)?.[1];
    if (
      line.text.startsWith('Event-Name: CHANNEL_DATA') &&
      recorded !== undefined &&
      live?.headers['Unique-ID'] !== undefined
    ) {
      this.#options.names.pair(recorded, live.headers['Unique-ID']);
    }
  }

  async #sipStep(line: TraceLine): Promise<void> {
    if (line.dst === this.#port) return this.#sendSip(line);
    if (line.src !== this.#port) return;
    const matches = (text: string) =>
      startWord(text) === startWord(line.text) &&
      sipHeader(text, 'Call-ID') === sipHeader(line.text, 'Call-ID') &&
      method(text) === method(line.text);
    await this.#until(() => this.#sip.some(matches), `SIP ${startWord(line.text)}`);
    this.#learnTags(line.text, this.#sip.findLast(matches) ?? '');
  }

  async #sendSip(line: TraceLine): Promise<void> {
    if (line.text.startsWith('SIP/2.0')) {
      const request = this.#sip.findLast(
        (text) =>
          !text.startsWith('SIP/2.0') && sipHeader(text, 'Call-ID') === sipHeader(line.text, 'Call-ID'),
      );
      if (request !== undefined) this.#udp.send(okTo(request), this.#server.sipPort, '127.0.0.1');
      return;
    }
    await this.#openPhone(line.text);
    this.#udp.send(withTrueLength(this.#options.names.toLive(line.text)), this.#server.sipPort, '127.0.0.1');
  }

  async #openPhone(text: string): Promise<void> {
    const port = /^m=audio (\d+)/m.exec(text)?.[1];
    if (port === undefined || text.includes('o=FreeSWITCH')) return;
    const known = this.#farEnds.get(port);
    const farEnd = known ?? new FarEnd();
    if (known === undefined) this.#options.names.pair(port, String(await farEnd.open()));
    this.#farEnds.set(port, farEnd);
    this.#phones.set(sipHeader(text, 'Call-ID') ?? '', farEnd);
  }

  #learnTags(recorded: string, live: string): void {
    for (const name of ['From', 'To']) {
      const [tag, liveTag] = [sipTag(sipHeader(recorded, name)), sipTag(sipHeader(live, name))];
      if (tag !== undefined && liveTag !== undefined && tag !== liveTag)
        this.#options.names.pair(tag, liveTag);
    }
  }

  #sipReceived(text: string): void {
    if (this.#sip.includes(text)) return;
    this.#sip.push(text);
    if (this.#trace.synthetic === true && text.startsWith('BYE '))
      this.#udp.send(okTo(text), this.#server.sipPort, '127.0.0.1');
    const port = /^m=audio (\d+)/m.exec(text)?.[1];
    if (port !== undefined)
      this.#phones.get(sipHeader(text, 'Call-ID') ?? '')?.sendTo('127.0.0.1', Number(port));
    this.#changed();
  }

  async #press(press: DigitPress): Promise<void> {
    const callId = callIdOf(this.#trace, press.conn);
    await this.#phones.get(callId)?.press(press.digit);
  }

  #attach(name: string, socket: Socket): void {
    const wire: Wire = { frames: [], socket, ended: false, framesAtClose: undefined };
    const reader = new EslFrameReader();
    this.#wires.set(name, wire);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      wire.frames.push(...reader.read(chunk));
      this.#changed();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      wire.ended = true;
      this.#changed();
    });
    socket.on('end', () => {
      wire.ended = true;
      this.#changed();
    });
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + FRAME_DEADLINE_MS;
    while (!holds()) {
      const left = deadline - Date.now();
      if (left <= 0) {
        this.#missing.push(what);
        return;
      }
      await this.#change(left);
    }
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function startWord(text: string): string {
  return text
    .split(' ')
    .slice(0, text.startsWith('SIP/2.0') ? 2 : 1)
    .join(' ');
}

function method(text: string): string | undefined {
  return sipHeader(text, 'CSeq')?.split(' ')[1];
}
