/** The contacts of all users, each until it expires. Owned by the registrar. */
import type { Clock } from '../../app/ports/ports.js';
import type { Registered } from '../../app/ports/switch.js';
import { present } from '../../domain/values/present.js';

/** How to reach a registered phone. */
export interface Contact {
  readonly uri: string;
  /** Source of the REGISTER when the Contact names another address (NAT), or a connection. */
  readonly proxy?: string;
  readonly address: string;
  /** Of the signalling server that it registered with. */
  readonly signallingNode?: string;
}

/** A phone on a WebSocket is a browser (RFC 7118): it speaks WebRTC and nothing else. */
export function isBrowser({ proxy }: Pick<Contact, 'proxy'>): boolean {
  return proxy !== undefined && /;transport=wss?$/i.test(proxy);
}

export interface KnownContact {
  readonly registered: Registered;
  readonly reach: Contact;
  /** What makes it the same phone when its address changes (RFC 5626 §4.1); else its URI. */
  readonly phone: string;
}

interface Entry extends KnownContact {
  readonly cancelExpiry: () => void;
}

/** A user with more phones than this loses the one that registered first. */
const MAX_CONTACTS = 10;

export interface BookEvents {
  /** A phone that was not there. */
  came(contact: KnownContact): void;
  /** It expired, signed off or gave way; not told of those of a closing book. */
  gone(contact: KnownContact): void;
  /** The same phone at another address: this is no longer its contact. */
  moved(former: KnownContact): void;
}

export class ContactBook {
  readonly #clock: Clock;
  readonly #events: BookEvents;
  /** Of each user, in the order in which they registered first. */
  readonly #users = new Map<string, readonly Entry[]>();

  constructor(clock: Clock, events: BookEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  all(): readonly KnownContact[] {
    return [...this.#users.values()].flat();
  }

  of(user: string): readonly KnownContact[] {
    return this.#users.get(user) ?? [];
  }

  find(user: string, contact?: string): KnownContact | undefined {
    const own = this.of(user);
    return contact === undefined ? own.at(-1) : own.find(({ registered }) => registered.contact === contact);
  }

  put(known: KnownContact): void {
    const { user, expiresAt } = known.registered;
    const before = this.#users.get(user) ?? [];
    const same = before.find(({ phone }) => phone === known.phone);
    same?.cancelExpiry();
    if (same !== undefined && same.registered.contact !== known.registered.contact) this.#events.moved(same);
    const cancelExpiry = this.#clock.after(expiresAt - this.#clock.now(), () =>
      this.#drop(user, known.phone),
    );
    const entry = { ...known, cancelExpiry };
    this.#users.set(
      user,
      same === undefined ? [...before, entry] : before.map((one) => (one === same ? entry : one)),
    );
    if (same === undefined) this.#events.came(known);
    if (this.of(user).length > MAX_CONTACTS) this.#drop(user, this.of(user)[0]?.phone ?? '');
  }

  recall(registered: Registered): void {
    if (registered.expiresAt <= this.#clock.now()) return;
    const { contact: uri, proxy, source, phone, signallingNode } = registered;
    const address = source.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    this.put({ registered, phone, reach: { uri, address, ...present({ proxy, signallingNode }) } });
  }

  /** Without a URI all of the user's. */
  remove(user: string, uri: string | undefined): void {
    for (const { phone, registered } of this.of(user))
      if (uri === undefined || registered.contact === uri) this.#drop(user, phone);
  }

  close(): void {
    for (const entry of [...this.#users.values()].flat()) entry.cancelExpiry();
    this.#users.clear();
  }

  #drop(user: string, phone: string): void {
    const before = this.#users.get(user) ?? [];
    const gone = before.find((one) => one.phone === phone);
    if (gone === undefined) return;
    gone.cancelExpiry();
    const rest = before.filter((one) => one !== gone);
    if (rest.length === 0) this.#users.delete(user);
    else this.#users.set(user, rest);
    this.#events.gone(gone);
  }
}
