/** Which trunk a request comes from, by its source address and transport. Pure. */
import type { Gateway, Trunk } from './telephony.js';

export interface Sender {
  /** IP literal, without brackets. */
  readonly address: string;
  /** A UDP source can be forged: a trunk that only has TCP or TLS gateways is never taken for its sender. */
  readonly protocol?: string;
}

export function trunkOfSender(trunks: Readonly<Record<string, Trunk>>, sender: Sender): Trunk | undefined {
  return Object.values(trunks).find((trunk) => sendsFrom(trunk, sender));
}

function sendsFrom({ gateways, addresses }: Trunk, { address, protocol }: Sender): boolean {
  const known =
    gateways.some(({ host }) => host === address) || (addresses ?? []).some((net) => contains(net, address));
  return known && (protocol === undefined || gateways.some((gateway) => mayUse(gateway, protocol)));
}

/** A UDP trunk may send over TCP too (RFC 3261 §18.1.1: large requests); never the other way round. */
function mayUse({ transport }: Gateway, protocol: string): boolean {
  return (
    transport === 'udp' ||
    transport === 'auto' ||
    protocol === transport ||
    (transport === 'tcp' && protocol === 'tls')
  );
}

/** `203.0.113.0/28` or one address. Networks are read for IPv4 only; an IPv6 address is compared as text. */
function contains(network: string, address: string): boolean {
  const [base = '', bits] = network.split('/');
  if (bits === undefined) return base === address;
  const [from, at] = [ipv4(base), ipv4(address)];
  if (from === undefined || at === undefined) return false;
  const hosts = 2 ** (32 - Number(bits));
  return Math.floor(from / hosts) === Math.floor(at / hosts);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
