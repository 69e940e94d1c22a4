/** The doctor's own phone on the way to a gateway: by its transport, and by UDP for calls that come back. */
import { isIP } from 'node:net';
import type { PhoneOptions } from '../../../phone/api.js';
import type { Hop } from '../../../resolve/resolve-gateway.js';
import type { SipAddress } from '../../../sip/api.js';

export interface Way {
  readonly hop: Hop;
  /** Of the gateway, as in the settings: its certificate carries it. */
  readonly host: string;
  /** Where the phone listens. */
  readonly address: string;
  readonly port: number;
  /** Extra certificate authority (PEM). */
  readonly authority?: string;
}

export function socketsOf({ hop, address, port, authority }: Way): Pick<PhoneOptions, 'bind' | 'tls'> {
  const socket = (protocol: SipAddress['protocol'], at: number): SipAddress => ({
    protocol,
    host: address,
    port: at,
  });
  if (hop.transport !== 'tls') return { bind: [socket(hop.transport === 'tcp' ? 'tcp' : 'udp', port)] };
  return {
    bind: [socket('tls', 0), socket('udp', port)],
    tls: authority === undefined ? {} : { ca: authority },
  };
}

export function routeTo({ hop, host }: Pick<Way, 'hop' | 'host'>): SipAddress {
  const place = { host: hop.address, port: hop.port };
  if (hop.transport === 'tls') return { protocol: 'tls', ...place, ...(isIP(host) === 0 && { name: host }) };
  return { protocol: hop.transport === 'tcp' ? 'tcp' : 'udp', ...place };
}
