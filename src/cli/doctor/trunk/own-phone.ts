/** The doctor's own phone on the way to a gateway: by its transport, and by UDP for calls that come back. */
import { isIP } from 'node:net';
import type { PhoneOptions } from '../../../phone/api.js';
import type { Hop } from '../../../resolve/resolve-gateway.js';
import type { SipAddress, TlsTerms } from '../../../sip/api.js';
import { TlsPeers } from '../../../sip/tls-peers.js';

export interface Way {
  readonly hop: Hop;
  /** Of the gateway, as in the settings: its certificate carries it. */
  readonly host: string;
  /** Where the phone listens. */
  readonly address: string;
  readonly port: number;
  /** Of the trunk. */
  readonly tls?: TlsTerms;
}

export function socketsOf({
  hop,
  host,
  address,
  port,
  tls: terms = {},
}: Way): Pick<PhoneOptions, 'bind' | 'tls' | 'tlsPeers'> {
  const socket = (protocol: SipAddress['protocol'], at: number): SipAddress => ({
    protocol,
    host: address,
    port: at,
  });
  if (hop.transport !== 'tls') return { bind: [socket(hop.transport === 'tcp' ? 'tcp' : 'udp', port)] };
  const peers = new TlsPeers();
  peers.replace([{ host, ...terms }]);
  return {
    bind: [socket('tls', 0), socket('udp', port)],
    tls: {},
    tlsPeers: peers,
  };
}

export function routeTo({ hop, host }: Pick<Way, 'hop' | 'host'>): SipAddress {
  const place = { host: hop.address, port: hop.port };
  if (hop.transport === 'tls') return { protocol: 'tls', ...place, ...(isIP(host) === 0 && { name: host }) };
  return { protocol: hop.transport === 'tcp' ? 'tcp' : 'udp', ...place };
}
