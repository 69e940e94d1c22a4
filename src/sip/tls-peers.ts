/**
 * What TLS connections to certain peers go by: whom to trust, which certificate to show, which name to expect. Changed while
 * running: a connection that is open stays, the next one goes by the new terms. Given to the stack by its owner.
 */
import { isIP } from 'node:net';
import type { SipAddress, TlsPeer, TlsTerms } from './api.js';

interface Led {
  readonly peer: TlsPeer;
  /** That led to the address. */
  readonly name: string | undefined;
}

export class TlsPeers {
  #peers: readonly TlsPeer[] = [];
  /** By address: requests inside a dialog go to one, and its name is no longer told. */
  readonly #led = new Map<string, Led>();
  readonly #listeners = new Set<() => void>();

  replace(peers: readonly TlsPeer[]): void {
    this.#peers = peers;
    this.#led.clear();
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Undefined: nothing is said of this one. */
  termsFor({ host, name, port }: SipAddress): TlsTerms | undefined {
    const place = `${host}:${port}`;
    const peer = this.#find(name ?? host, port);
    const known = name === undefined ? this.#led.get(place) : undefined;
    const led = peer === undefined ? known : { peer, name };
    if (led === undefined) return undefined;
    this.#led.set(place, led);
    const expected = led.peer.serverName ?? led.name;
    const isName = expected !== undefined && isIP(expected) === 0;
    return { ...led.peer, ...(isName && { serverName: expected }) };
  }

  /** One that names the port wins. */
  #find(host: string, port: number): TlsPeer | undefined {
    const same = this.#peers.filter((peer) => peer.host.toLowerCase() === host.toLowerCase());
    return same.find((peer) => peer.port === port) ?? same.find((peer) => peer.port === undefined);
  }
}
