/**
 * Interrupts an application. It starts one frame after its command was accepted, and an interruption before that is lost;
 * so the interruption waits for the start.
 */
import type { Endpoint } from '../endpoint.js';

export class Breaker {
  requested = false;
  #phase: 'waiting' | 'started' = 'waiting';
  readonly #interrupt: () => void;
  readonly #unsubscribe: () => void;

  constructor(endpoint: Endpoint, interrupt: () => void) {
    this.#interrupt = interrupt;
    this.#unsubscribe = endpoint.onPlaybackStart(() => this.#started());
  }

  request(): void {
    if (this.requested) return;
    this.requested = true;
    if (this.#phase === 'started') this.#interrupt();
  }

  /** The application is over; the next one has not started yet. */
  itemEnded(): void {
    this.#phase = 'waiting';
  }

  release(): void {
    this.#unsubscribe();
  }

  #started(): void {
    this.#phase = 'started';
    if (this.requested) this.#interrupt();
  }
}
