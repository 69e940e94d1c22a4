/**
 * RTCP codec (RFC 3550 §6): sender and receiver reports, the canonical name and goodbye, in one compound packet. Pure;
 * called by media/rtcp a few times a minute, so that it may allocate.
 */
import { Buffer } from 'node:buffer';

const VERSION = 2;
const TYPES = { senderReport: 200, receiverReport: 201, description: 202, goodbye: 203 } as const;
const HEADER_BYTES = 4;
const SENDER_INFO_BYTES = 20;
const BLOCK_BYTES = 24;
const CNAME = 1;
/** Cumulative loss is a signed number of 24 bits (§6.4.1). */
const MOST_LOST = 0x7fffff;

/** Seconds and 2^-32 of them; since when is the sender's business. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

export interface SenderInfo {
  readonly ntp: NtpTime;
  /** The same instant on the clock of the RTP stream. */
  readonly rtpTimestamp: number;
  /** Since the stream began. Octets are of the payload alone. */
  readonly packets: number;
  readonly octets: number;
}

/** How one source was received. */
export interface ReportBlock {
  readonly ssrc: number;
  /** Since the report before, of 256. */
  readonly fractionLost: number;
  /** Since the beginning; negative when packets came twice. */
  readonly lost: number;
  /** Extended by the cycles of the sequence number. */
  readonly highestSequence: number;
  /** Interarrival jitter in timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the last sender report's NTP time, 0 when none came. */
  readonly lastReport: number;
  /** Since it came, in units of 1/65536 s. */
  readonly delay: number;
}

export interface RtcpReport {
  readonly ssrc: number;
  /** Of a sender report. */
  readonly sender: SenderInfo | undefined;
  readonly blocks: readonly ReportBlock[];
}

export interface RtcpCompound {
  readonly reports: readonly RtcpReport[];
  /** Names by SSRC. */
  readonly names: ReadonlyMap<number, string>;
  /** Sources that have left. */
  readonly gone: readonly number[];
}

/** On a port that is shared with RTP (RFC 5761 §4): where RTP has its marker and payload type. */
export function isRtcp(packet: Buffer): boolean {
  const type = packet.length < HEADER_BYTES ? 0 : packet.readUInt8(1);
  return type >= 192 && type <= 223;
}

/** `undefined` when it is not a valid compound packet (A.2): whole, of version 2, a report first. Never throws. */
export function readRtcp(packet: Buffer): RtcpCompound | undefined {
  const reports: RtcpReport[] = [];
  const names = new Map<number, string>();
  const gone: number[] = [];
  for (let at = 0; at < packet.length;) {
    const part = partAt(packet, at);
    if (part === undefined || (at === 0 && !isReport(part.type))) return undefined;
    if (isReport(part.type)) {
      const report = readReport(part);
      if (report === undefined) return undefined;
      reports.push(report);
    } else if (part.type === TYPES.description) readNames(part, names);
    else if (part.type === TYPES.goodbye) gone.push(...readSources(part));
    at += part.bytes;
  }
  return reports.length === 0 ? undefined : { reports, names, gone };
}

interface Part {
  readonly type: number;
  readonly count: number;
  /** Without header and padding. */
  readonly body: Buffer;
  readonly bytes: number;
}

function partAt(packet: Buffer, at: number): Part | undefined {
  if (packet.length - at < HEADER_BYTES) return undefined;
  const flags = packet.readUInt8(at);
  const bytes = 4 * (packet.readUInt16BE(at + 2) + 1);
  const end = at + bytes;
  if (flags >> 6 !== VERSION || end > packet.length) return undefined;
  const padding = flags & 0x20 ? packet.readUInt8(end - 1) : 0;
  if (padding > bytes - HEADER_BYTES) return undefined;
  const body = packet.subarray(at + HEADER_BYTES, end - padding);
  return { type: packet.readUInt8(at + 1), count: flags & 0x1f, body, bytes };
}

function isReport(type: number): boolean {
  return type === TYPES.senderReport || type === TYPES.receiverReport;
}

