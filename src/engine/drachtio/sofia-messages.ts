/**
 * Messages as sofia-sip inside drachtio-server writes them: header order, spelling, and which headers of an application
 * are taken. Everything the engine sends goes through `inSofiaOrder`.
 */
import { longHeaderName } from '../../wire/sip-header-names.js';
import { headersOf } from '../../wire/sip-message.js';
import { formatNameAddr, parseNameAddr } from '../../wire/sip-name-addr.js';
import { splitOutside } from '../../wire/sip-tokens.js';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from '../../wire/sip-types.js';
import { reasonOf } from '../../sip/requests.js';

/** The order of fields in sofia's message structure, which is the order on the wire; unknown headers come last. */
const ORDER = [
  'Via',
  'Route',
  'Record-Route',
  'Max-Forwards',
  'Proxy-Require',
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Contact',
  'RSeq',
  'RAck',
  'Request-Disposition',
  'Accept-Contact',
  'Reject-Contact',
  'Expires',
  'Date',
  'Retry-After',
  'Timestamp',
  'Min-Expires',
  'Subject',
  'Priority',
  'Call-Info',
  'Organization',
  'Server',
  'User-Agent',
  'In-Reply-To',
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Allow',
  'Require',
  'Supported',
  'Unsupported',
  'Event',
  'Allow-Events',
  'Subscription-State',
  'Proxy-Authenticate',
  'Proxy-Authentication-Info',
  'Proxy-Authorization',
  'Authorization',
  'WWW-Authenticate',
  'Authentication-Info',
  'Error-Info',
  'Warning',
  'Refer-To',
  'Referred-By',
  'Replaces',
  'Session-Expires',
  'Min-SE',
  'Path',
  'Service-Route',
  'Reason',
  'Security-Client',
  'Security-Server',
  'Security-Verify',
  'Privacy',
  'SIP-ETag',
  'SIP-If-Match',
  'MIME-Version',
  'Content-Type',
  'Content-Encoding',
  'Content-Language',
  'Content-Disposition',
  'Content-Length',
];
const RANK = new Map(ORDER.map((name, rank) => [name, rank]));

/** With Content-Length in its place. Headers of one name keep their order. */
export function inSofiaOrder<M extends SipMessage>(message: M): M {
  const hasLength = message.headers.some(({ name }) => name === 'Content-Length');
  const all = hasLength ? message.headers : [...message.headers, { name: 'Content-Length', value: '' }];
  const rank = ({ name }: SipHeader) => RANK.get(name) ?? ORDER.length;
  return { ...message, headers: all.toSorted((a, b) => rank(a) - rank(b)) };
}

/** Headers of an application's message that the server makes itself. */
const NEVER_TAKEN = new Set(['Via', 'Route', 'RSeq', 'Record-Route', 'Content-Length']);
/** In a response these come from the request; in a dialog from the dialog. */
const FROM_CONTEXT = new Set(['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards']);

export type Taking = 'all' | 'without-context';

/** What of an application's headers goes out, spelt as sofia spells it, with `localhost` replaced. */
export function takeHeaders(
  message: Pick<SipMessage, 'headers'>,
  taking: Taking,
  localHostPort: string,
): SipHeader[] {
  return message.headers
    .map(({ name, value }) => ({ name: spell(name), value }))
    .filter(({ name }) => !NEVER_TAKEN.has(name) && !(taking === 'without-context' && FROM_CONTEXT.has(name)))
    .map(({ name, value }) => ({ name, value: respell(name, value, localHostPort) }));
}

/** Unknown names get a capital after each hyphen, unless they begin with X-. */
function spell(name: string): string {
  const long = longHeaderName(name);
  if (RANK.has(long) || long !== name || /^x-/i.test(name)) return long;
  return name.replace(
    /(^|-)([a-z])/g,
    (_all, hyphen: string, letter: string) => `${hyphen}${letter.toUpperCase()}`,
  );
}

const NAME_ADDRS = new Set(['From', 'To', 'Contact', 'P-Asserted-Identity', 'Refer-To', 'Referred-By']);
const WITH_LOCALHOST = new Set(['From', 'To', 'Contact', 'P-Asserted-Identity']);
const CREDENTIALS = new Set([
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Proxy-Authenticate',
]);

function respell(name: string, value: string, localHostPort: string): string {
  if (CREDENTIALS.has(name)) return splitOutside(value, ',').join(', ');
  if (name === 'Reason') return value.replace(/\s*;\s*/g, ';');
  if (!NAME_ADDRS.has(name)) return value;
  const local = WITH_LOCALHOST.has(name)
    ? value.replace(/@localhost(?=[;>?\s]|$)/, `@${localHostPort}`)
    : value;
  const address = parseNameAddr(local);
  return address && !local.includes('<') ? formatNameAddr(address) : local;
}

/** Content-Type of a body: what the application says, SDP by its looks, or none (which is refused for requests). */
export function contentTypeOf(headers: readonly SipHeader[], body: string): SipHeader[] | 'missing' {
  if (body === '' || headers.some(({ name }) => name === 'Content-Type')) return [];
  return body.startsWith('v=0') ? [{ name: 'Content-Type', value: 'application/sdp' }] : 'missing';
}

export interface ResponseOptions {
  readonly reason?: string;
  readonly to: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** sofia copies Record-Route into every 1xx and 2xx, 100 among them. */
export function sofiaResponse(request: SipRequest, status: number, options: ResponseOptions): SipResponse {
  const copied = (name: string) => headersOf(request, name).map((value) => ({ name, value }));
  return inSofiaOrder<SipResponse>({
    kind: 'response',
    status,
    reason: options.reason ?? reasonOf(status),
    headers: [
      ...copied('Via'),
      ...(status < 300 ? copied('Record-Route') : []),
      ...copied('From'),
      { name: 'To', value: options.to },
      ...copied('Call-ID'),
      ...copied('CSeq'),
      ...(options.headers ?? []),
    ],
    body: options.body ?? '',
  });
}
