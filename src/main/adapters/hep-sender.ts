/**
 * SIP messages of legs, registrations and probes to Homer as HEP3, over UDP or TCP. It may lose messages, never slow a call:
 * what is too much for a second or for the socket is dropped and counted, what is beside calls first.
 */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Clock, Logger, Metrics } from '../../app/ports/ports.js';
import type { LooseTrace } from '../../domain/signalling/signalling.js';
import { messageOf } from '../../errors.js';
import { writeHep3, type HepEnd } from '../../wire/hep3.js';
import { headerOf, parseSipText } from '../../wire/sip-message.js';
import type { SipMessage } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import { parseVia, responseTarget } from '../../wire/sip-via.js';

export interface HepSettings {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly agent: number;
  readonly password?: string;
  readonly mostPerSecond: number;
}

interface HepPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface HepSender {
  /** `beside`: of no call. */
  send(trace: LooseTrace, of: 'call' | 'beside'): void;
  close(): void;
}

/** One packet out; `full`: it was dropped. */
interface Line {
  write(packet: Buffer, done: (error?: Error | null) => void): 'taken' | 'full';
  close(): void;
}

const SECOND_MS = 1000;
const RECONNECT_MS = 5000;
/** Bytes that wait for a slow collector. */
const MOST_WAITING = 1_000_000;
const NOWHERE: HepEnd = { address: '0.0.0.0', port: 0 };
const SIP_PORT = 5060;

export function openHepSender(settings: HepSettings, ports: HepPorts): HepSender {
  const { clock, logger, metrics } = ports;
  const node = hostname();
  let second = { startedAt: 0, sent: 0 };
  let state: 'fine' | 'failing' = 'fine';
  const count = (outcome: string) => metrics.count('dialtrace_hep_packets_total', { outcome });
  /** One line when it begins to fail, not one a message. */
  const done = (error?: Error | null) => {
    count(error ? 'failed' : 'sent');
    if (error && state === 'fine')
      logger.warn({ why: messageOf(error), host: settings.host }, 'Homer does not get the signalling');
    state = error ? 'failing' : 'fine';
  };
  const line = settings.transport === 'udp' ? udpLine(settings) : tcpLine(settings, clock, done);
  const mayGo = (of: 'call' | 'beside') => {
    const now = clock.now();
    if (now - second.startedAt >= SECOND_MS) second = { startedAt: now, sent: 0 };
    second.sent += 1;
    return second.sent <= settings.mostPerSecond / (of === 'call' ? 1 : 2);
  };
  return {
    send: (trace, of) => {
      if (!mayGo(of) || line.write(packetOf(trace, settings, node), done) === 'full') count('dropped');
    },
    close: () => line.close(),
  };
}

function packetOf(trace: LooseTrace, { agent, password }: HepSettings, node: string): Buffer {
  const parsed = parseSipText(trace.text);
  const message = parsed.ok ? parsed.message : undefined;
  const goal = message ? goalOf(message, trace.direction) : NOWHERE;
  const ours = trace.local === undefined ? goal : endOf(trace.local);
  const theirs = trace.remote === undefined ? goal : endOf(trace.remote);
  const [from, to] = trace.direction === 'in' ? [theirs, ours] : [ours, theirs];
  const correlation = (message && headerOf(message, 'Call-ID')) ?? '';
  const protocol = trace.protocol === 'udp' ? 'udp' : 'tcp';
  return writeHep3({
    ...{ at: trace.at, from, to, protocol, agent, node, correlation, payload: trace.text },
    ...(password !== undefined && { password }),
  });
}

/** `address:port`, IPv6 in brackets. */
function endOf(place: string | undefined): HepEnd {
  const [, address, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(place ?? '') ?? [];
  return address === undefined ? NOWHERE : { address, port: Number(port) };
}

/**
 * The signalling server tells where a message came from, but not where it went. It says that itself: a request by its
 * URI, a response by the Via of who asked (RFC 3261 §18.2.2).
 */
function goalOf(message: SipMessage, direction: LooseTrace['direction']): HepEnd {
  if (message.kind === 'response') {
    const via = parseVia(headerOf(message, 'Via') ?? '');
    if (via === undefined) return NOWHERE;
    const { host, port } = direction === 'in' ? via : responseTarget(via);
    return { address: host, port: port ?? SIP_PORT };
  }
  const uri = parseSipUri(message.uri);
  return uri ? { address: uri.host, port: uri.port ?? SIP_PORT } : NOWHERE;
}

function udpLine({ host, port }: HepSettings): Line {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => undefined); // Each send tells its own.
  socket.unref();
  return {
    write: (packet, done) => {
      socket.send(packet, port, host, done);
      return 'taken';
    },
    close: () => socket.close(),
  };
}

function tcpLine({ host, port }: HepSettings, clock: Clock, failed: (error: Error) => void): Line {
  let socket: Socket | undefined;
  let cancelRetry: () => void = () => undefined;
  let state: 'open' | 'closed' = 'open';
  const open = () => {
    socket = connect({ host, port });
    socket.unref();
    socket.on('error', failed);
    socket.on('close', () => {
      socket = undefined;
      if (state === 'open') cancelRetry = clock.after(RECONNECT_MS, open);
    });
  };
  open();
  return {
    write: (packet, done) => {
      if (socket === undefined || socket.writableLength > MOST_WAITING) return 'full';
      socket.write(packet, done);
      return 'taken';
    },
    close: () => {
      state = 'closed';
      cancelRetry();
      socket?.destroy();
    },
  };
}
