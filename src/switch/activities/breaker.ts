/**
 * Interrupts an application. It starts one frame after its command was accepted, and an interruption before that is lost;
 * so the interruption waits for the start.
 */
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import { settle, type Outcome } from '../lifetime.js';

export class Breaker {
  requested = false;
  #phase: 'waiting' | 'started' = 'waiting';
  readonly #interrupt: () => void;
  readonly #unsubscribe: () => void;

  constructor(endpoint: Endpoint, interrupt: () => void) {
    this.#interrupt = interrupt;
    this.#unsubscribe = endpoint.onPlaybackStart(() => this.#started());
  }

  /** Interrupts, and settles the outcome as stopped if the application has not ended within a command's time. */
  stop<T>(outcome: Outcome<T | { kind: 'stopped' }>, { clock, deadlines }: SwitchContext): void {
    this.#request();
    void settle(() => outcome.promise, { clock, deadlineMs: deadlines.commandMs }).then(() =>
      outcome.settle({ kind: 'stopped' }),
    );
  }

  /** The application is over; the next one has not started yet. */
  itemEnded(): void {
    this.#phase = 'waiting';
  }

  release(): void {
    this.#unsubscribe();
  }

  #request(): void {
    if (this.requested) return;
    this.requested = true;
    if (this.#phase === 'started') this.#interrupt();
  }

  #started(): void {
    this.#phase = 'started';
    if (this.requested) this.#interrupt();
  }
}
