/**
 * Capture files (libpcap 2.4) of SIP messages: Ethernet, IPv4 and UDP headers are made up around each text, so that
 * Wireshark reads what the signalling server told us. http offers them for download.
 */
import { Buffer } from 'node:buffer';
import { octets4 } from './ip-octets.js';

export interface CapturedMessage {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** IPv4 literal; anything else is written as 0.0.0.0. */
  readonly from: { readonly address: string; readonly port: number };
  readonly to: { readonly address: string; readonly port: number };
  readonly text: string;
}

const MAGIC = 0xa1b2c3d4;
const LARGEST = 65_535;
const ETHERNET = 1;
const [ETHERNET_BYTES, IP_BYTES, UDP_BYTES] = [14, 20, 8];
/** An IPv4 packet holds no more. */
const MOST_TEXT = LARGEST - IP_BYTES - UDP_BYTES;

export function writePcap(messages: readonly CapturedMessage[]): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(LARGEST + ETHERNET_BYTES, 16);
  head.writeUInt32LE(ETHERNET, 20);
  return Buffer.concat([head, ...messages.map(packetOf)]);
}

function packetOf({ at, from, to, text }: CapturedMessage): Buffer {
  const payload = Buffer.from(text).subarray(0, MOST_TEXT);
  const frame = Buffer.alloc(ETHERNET_BYTES + IP_BYTES + UDP_BYTES);
  frame.writeUInt16BE(0x0800, 12);
  writeIp(frame.subarray(ETHERNET_BYTES), { from, to, bytes: payload.length });
  const udp = frame.subarray(ETHERNET_BYTES + IP_BYTES);
  udp.writeUInt16BE(from.port, 0);
  udp.writeUInt16BE(to.port, 2);
  udp.writeUInt16BE(UDP_BYTES + payload.length, 4); // Checksum 0: not computed (RFC 768).
  const record = Buffer.alloc(16);
  record.writeUInt32LE(Math.floor(at / 1000), 0);
  record.writeUInt32LE(Math.round((at % 1000) * 1000), 4);
  record.writeUInt32LE(frame.length + payload.length, 8);
  record.writeUInt32LE(frame.length + payload.length, 12);
  return Buffer.concat([record, frame, payload]);
}

function writeIp(
  header: Buffer,
  { from, to, bytes }: Pick<CapturedMessage, 'from' | 'to'> & { readonly bytes: number },
): void {
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(IP_BYTES + UDP_BYTES + bytes, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(17, 9);
  header.set(octets4(from.address), 12);
  header.set(octets4(to.address), 16);
  header.writeUInt16BE(checksum(header.subarray(0, IP_BYTES)), 10);
}

/** RFC 1071. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let index = 0; index < header.length; index += 2) sum += header.readUInt16BE(index);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
