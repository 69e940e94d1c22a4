/**
 * Phones whose server is being drained. Each is sent away once: 503 makes a phone that knows another registrar, by DNS or by its
 * own list, go there (RFC 3263 §4.3, RFC 3261 §21.5.4). One that comes back knows no other and is taken, for a short time.
 * What is remembered expires, and so is bounded.
 */
import type { Clock } from '../../app/ports/ports.js';

/** Longer than phones wait before they try again. */
const REMEMBERED_MS = 600_000;
/** Beyond this the oldest are forgotten, and sent away again. */
const MAX_REMEMBERED = 10_000;

export class MovingPhones {
  readonly #clock: Clock;
  readonly #told = new Map<string, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `stays`: it was sent away before. */
  comes(phone: string): 'goes' | 'stays' {
    const before = this.#told.get(phone);
    this.forget(phone);
    if (this.#told.size >= MAX_REMEMBERED) this.forget([...this.#told.keys()][0] ?? '');
    this.#told.set(
      phone,
      this.#clock.after(REMEMBERED_MS, () => this.#told.delete(phone)),
    );
    return before === undefined ? 'goes' : 'stays';
  }

  /** It is where it may stay. */
  forget(phone: string): void {
    this.#told.get(phone)?.();
    this.#told.delete(phone);
  }

  close(): void {
    for (const cancel of this.#told.values()) cancel();
    this.#told.clear();
  }
}