function readReport({ type, count, body }: Part): RtcpReport | undefined {
  const isSender = type === TYPES.senderReport;
  const start = 4 + (isSender ? SENDER_INFO_BYTES : 0);
  if (body.length < start + count * BLOCK_BYTES) return undefined;
  return {
    ssrc: body.readUInt32BE(0),
    sender: isSender ? readSender(body) : undefined,
    blocks: Array.from({ length: count }, (_, index) => readBlock(body, start + index * BLOCK_BYTES)),
  };
}

function readSender(body: Buffer): SenderInfo {
  return {
    ntp: { seconds: body.readUInt32BE(4), fraction: body.readUInt32BE(8) },
    rtpTimestamp: body.readUInt32BE(12),
    packets: body.readUInt32BE(16),
    octets: body.readUInt32BE(20),
  };
}

function readBlock(body: Buffer, at: number): ReportBlock {
  return {
    ssrc: body.readUInt32BE(at),
    fractionLost: body.readUInt8(at + 4),
    lost: body.readIntBE(at + 5, 3),
    highestSequence: body.readUInt32BE(at + 8),
    jitter: body.readUInt32BE(at + 12),
    lastReport: body.readUInt32BE(at + 16),
    delay: body.readUInt32BE(at + 20),
  };
}

/** Chunks of a source and its items, each chunk filled up to 32 bits with at least one zero (§6.5). */
function readNames({ count, body }: Part, names: Map<number, string>): void {
  let at = 0;
  for (let chunk = 0; chunk < count && at + 4 <= body.length; chunk += 1) {
    const ssrc = body.readUInt32BE(at);
    at += 4;
    while (at + 2 <= body.length && body[at] !== 0) {
      const length = body.readUInt8(at + 1);
      if (body[at] === CNAME) names.set(ssrc, body.toString('utf8', at + 2, at + 2 + length));
      at += 2 + length;
    }
    at = 4 * (Math.floor(at / 4) + 1);
  }
}

function readSources({ count, body }: Part): number[] {
  const whole = Math.min(count, Math.floor(body.length / 4));
  return Array.from({ length: whole }, (_, index) => body.readUInt32BE(4 * index));
}

/** A report with the name of its sender; `leaving` adds the goodbye. A sender report when there is something to say of it. */
export function writeRtcp(
  report: RtcpReport,
  name: string,
  state: 'staying' | 'leaving' = 'staying',
): Buffer {
  const goodbye = state === 'leaving' ? [part(TYPES.goodbye, 1, word(report.ssrc))] : [];
  return Buffer.concat([writeReport(report), writeName(report.ssrc, name), ...goodbye]);
}

function writeReport({ ssrc, sender, blocks }: RtcpReport): Buffer {
  const body = [word(ssrc), ...(sender ? [writeSender(sender)] : []), ...blocks.map(writeBlock)];
  return part(sender ? TYPES.senderReport : TYPES.receiverReport, blocks.length, Buffer.concat(body));
}

function writeSender({ ntp, rtpTimestamp, packets, octets }: SenderInfo): Buffer {
  return Buffer.concat([ntp.seconds, ntp.fraction, rtpTimestamp, packets, octets].map(word));
}

function writeBlock(block: ReportBlock): Buffer {
  const losses = Buffer.alloc(4);
  losses.writeUInt8(block.fractionLost);
  losses.writeIntBE(Math.max(-MOST_LOST, Math.min(MOST_LOST, block.lost)), 1, 3);
  return Buffer.concat([
    word(block.ssrc),
    losses,
    ...[block.highestSequence, block.jitter, block.lastReport, block.delay].map(word),
  ]);
}

function writeName(ssrc: number, name: string): Buffer {
  const text = Buffer.from(name, 'utf8').subarray(0, 255);
  const item = Buffer.concat([word(ssrc), Buffer.from([CNAME, text.length]), text]);
  const end = Buffer.alloc(4 - (item.length % 4));
  return part(TYPES.description, 1, Buffer.concat([item, end]));
}

function part(type: number, count: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8((VERSION << 6) | count, 0);
  header.writeUInt8(type, 1);
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
