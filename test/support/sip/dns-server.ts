/** A DNS server on loopback that answers from a table (RFC 1035, 2782, 3403): what a carrier publishes about itself. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { NaptrRecord, SrvRecord } from '../../../src/resolve/dns.js';

export interface Zone {
  readonly A?: Readonly<Record<string, readonly string[]>>;
  readonly SRV?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly NAPTR?: Readonly<Record<string, readonly NaptrRecord[]>>;
}

export interface DnsServer {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  /** `<type> <name>` in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const;
type Type = keyof typeof TYPES;
const TTL_SECONDS = 60;
const HEADER_BYTES = 12;
/** Response, authoritative, recursion desired and available; 3 is "no such name". */
const FLAGS = { found: 0x8580, missing: 0x8583 } as const;

export async function openDnsServer(zone: Zone): Promise<DnsServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${type} ${name}`);
    const answers = recordsOf(zone, type, name);
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(answers.length > 0 ? FLAGS.found : FLAGS.missing, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    const records = answers.map((data) => recordOf(TYPES[type], data));
    socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(resolve)),
  };
}

function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + size));
    at += size + 1;
  }
  const number = query.readUInt16BE(at + 1);
  const type = (Object.keys(TYPES) as Type[]).find((name) => TYPES[name] === number) ?? 'AAAA';
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

function recordsOf(zone: Zone, type: Type, name: string): readonly Buffer[] {
  if (type === 'A')
    return (zone.A?.[name] ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
  if (type === 'SRV')
    return (zone.SRV?.[name] ?? []).map(({ priority, weight, port, name: target }) =>
      Buffer.concat([numbers(priority, weight, port), nameOf(target)]),
    );
  if (type !== 'NAPTR') return [];
  return (zone.NAPTR?.[name] ?? []).map(({ order, preference, flags, service, replacement }) =>
    Buffer.concat([numbers(order, preference), ...[flags, service, ''].map(textOf), nameOf(replacement)]),
  );
}

/** The name is a pointer to the question's (RFC 1035 §4.1.4). */
function recordOf(type: number, data: Buffer): Buffer {
  return Buffer.concat([numbers(0xc000 + HEADER_BYTES, type, 1, 0, TTL_SECONDS, data.length), data]);
}

function numbers(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

function textOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'ascii')]);
}

function nameOf(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(textOf), Buffer.from([0])]);
}
