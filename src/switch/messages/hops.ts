/** The next hop of a gateway as the URI that the signalling server is given: an address, because it looks up no names. */
import { isIP } from 'node:net';
import type { Gateway } from '../../domain/routing/telephony.js';
import { formatHostPort } from '../../wire/sip-uri.js';
import type { SwitchOptions } from '../options.js';

/** Undefined: the Request-URI says it already. */
export type Proxy = string | undefined;

export class Hops {
  readonly #resolve: SwitchOptions['resolve'];
  /** Addresses that names of gateways led to, so that calls from there are known. Replaced name by name. */
  readonly #addresses = new Map<string, readonly string[]>();

  constructor(resolve: SwitchOptions['resolve']) {
    this.#resolve = resolve;
  }

  /** In order; empty: the name leads nowhere. `spreadBy` is the number dialled. */
  async all(gateway: Gateway, spreadBy: string): Promise<readonly Proxy[]> {
    if (this.#resolve === undefined || isIP(gateway.host) !== 0) return [undefined];
    const resolution = await this.#resolve(gateway, spreadBy);
    if (resolution.kind === 'unresolved') return [];
    this.#addresses.set(
      gateway.host,
      resolution.hops.map(({ address }) => address),
    );
    return resolution.hops.map(
      ({ address, port, transport }) => `sip:${formatHostPort(address, port)};transport=${transport}`,
    );
  }

  /** `none`: the name leads nowhere. */
  async first(
    gateway: Gateway,
  ): Promise<{ readonly kind: 'hop'; readonly proxy: Proxy } | { readonly kind: 'none' }> {
    const proxies = await this.all(gateway, '');
    return proxies.length === 0 ? { kind: 'none' } : { kind: 'hop', proxy: proxies[0] };
  }

  addressesOf(host: string): readonly string[] {
    return this.#addresses.get(host) ?? [];
  }
}
