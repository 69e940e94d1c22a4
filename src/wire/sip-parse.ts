/** The lines of a SIP message (RFC 3261 §7.1–7.3) and the checks that make a request answerable by 400. For sip-message.ts. */
import { parseCSeq } from './sip-cseq.js';
import { longHeaderName } from './sip-header-names.js';
import { parseNameAddr } from './sip-name-addr.js';
import { isToken } from './sip-tokens.js';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from './sip-types.js';
import { parseVia } from './sip-via.js';

type StartLine =
  Pick<SipRequest, 'kind' | 'method' | 'uri'> | Pick<SipResponse, 'kind' | 'status' | 'reason'>;

const REQUEST_LINE = /^(\S+) (\S+) SIP\/2\.0$/i;
const STATUS_LINE = /^SIP\/2\.0 (\d{3})(?: (.*))?$/i;

export function parseStartLine(line: string): StartLine | undefined {
  const status = STATUS_LINE.exec(line);
  if (status) return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '' };
  const [, method = '', uri = ''] = REQUEST_LINE.exec(line) ?? [];
  // §7.1: the Request-URI is not enclosed in angle brackets.
  return isToken(method) && /^[A-Za-z][\w+.-]*:[^<>"]+$/.test(uri)
    ? { kind: 'request', method, uri }
    : undefined;
}

interface HeaderLines {
  readonly headers: SipHeader[];
  readonly fault?: string;
}

/** Reads `name: value` lines, joins folded ones (§7.3.1), and gives well-known names their long form. */
export function readHeaderLines(
  text: string,
  limits: { readonly headerCount: number; readonly headerBytes: number },
): HeaderLines {
  const headers: SipHeader[] = [];
  for (const line of unfold(text)) {
    if (line === '') continue;
    if (headers.length === limits.headerCount) return { headers, fault: 'too many headers' };
    if (line.length > limits.headerBytes) return { headers, fault: 'header too long' };
    const header = parseHeaderLine(line);
    if (!header) return { headers, fault: 'header line' };
    headers.push(header);
  }
  return { headers };
}

function unfold(text: string): string[] {
  return (/\r\n[ \t]/.test(text) ? text.replace(/[ \t]*\r\n[ \t]+/g, ' ') : text).split('\r\n');
}

function parseHeaderLine(line: string): SipHeader | undefined {
  const colon = line.indexOf(':');
  if (colon < 1) return undefined;
  const name = line.slice(0, colon).trimEnd();
  return isToken(name) ? { name: longHeaderName(name), value: line.slice(colon + 1).trim() } : undefined;
}

type Check = (value: string, message: SipMessage) => boolean;

/** The headers every message must have, once, except Via (§8.1.1, §20 table 2). Max-Forwards is not insisted on. */
const MANDATORY: readonly (readonly [string, Check])[] = [
  ['Via', (value) => parseVia(firstOf(value)) !== undefined],
  ['From', (value) => parseNameAddr(value) !== undefined],
  ['To', (value) => parseNameAddr(value) !== undefined],
  ['Call-ID', (value) => value !== '' && !/\s/.test(value)],
  ['CSeq', (value, message) => cseqFits(value, message)],
];

function firstOf(list: string): string {
  const comma = list.indexOf(',');
  return comma < 0 ? list : list.slice(0, comma);
}

function cseqFits(value: string, message: SipMessage): boolean {
  const cseq = parseCSeq(value);
  return cseq !== undefined && (message.kind === 'response' || cseq.method === message.method);
}

/** Why this message is malformed, `undefined` when it is not. */
export function why400(message: SipMessage): string | undefined {
  for (const [name, isValid] of MANDATORY) {
    const values = message.headers.filter((header) => header.name === name);
    const [first] = values;
    if (!first) return `missing ${name}`;
    if (values.length > 1 && name !== 'Via') return `repeated ${name}`;
    if (!isValid(first.value, message)) return `bad ${name}`;
  }
  return undefined;
}
