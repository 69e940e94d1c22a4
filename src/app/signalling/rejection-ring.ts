/** The last calls that were refused before they became one, with the reason. In memory: a scanner must not fill the store. */
import type { Rejection } from '../../domain/signalling/signalling.js';

const KEPT = 500;

export class RejectionRing {
  #kept: Rejection[] = [];

  add(rejection: Rejection): void {
    this.#kept.push(rejection);
    if (this.#kept.length > KEPT) this.#kept = this.#kept.slice(-KEPT);
  }

  /** Newest first. */
  latest(limit: number): readonly Rejection[] {
    return this.#kept.slice(-limit).toReversed();
  }
}
