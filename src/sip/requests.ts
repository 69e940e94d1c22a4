/** Requests and responses that the RFC derives from other messages: CANCEL, ACK to a failure, and any response. */
import { formatCSeq, parseCSeq } from '../wire/sip-cseq.js';
import { headerOf, headersOf } from '../wire/sip-message.js';
import { tagOf, withTag } from '../wire/sip-name-addr.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';

/** RFC 3261 §9.1. */
export function cancelOf(request: SipRequest, extra: readonly SipHeader[] = []): SipRequest {
  return derived(request, 'CANCEL', headerOf(request, 'To') ?? '', extra);
}

/** RFC 3261 §17.1.1.3. */
export function ackToFailure(request: SipRequest, response: SipResponse): SipRequest {
  return derived(request, 'ACK', headerOf(response, 'To') ?? '', []);
}

function derived(request: SipRequest, method: string, to: string, extra: readonly SipHeader[]): SipRequest {
  const number = parseCSeq(headerOf(request, 'CSeq') ?? '')?.number ?? 0;
  const headers: SipHeader[] = [
    { name: 'Via', value: headersOf(request, 'Via')[0] ?? '' },
    ...headersOf(request, 'Route').map((value) => ({ name: 'Route', value })),
    { name: 'Max-Forwards', value: '70' },
    { name: 'From', value: headerOf(request, 'From') ?? '' },
    { name: 'To', value: to },
    { name: 'Call-ID', value: headerOf(request, 'Call-ID') ?? '' },
    { name: 'CSeq', value: formatCSeq({ number, method }) },
    ...extra,
    { name: 'Content-Length', value: '0' },
  ];
  return { kind: 'request', method, uri: request.uri, headers, body: '' };
}

export interface ResponseParts {
  readonly reason?: string;
  /** To tag, put where the request has none (§8.2.6.2). */
  readonly toTag?: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/**
 * A response with the headers that RFC 3261 §8.2.6 copies from the request; Record-Route too when it can make a dialog
 * (§12.1.1).
 */
export function responseTo(request: SipRequest, status: number, parts: ResponseParts = {}): SipResponse {
  const copied = (name: string) => headersOf(request, name).map((value) => ({ name, value }));
  const makesDialog = status > 100 && status < 300;
  return {
    kind: 'response',
    status,
    reason: parts.reason ?? reasonOf(status),
    headers: [
      ...copied('Via'),
      ...(makesDialog ? copied('Record-Route') : []),
      ...copied('From'),
      { name: 'To', value: toOf(request, parts.toTag) },
      ...copied('Call-ID'),
      ...copied('CSeq'),
      ...(parts.headers ?? []),
      ...contentTypeOf(parts),
    ],
    body: parts.body ?? '',
  };
}

function toOf(request: SipRequest, tag: string | undefined): string {
  const to = headerOf(request, 'To') ?? '';
  return tag === undefined || tagOf(to) !== undefined ? to : withTag(to, tag);
}

/** SDP is what bodies here nearly always are; a Content-Type among the headers wins. */
function contentTypeOf(parts: ResponseParts): SipHeader[] {
  const isSaid = parts.headers?.some(({ name }) => name.toLowerCase() === 'content-type') ?? false;
  return isSaid || (parts.body ?? '') === '' ? [] : [{ name: 'Content-Type', value: 'application/sdp' }];
}

/** RFC 3261 §21 and the registry; the phrases are sofia-sip's, which drachtio shows. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  305: 'Use Proxy',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
};

/** The phrase for a status, '' for one without. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? '';
}
