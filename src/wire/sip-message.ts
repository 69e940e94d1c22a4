/**
 * Reads and writes SIP messages (RFC 3261 §7) and gives access to their headers. Used by the SIP room for what comes
 * from the network, and by engine/drachtio for the message texts inside its frames.
 */
import { Buffer } from 'node:buffer';
import { isListHeader, longHeaderName } from './sip-header-names.js';
import { parseStartLine, readHeaderLines, why400 } from './sip-parse.js';
import { splitOutside } from './sip-tokens.js';
import type { SipHeader, SipMessage, SipParseResult } from './sip-types.js';

export interface SipParseLimits {
  readonly messageBytes: number;
  readonly headerCount: number;
  /** Of one header line, folded lines joined. */
  readonly headerBytes: number;
}

export const DEFAULT_PARSE_LIMITS: SipParseLimits = {
  messageBytes: 65_535,
  headerCount: 256,
  headerBytes: 8192,
};

const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * One whole message from the network. Never throws. Bytes behind Content-Length are ignored (§18.3); without
 * Content-Length the body is the rest, as a datagram allows. Text is UTF-8.
 */
export function parseSipMessage(
  bytes: Uint8Array,
  limits: SipParseLimits = DEFAULT_PARSE_LIMITS,
): SipParseResult {
  if (bytes.length > limits.messageBytes) return { ok: false, why: 'too-large' };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = skipBlankLines(buffer);
  const end = buffer.indexOf(END_OF_HEADERS, start);
  if (end < 0) return { ok: false, why: 'no end of headers' };
  const head = readHead(buffer.toString('utf8', start, end), limits);
  if (!head.ok) return head;
  const body = bodyOf(head.message, buffer.subarray(end + END_OF_HEADERS.length));
  if (body === undefined) return refuse(head.message, 'Content-Length does not fit the body');
  const why = why400(head.message);
  return why === undefined ? { ok: true, message: { ...head.message, body } } : refuse(head.message, why);
}

/**
 * A message text that is not from the network: mandatory headers may be missing, Content-Length is not believed and
 * the body is the rest.
 */
export function parseSipText(text: string): SipParseResult {
  const end = text.indexOf('\r\n\r\n');
  const head = readHead(end < 0 ? text.trimEnd() : text.slice(0, end), DEFAULT_PARSE_LIMITS);
  if (!head.ok || end < 0) return head;
  return { ok: true, message: { ...head.message, body: text.slice(end + END_OF_HEADERS.length) } };
}

/** §7.5: empty lines before the start line are ignored. */
function skipBlankLines(buffer: Buffer): number {
  let at = 0;
  while (buffer[at] === 13 && buffer[at + 1] === 10) at += 2;
  return at;
}

function readHead(text: string, limits: SipParseLimits): SipParseResult {
  const lineEnd = text.indexOf('\r\n');
  const start = parseStartLine(lineEnd < 0 ? text : text.slice(0, lineEnd));
  if (!start) return { ok: false, why: 'start line' };
  const lines = readHeaderLines(lineEnd < 0 ? '' : text.slice(lineEnd + 2), limits);
  const message: SipMessage = { ...start, headers: lines.headers, body: '' };
  return lines.fault === undefined ? { ok: true, message } : refuse(message, lines.fault);
}

function refuse(message: SipMessage, why: string): SipParseResult {
  return message.kind === 'request' ? { ok: false, why, partial: message } : { ok: false, why };
}

function bodyOf(message: SipMessage, rest: Buffer): string | undefined {
  const lengths = headersOf(message, 'Content-Length');
  const [first] = lengths;
  if (first === undefined) return rest.toString('utf8');
  if (!/^\d{1,8}$/.test(first) || lengths.some((other) => other !== first)) return undefined;
  return Number(first) > rest.length ? undefined : rest.toString('utf8', 0, Number(first));
}

/** The bytes of a message. Content-Length says the body's length in bytes, in its place or as the last header. */
export function writeSipMessage(message: SipMessage): Buffer {
  const length = String(Buffer.byteLength(message.body));
  let text = startLineOf(message);
  let hasLength = false;
  for (const { name, value } of message.headers) {
    const isLength = name === 'Content-Length';
    if (isLength && hasLength) continue;
    hasLength ||= isLength;
    text += `${name}: ${isLength ? length : value}\r\n`;
  }
  if (!hasLength) text += `Content-Length: ${length}\r\n`;
  return Buffer.from(`${text}\r\n${message.body}`);
}

export function startLineOf(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0\r\n`
    : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
}

/** The first value of a header in any spelling of its name. For a list header this may hold several values. */
export function headerOf(message: Pick<SipMessage, 'headers'>, name: string): string | undefined {
  const wanted = longHeaderName(name);
  return message.headers.find((header) => isNamed(header, wanted))?.value;
}

/** Every value of a header, in order; comma-joined values are split where the grammar allows it. */
export function headersOf(message: Pick<SipMessage, 'headers'>, name: string): string[] {
  const wanted = longHeaderName(name);
  const values = message.headers.filter((header) => isNamed(header, wanted)).map(({ value }) => value);
  return isListHeader(wanted) ? values.flatMap((value) => splitOutside(value, ',')) : values;
}

function isNamed(header: SipHeader, longName: string): boolean {
  return header.name === longName || longHeaderName(header.name).toLowerCase() === longName.toLowerCase();
}

/** The message with exactly this value (or these values) for the header: in its old place, or at the end. */
export function withHeader<M extends SipMessage>(
  message: M,
  name: string,
  value: string | readonly string[],
): M {
  const longName = longHeaderName(name);
  const fresh = (typeof value === 'string' ? [value] : value).map((each) => ({
    name: longName,
    value: each,
  }));
  const at = message.headers.findIndex((header) => isNamed(header, longName));
  if (at < 0) return { ...message, headers: [...message.headers, ...fresh] };
  const after = message.headers.slice(at).filter((header) => !isNamed(header, longName));
  return { ...message, headers: [...message.headers.slice(0, at), ...fresh, ...after] };
}

export function withoutHeader<M extends SipMessage>(message: M, name: string): M {
  const longName = longHeaderName(name);
  return { ...message, headers: message.headers.filter((header) => !isNamed(header, longName)) };
}

/** The message with this value on top of the others of the same name (a Via of ours). */
export function withTopHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  return { ...message, headers: [{ name: longHeaderName(name), value }, ...message.headers] };
}

/** Splits a raw Via/Route/… list header so that the first value stands alone, and replaces that one. */
export function withFirstValue<M extends SipMessage>(message: M, name: string, value: string): M {
  const [, ...others] = headersOf(message, name);
  return withHeader(message, name, [value, ...others]);
}
