/**
 * What a dialog consists of (RFC 3261 §12) as a pure value: made from the messages that establish it, and turned into
 * requests. Used by dialog.ts and engine/drachtio.
 */
import { formatCSeq, parseCSeq } from '../wire/sip-cseq.js';
import { headerOf, headersOf } from '../wire/sip-message.js';
import { parseNameAddr, tagOf } from '../wire/sip-name-addr.js';
import { parameterOf } from '../wire/sip-tokens.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import { parseSipUri } from '../wire/sip-uri.js';
import type { Received, SipAddress } from './api.js';
import { addressOfUri } from './next-hop.js';

export interface DialogState {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To values of our requests, tags included. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** URI of the far Contact. */
  readonly remoteTarget: string;
  /** Route values of our requests, in order. */
  readonly routeSet: readonly string[];
  /** CSeq number of our latest request. */
  readonly localSeq: number;
  /** CSeq number of their latest request, `undefined` before the first. */
  readonly remoteSeq: number | undefined;
}

/** §12.1.2: our request and a response to it that has a To tag. */
export function uacDialogState(request: SipRequest, response: SipResponse): DialogState {
  const from = headerOf(request, 'From') ?? '';
  const to = headerOf(response, 'To') ?? '';
  return {
    callId: headerOf(request, 'Call-ID') ?? '',
    localTag: tagOf(from) ?? '',
    remoteTag: tagOf(to) ?? '',
    localAddress: from,
    remoteAddress: to,
    remoteTarget: targetOf(response) ?? request.uri,
    routeSet: headersOf(response, 'Record-Route').reverse(),
    localSeq: numberOf(request),
    remoteSeq: undefined,
  };
}

/** §12.1.1: their request and our response to it. */
export function uasDialogState(request: SipRequest, response: SipResponse): DialogState {
  const from = headerOf(request, 'From') ?? '';
  const to = headerOf(response, 'To') ?? '';
  return {
    callId: headerOf(request, 'Call-ID') ?? '',
    localTag: tagOf(to) ?? '',
    remoteTag: tagOf(from) ?? '',
    localAddress: to,
    remoteAddress: from,
    remoteTarget: targetOf(request) ?? '',
    routeSet: headersOf(request, 'Record-Route'),
    localSeq: 0,
    remoteSeq: numberOf(request),
  };
}

/** URI of the first Contact. */
export function targetOf(message: SipRequest | SipResponse): string | undefined {
  const contact = headersOf(message, 'Contact')[0];
  return contact === undefined ? undefined : parseNameAddr(contact)?.uri;
}

/** The state after their request: CSeq noted, target refreshed by INVITE, UPDATE and SUBSCRIBE (§12.2.2, RFC 6141). */
export function afterTheirRequest(dialog: DialogState, request: SipRequest): DialogState {
  const isRefresh = ['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY'].includes(request.method);
  const remoteTarget = (isRefresh ? targetOf(request) : undefined) ?? dialog.remoteTarget;
  return { ...dialog, remoteSeq: numberOf(request), remoteTarget };
}

/** §12.2.2: a request whose CSeq is not above the latest is out of order. */
export function isOutOfOrder(dialog: DialogState, request: SipRequest): boolean {
  return dialog.remoteSeq !== undefined && numberOf(request) <= dialog.remoteSeq;
}

/** The dialog's next CSeq number. */
export function withNextSeq(dialog: DialogState): DialogState {
  return { ...dialog, localSeq: dialog.localSeq + 1 };
}

export interface DialogRequestParts {
  /** Default: the dialog's latest number, which ACK shares with its INVITE. */
  readonly seq?: number;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

/** §12.2.1.1, without Via. A route set that starts with a strict router moves the target to the end (§16.12.1.2). */
export function dialogRequest(
  dialog: DialogState,
  method: string,
  parts: DialogRequestParts = {},
): SipRequest {
  const { uri, routes } = pathOf(dialog);
  const headers: SipHeader[] = [
    ...routes.map((value) => ({ name: 'Route', value })),
    { name: 'Max-Forwards', value: '70' },
    { name: 'From', value: dialog.localAddress },
    { name: 'To', value: dialog.remoteAddress },
    { name: 'Call-ID', value: dialog.callId },
    { name: 'CSeq', value: formatCSeq({ number: parts.seq ?? dialog.localSeq, method }) },
    ...(parts.headers ?? []),
  ];
  return { kind: 'request', method, uri, headers, body: parts.body ?? '' };
}

function pathOf(dialog: DialogState): { readonly uri: string; readonly routes: readonly string[] } {
  const [first, ...others] = dialog.routeSet;
  const firstUri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  const parsed = firstUri === undefined ? undefined : parseSipUri(firstUri);
  const isStrict = parsed !== undefined && parameterOf(parsed.parameters, 'lr') === undefined;
  if (!isStrict || firstUri === undefined) return { uri: dialog.remoteTarget, routes: dialog.routeSet };
  return { uri: firstUri, routes: [...others, `<${dialog.remoteTarget}>`] };
}

/**
 * Peers behind a NAT or with a wrong Contact: over UDP, without proxies between, in-dialog requests go to where the
 * peer's packet came from. `undefined`: route by the dialog.
 */
export function symmetricRoute(received: Received<SipRequest | SipResponse>): SipAddress | undefined {
  const { message, remote } = received;
  if (remote.protocol !== 'udp' || headerOf(message, 'Record-Route') !== undefined) return undefined;
  const uri = parseSipUri(targetOf(message) ?? '');
  const named = uri && addressOfUri(uri);
  return named?.host === remote.host && named.port === remote.port ? undefined : remote;
}

/** Identifies a dialog at this end (§12). */
export function dialogKey(ids: {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
}): string {
  return `${ids.callId};${ids.localTag};${ids.remoteTag}`;
}

/** The key of the dialog that an incoming request names. */
export function keyOfRequest(request: SipRequest): string {
  return dialogKey({
    callId: headerOf(request, 'Call-ID') ?? '',
    localTag: tagOf(headerOf(request, 'To') ?? '') ?? '',
    remoteTag: tagOf(headerOf(request, 'From') ?? '') ?? '',
  });
}

export function numberOf(message: SipRequest | SipResponse): number {
  return parseCSeq(headerOf(message, 'CSeq') ?? '')?.number ?? 0;
}
