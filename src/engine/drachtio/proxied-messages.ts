/** Requests and responses as a proxy passes them on (RFC 3261 §16.6, §16.7). Pure; called by proxy.ts and proxy-routes.ts. */
import { isIP } from 'node:net';
import type { SipAddress } from '../../sip/api.js';
import { addressOfUri } from '../../sip/next-hop.js';
import { headerOf, headersOf, withHeader, withoutHeader, withTopHeader } from '../../wire/sip-message.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { parameterOf } from '../../wire/sip-tokens.js';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import type { Engine } from './engine-state.js';
import { inSofiaOrder, takeHeaders } from './sofia-messages.js';

export interface Forwarding {
  readonly target: string;
  /** The socket it leaves by. */
  readonly local: SipAddress;
  /** `stay`: in-dialog requests come this way too. */
  readonly path: 'stay' | 'leave';
  /** Of the application; they replace those of the same name. */
  readonly headers: readonly SipHeader[];
}

/** Without the Via that the stack puts on top. The Request-URI is replaced only when it is an address of this server. */
export function forwardedRequest(engine: Engine, request: SipRequest, to: Forwarding): SipRequest {
  const uri = isOwnUri(engine, request.uri) ? to.target : request.uri;
  const hops = headerOf(request, 'Max-Forwards');
  const maxForwards = hops === undefined ? 70 : Number(hops) - 1;
  const lessHops = withHeader(withoutTop(request, 'Route'), 'Max-Forwards', String(maxForwards));
  const recorded = to.path === 'stay' ? withOurPath(engine, lessHops, to.local) : lessHops;
  const given = takeHeaders(to, 'all', engine.hostPortOf(to.local));
  const changed = given.reduce((message, { name, value }) => withHeader(message, name, value), recorded);
  return inSofiaOrder({ ...changed, uri });
}

/** REGISTER records its way in Path (RFC 3327), all others in Record-Route. */
function withOurPath(engine: Engine, request: SipRequest, local: SipAddress): SipRequest {
  const own = engine.contactOf(local).replace('>', ';lr>');
  if (request.method !== 'REGISTER') return withTopHeader(request, 'Record-Route', own);
  return withTopHeader(withTopHeader(request, 'Require', 'path'), 'Path', own);
}

/** Without our own Via. */
export function passedBack(response: SipResponse): SipResponse {
  return inSofiaOrder(withoutTop(response, 'Via'));
}

/** Without the first value of a list header. */
export function withoutTop<M extends SipMessage>(message: M, name: string): M {
  const [, ...others] = headersOf(message, name);
  return others.length === 0 ? withoutHeader(message, name) : withHeader(message, name, others);
}

/** The first Route names this server as a loose router. */
export function isRoutedHere(engine: Engine, request: SipRequest): boolean {
  const [first] = headersOf(request, 'Route');
  const uri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  const parsed = uri === undefined ? undefined : parseSipUri(uri);
  return parsed !== undefined && parameterOf(parsed.parameters, 'lr') !== undefined && isOwnUri(engine, uri);
}

function isOwnUri(engine: Engine, uri: string | undefined): boolean {
  const parsed = uri === undefined ? undefined : parseSipUri(uri);
  const hostPort = parsed && `${parsed.host}:${String(parsed.port ?? 5060)}`;
  return engine.stack.locals.some(
    (local) => hostPort === `${local.host}:${String(local.port)}` || hostPort === engine.hostPortOf(local),
  );
}

/** Address of a destination whose host may be a name. */
export async function addressOf(engine: Engine, destination: string): Promise<SipAddress | undefined> {
  const uri = parseSipUri(destination);
  if (!uri || isIP(uri.host) !== 0 || uri.host === 'localhost') return uri && addressOfUri(uri);
  const host = await engine.resolve(uri.host);
  return host === undefined ? undefined : addressOfUri({ ...uri, host });
}
