/**
 * Where an outgoing call may go: one route for a phone, one for each gateway of a trunk, in their order. And the rule
 * when the next gateway may be tried. Pure.
 */
import type { Gateway, Trunk } from '../domain/routing/telephony.js';
import type { OriginateRequest } from '../app/ports/switch.js';
import { parseSipUri } from '../wire/sip-uri.js';
import type { SipHeaders } from './libraries.js';
import type { TrunkWithPassword } from './options.js';

export interface Route {
  readonly uri: string;
  readonly proxy?: string;
  readonly headers: Readonly<SipHeaders>;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly mediaAddress?: string;
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
    headers: callerHeaders(request, undefined),
    ...(proxy !== undefined && { proxy }),
    ...(mediaAddress !== undefined && { mediaAddress }),
  };
}

export function trunkRoutes(
  request: OriginateRequest,
  number: string,
  { trunk, password, identity }: TrunkWithPassword,
): Route[] {
  const credentials =
    trunk.username !== undefined && password !== undefined
      ? { username: trunk.username, password }
      : undefined;
  const asserted = identity === 'asserted' ? { 'P-Asserted-Identity': callerOf(request, trunk) } : {};
  return trunk.gateways.map((gateway) => ({
    uri: gatewayUri(gateway, numberFor(trunk, number)),
    headers: { ...callerHeaders(request, trunk), ...asserted },
    noResponseMs: trunk.noResponseSeconds * 1000,
    ...(credentials && { credentials }),
    ...(trunk.mediaAddress !== undefined && { mediaAddress: trunk.mediaAddress }),
  }));
}

function gatewayUri(gateway: Gateway, user?: string): string {
  const transport = gateway.transport === 'tcp' ? ';transport=tcp' : '';
  return `sip:${user === undefined ? '' : `${user}@`}${gateway.host}:${gateway.port}${transport}`;
}

/** The gateway itself, for an OPTIONS. */
export function hostUri(route: Route): string {
  return route.uri.replace(/^(sips?:)[^@]*@/, '$1');
}

function numberFor(trunk: Trunk, number: string): string {
  return trunk.format === 'digits' ? number.replace(/^\+/, '') : number;
}

function callerOf(request: OriginateRequest, trunk: Trunk | undefined): string {
  const number = request.callerNumber ?? trunk?.callerId;
  const written = number !== undefined && trunk ? numberFor(trunk, number) : number;
  const user = (written ?? trunk?.username ?? 'anonymous').replace(/[^\w+.*#-]/g, '');
  const name = request.callerName === undefined ? '' : `"${request.callerName.replace(/["\\\r\n]/g, ' ')}" `;
  return `${name}<sip:${user}@${OWN_HOST}>`;
}

function callerHeaders(request: OriginateRequest, trunk: Trunk | undefined): SipHeaders {
  return { From: callerOf(request, trunk) };
}

/** Faults of a gateway, not of the called party: another one may reach it. */
export function isGatewayFault(status: number): boolean {
  return (status >= 500 && status < 600) || [401, 403, 407, 408].includes(status);
}

export function hostOf(uri: string): string | undefined {
  return parseSipUri(uri)?.host;
}
