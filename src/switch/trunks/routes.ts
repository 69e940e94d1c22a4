/** Where an outgoing call may go: one route for a phone, one for each gateway of a trunk, in their order. Pure. */
import { shownCaller, type ShownCaller } from '../../domain/routing/caller-id.js';
import { writeNumber } from '../../domain/routing/number-format.js';
import type { Gateway, MediaTerms, Trunk } from '../../domain/routing/telephony.js';
import { weightedOrder } from '../../domain/routing/weighted-order.js';
import { present } from '../../domain/values/present.js';
import type { OriginateRequest } from '../../app/ports/switch.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import type { SipHeaders } from '../libraries.js';
import type { TrunkWithPassword } from '../options.js';

export interface Route {
  readonly uri: string;
  readonly proxy?: string;
  readonly headers: Readonly<SipHeaders>;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly mediaAddress?: string;
  /** `theirs`: the called party is asked for its session and gets our answer. Default ours. */
  readonly offer?: 'theirs';
  /** The gateway of a trunk behind this route. */
  readonly gateway?: Gateway;
  readonly media?: Trunk['media'];
  /** Tried only when the one before it ended so. */
  readonly after?: number;
  /** The next gateway is tried after this long without a sign of life; undefined: never. */
  readonly noResponseMs?: number;
}

/** `localhost` is replaced by the signalling server's own address. */
const OWN_HOST = 'localhost';

export function phoneRoute(
  request: OriginateRequest,
  uri: string,
  proxy: string | undefined,
  mediaAddress: string | undefined,
): Route {
  return {
    uri,
    headers: { From: callerOf(request.callerName, request.callerNumber) },
    ...present({ proxy, mediaAddress }),
  };
}

export function trunkRoutes(request: OriginateRequest, number: string, given: TrunkWithPassword): Route[] {
  const { trunk } = given;
  const headers = trunkHeaders(request, given);
  const shared = present({
    credentials: credentialsOf(given),
    mediaAddress: trunk.mediaAddress,
    media: trunk.media,
  });
  const routes = weightedOrder(trunk.gateways, number).map((gateway) => ({
    uri: gatewayUri(gateway, writeNumber(trunk, number)),
    headers,
    gateway,
    noResponseMs: trunk.noResponseSeconds * 1000,
    ...shared,
  }));
  const { media } = trunk;
  return media?.srtp === 'optional' ? routes.flatMap((route) => secureFirst(route, media)) : routes;
}

/** Not acceptable here: no common profile. */
const NOT_ACCEPTABLE = 488;

/** SRTP or plain is a matter of one offer each: few carriers take both in one (RFC 8643). */
function secureFirst(route: Route, media: MediaTerms): readonly Route[] {
  return [
    { ...route, media: { ...media, srtp: 'required' } },
    { ...route, media: { ...media, srtp: 'off' }, after: NOT_ACCEPTABLE },
  ];
}

export function credentialsOf({ trunk, password }: TrunkWithPassword): Route['credentials'] {
  return trunk.username !== undefined && password !== undefined
    ? { username: trunk.username, password }
    : undefined;
}

export function gatewayUri({ host, port, transport }: Gateway, user?: string): string {
  const place = `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
  return transport === 'udp' || transport === 'auto' ? `sip:${place}` : `sip:${place};transport=${transport}`;
}

/** The gateway itself, for an OPTIONS. */
export function hostUri(route: Route): string {
  return route.uri.replace(/^(sips?:)[^@]*@/, '$1');
}

function trunkHeaders(request: OriginateRequest, { trunk, identity }: TrunkWithPassword): SipHeaders {
  const facts = present({
    asked: request.callerNumber,
    did: request.did,
    caller: request.onBehalfOf,
    campaign: request.campaign,
  });
  const shown = shownCaller(trunk, facts);
  const asserts = [...(trunk.callerIdRules?.assert ?? []), ...(identity === 'asserted' ? [ASSERTED] : [])];
  const caller = (number: string | undefined) =>
    callerOf(request.callerName, number === undefined ? trunk.username : writeNumber(trunk, number));
  const from: SipHeaders =
    shown.privacy === 'hidden' ? { From: ANONYMOUS, Privacy: 'id' } : { From: caller(shown.number) };
  return {
    ...from,
    ...(asserts.includes(ASSERTED) && { 'P-Asserted-Identity': caller(shown.asserted) }),
    ...(asserts.includes('remote-party-id') && { 'Remote-Party-ID': remoteParty(trunk, shown) }),
    ...(asserts.includes('diversion') && diversion(trunk, shown)),
    ...sessionHeaders(trunk),
  };
}

const ASSERTED = 'p-asserted-identity';
/** RFC 3323 §4.1.1.3. */
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

/** The carrier keeps the session alive (RFC 4028 §7.1): its re-INVITEs and UPDATEs are answered in any state of a call. */
function sessionHeaders({ media }: Trunk): SipHeaders {
  return media?.sessionSeconds === undefined
    ? {}
    : { 'Session-Expires': `${media.sessionSeconds};refresher=uas`, Supported: 'timer' };
}

function remoteParty(trunk: Trunk, { asserted, privacy }: ShownCaller): string {
  const number = asserted === undefined ? trunk.username : writeNumber(trunk, asserted);
  const hides = privacy === 'hidden' ? 'full' : 'off';
  return `${callerOf(undefined, number)};party=calling;screen=yes;privacy=${hides}`;
}

function diversion(trunk: Trunk, { diverted }: ShownCaller): SipHeaders {
  return diverted === undefined
    ? {}
    : { Diversion: `${callerOf(undefined, writeNumber(trunk, diverted))};reason=unconditional` };
}

function callerOf(callerName: string | undefined, number: string | undefined): string {
  const user = (number ?? 'anonymous').replace(/[^\w+.*#-]/g, '');
  const name = callerName === undefined ? '' : `"${callerName.replace(/["\\\r\n]/g, ' ')}" `;
  return `${name}<sip:${user}@${OWN_HOST}>`;
}

export function hostOf(uri: string): string | undefined {
  return parseSipUri(uri)?.host;
}

const EXPIRES_GRACE_MS = 5000;

/** We CANCEL before; for a phone that rings on because we died, this ends the invitation (RFC 3261 §13.3.1). */
export function expiryHeaders(ringMs: number): SipHeaders {
  return { Expires: String(Math.ceil((ringMs + EXPIRES_GRACE_MS) / 1000)) };
}
