/**
 * FreeSWITCH event-socket frames as the server writes them and a client reads them: header lines `Name: value`, a
 * blank line, and a body of Content-Length bytes. Used by engine/freeswitch (writers) and by event-socket clients
 * (reader). Pure: text in, text out.
 */
import { Buffer } from 'node:buffer';

/** An array becomes `ARRAY::a|:b` in plain text and a JSON array in JSON. */
export type EslValue = string | readonly string[];

/** Ordered as inserted; order is part of the protocol for people who read traces. */
export type EslHeaders = Readonly<Record<string, EslValue>>;

export interface EslFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What FreeSWITCH encodes in a value (switch_url_encode): everything but these; a space becomes %20. */
const UNSAFE = /[^A-Za-z0-9\-._~!$'()*,/]+/gu;

/** Percent-encodes a header value as `event plain`, `uuid_dump` and the `connect` reply do. */
export function encodeEslValue(value: EslValue): string {
  const text = typeof value === 'string' ? value : `ARRAY::${value.join('|:')}`;
  return text.replace(UNSAFE, (run) => Array.from(Buffer.from(run, 'utf8'), hexOctet).join(''));
}

function hexOctet(octet: number): string {
  return `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Header lines, percent-encoded, without the closing blank line. */
export function writeEslHeaders(headers: EslHeaders): string {
  let text = '';
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${encodeEslValue(value)}\n`;
  return text;
}

/** `command/reply`; `extra` lines are written as they are. */
export function writeCommandReply(replyText: string, extra: Readonly<Record<string, string>> = {}): string {
  let text = `Content-Type: command/reply\nReply-Text: ${replyText}\n`;
  for (const [name, value] of Object.entries(extra)) text += `${name}: ${value}\n`;
  return `${text}\n`;
}

export function writeApiResponse(body: string): string {
  return `Content-Type: api/response\nContent-Length: ${Buffer.byteLength(body)}\n\n${body}`;
}

/** An event in the form of `event json`; its body travels as `_body` beside its length. */
export function writeJsonEvent(headers: EslHeaders, body?: string): string {
  const text = JSON.stringify(
    body === undefined
      ? headers
      : { ...headers, 'Content-Length': String(Buffer.byteLength(body)), _body: body },
  );
  return `Content-Length: ${Buffer.byteLength(text)}\nContent-Type: text/event-json\n\n${text}`;
}

/** An event in the form of `event plain`: percent-encoded headers, then the body as it is. */
export function writePlainEvent(headers: EslHeaders, body?: string): string {
  const tail = body === undefined ? '\n' : `Content-Length: ${Buffer.byteLength(body)}\n\n${body}`;
  const text = writeEslHeaders(headers) + tail;
  return `Content-Length: ${Buffer.byteLength(text)}\nContent-Type: text/event-plain\n\n${text}`;
}

const FAREWELL = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';

/** The last frame of a connection; `sessionUuid` is given when the connection controlled a channel. */
export function writeDisconnectNotice(sessionUuid?: string): string {
  const controlled =
    sessionUuid === undefined
      ? ''
      : `Controlled-Session-UUID: ${sessionUuid}\nContent-Disposition: disconnect\n`;
  return `Content-Type: text/disconnect-notice\n${controlled}Content-Length: ${FAREWELL.length}\n\n${FAREWELL}`;
}

export const AUTH_REQUEST = 'Content-Type: auth/request\n\n';

/** Client side: bytes in, whole frames out. Header values are returned as sent (still percent-encoded). */
export class EslFrameReader {
  #pending: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): EslFrame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const frames: EslFrame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): EslFrame | undefined {
    const end = this.#pending.indexOf('\n\n');
    if (end < 0) return undefined;
    const headers = readEslHeaders(this.#pending.toString('utf8', 0, end));
    // A CHANNEL_DATA block names a Content-Length only when it really has a body.
    const length = Number(headers['Content-Length'] ?? 0);
    const bodyStart = end + 2;
    if (this.#pending.length < bodyStart + length) return undefined;
    const body = this.#pending.toString('utf8', bodyStart, bodyStart + length);
    this.#pending = this.#pending.subarray(bodyStart + length);
    return { headers, body };
  }
}

/** `Name: value` lines; lines without a colon are dropped. */
export function readEslHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return headers;
}
