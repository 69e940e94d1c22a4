/**
 * HEP3, the capture protocol of Homer: one packet for each SIP message, made of chunks (vendor, type, length, value).
 * "HEP/EEP Network Protocol Specification", revision 36. Pure; written by main/adapters/hep-sender.
 */
import { Buffer } from 'node:buffer';
import { octets4, octets6 } from './ip-octets.js';

export interface HepEnd {
  readonly address: string;
  readonly port: number;
}

export interface HepPacket {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly from: HepEnd;
  readonly to: HepEnd;
  readonly protocol: 'udp' | 'tcp';
  /** Number of this capture agent. */
  readonly agent: number;
  /** Name of this capture agent, as Homer shows it. */
  readonly node: string;
  /** What joins the legs of one call. */
  readonly correlation: string;
  readonly password?: string;
  readonly payload: string;
}

const CHUNK = {
  family: 1,
  protocol: 2,
  from4: 3,
  to4: 4,
  from6: 5,
  to6: 6,
  fromPort: 7,
  toPort: 8,
  seconds: 9,
  microseconds: 10,
  kind: 11,
  agent: 12,
  password: 14,
  payload: 15,
  correlation: 17,
  node: 19,
} as const;
const FAMILY = { ipv4: 2, ipv6: 10 } as const;
const PROTOCOL = { tcp: 6, udp: 17 } as const;
const SIP = 1;
const HEAD_BYTES = 6;
/** Of the length fields, and of a datagram with its headers. */
const LARGEST = 65_507;
/** What the other chunks need at most, names of 255 bytes included. */
const REST = 1200;

export function writeHep3(packet: HepPacket): Buffer {
  const { at, from, to, password } = packet;
  const payload = Buffer.from(packet.payload);
  const chunks = [
    byte(CHUNK.protocol, PROTOCOL[packet.protocol]),
    ...addresses(from.address, to.address),
    short(CHUNK.fromPort, from.port),
    short(CHUNK.toPort, to.port),
    long(CHUNK.seconds, Math.floor(at / 1000)),
    long(CHUNK.microseconds, Math.round((at % 1000) * 1000)),
    byte(CHUNK.kind, SIP),
    long(CHUNK.agent, packet.agent),
    ...(password === undefined ? [] : [text(CHUNK.password, password)]),
    text(CHUNK.correlation, packet.correlation),
    text(CHUNK.node, packet.node),
    chunk(CHUNK.payload, payload.subarray(0, LARGEST - REST)),
  ];
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('HEP3', 0, 'latin1');
  head.writeUInt16BE(
    chunks.reduce((sum, each) => sum + each.length, HEAD_BYTES),
    4,
  );
  return Buffer.concat([head, ...chunks]);
}

/** Of two families only one can be said: an IPv4 address beside an IPv6 one is written as mapped (RFC 4291 §2.5.5.2). */
function addresses(from: string, to: string): readonly Buffer[] {
  const isSix = [from, to].some((address) => address.includes(':'));
  const [fromChunk, toChunk] = isSix ? [CHUNK.from6, CHUNK.to6] : [CHUNK.from4, CHUNK.to4];
  const octets = isSix ? octets6 : octets4;
  return [
    byte(CHUNK.family, isSix ? FAMILY.ipv6 : FAMILY.ipv4),
    chunk(fromChunk, octets(from)),
    chunk(toChunk, octets(to)),
  ];
}

function chunk(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(HEAD_BYTES + value.length, 4);
  return Buffer.concat([head, value]);
}

const byte = (type: number, value: number) => chunk(type, Buffer.from([value]));
const text = (type: number, value: string) => chunk(type, Buffer.from(value).subarray(0, 255));

function short(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return chunk(type, bytes);
}

function long(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return chunk(type, bytes);
}
