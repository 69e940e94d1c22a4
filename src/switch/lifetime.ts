/**
 * Something that ends once: a connection, an endpoint, a leg. Listeners can be taken back, so that what lives long does
 * not collect the waiters of what lives short (a Promise raced again and again would).
 */
import type { Clock } from '../app/ports/ports.js';

export class Lifetime<E> {
  #ending: { readonly why: E } | undefined;
  readonly #listeners = new Set<(why: E) => void>();

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  get ending(): E | undefined {
    return this.#ending?.why;
  }

  /** Called at once when it is over already. */
  onEnd(listener: (why: E) => void): () => void {
    if (this.#ending) {
      listener(this.#ending.why);
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Only the first call counts; says whether this was it. */
  end(why: E): boolean {
    if (this.#ending) return false;
    this.#ending = { why };
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(why);
    return true;
  }
}

/** How a library call ended. `late` and `ended` are ours: the library itself may never settle. */
export type Settled<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' }
  | { readonly kind: 'ended' };

export interface Limits {
  readonly clock: Clock;
  /** Undefined: only the owner's end limits it (a prompt of any length). */
  readonly deadlineMs?: number;
  readonly owner?: Pick<Lifetime<unknown>, 'onEnd'>;
}

/** Races a library call with a deadline and with its owner's end. Never rejects; a late result is dropped. */
export function settle<T>(work: () => Promise<T>, limits: Limits): Promise<Settled<T>> {
  return new Promise((resolve) => {
    const releases: (() => void)[] = [];
    const finish = (outcome: Settled<T>) => {
      for (const release of releases.splice(0)) release();
      resolve(outcome);
    };
    if (limits.deadlineMs !== undefined) {
      releases.push(limits.clock.after(limits.deadlineMs, () => finish({ kind: 'late' })));
    }
    if (limits.owner) releases.push(limits.owner.onEnd(() => finish({ kind: 'ended' })));
    attempt(work).then(
      (value) => finish({ kind: 'value', value }),
      (error: unknown) => finish({ kind: 'failed', error }),
    );
  });
}

/** A synchronous throw of a library (an assert, a null connection) becomes a rejection. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** One value, once, from outside: the outcome of an activity. */
export class Outcome<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (value: T) => void;
  #settled = false;

  constructor() {
    let resolve: (value: T) => void = () => undefined;
    this.promise = new Promise((accept) => {
      resolve = accept;
    });
    this.#resolve = resolve;
  }

  get settled(): boolean {
    return this.#settled;
  }

  settle(value: T): void {
    this.#settled = true;
    this.#resolve(value);
  }
}

export function whyOf(settled: Exclude<Settled<unknown>, { kind: 'value' }>, what: string): string {
  if (settled.kind === 'late') return `${what}: no answer in time`;
  if (settled.kind === 'ended') return `${what}: connection or channel ended`;
  return `${what}: ${settled.error instanceof Error ? settled.error.message : String(settled.error)}`;
}
