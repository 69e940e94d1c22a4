/**
 * Keys of a talk, on their way to the other party: each once, as long as it was pressed, in the way that party takes them
 * (RFC 4733, SIP INFO, tones). FreeSWITCH itself would pass none (bridge_filter_dtmf), because some are meant for us.
 */
import { onNewSignal } from '../../app/calls/new-signals.js';
import type { Clock } from '../../app/ports/ports.js';
import { MOST_GAP_MS } from '../../domain/dialplan/live-keys.js';
import { siftKey, type HeldKey } from '../../domain/dialplan/kept-keys.js';
import type { SwitchLeg } from '../legs/leg.js';

/** `kept`: sequences that are not passed. Returns a function that ends it. */
export function passKeys(
  from: SwitchLeg,
  to: SwitchLeg,
  { kept, clock }: { readonly kept: readonly string[]; readonly clock: Clock },
): () => void {
  const passing = new Passing(to, kept, clock);
  const undo = onNewSignal(from, (signal) => {
    if (signal.kind === 'key' && !from.gathers) passing.take(from, signal);
  });
  return () => {
    undo();
    passing.close();
  };
}

class Passing {
  readonly #to: SwitchLeg;
  readonly #kept: readonly string[];
  readonly #clock: Clock;
  #held: readonly HeldKey[] = [];
  #cancel: () => void = () => undefined;
  /** A key begins when the one before it is over. */
  #sending: Promise<void> = Promise.resolve();

  constructor(to: SwitchLeg, kept: readonly string[], clock: Clock) {
    this.#to = to;
    this.#kept = kept;
    this.#clock = clock;
  }

  take(from: SwitchLeg, { digit, durationMs }: HeldKey): void {
    // Both hear tones: they went with the voice.
    if (from.keys === 'inband' && this.#to.keysOut === 'inband') return;
    this.#cancel();
    const { passed, held } = siftKey(this.#kept, this.#held, { digit, durationMs });
    this.#held = held;
    this.#pass(passed);
    if (held.length > 0) this.#cancel = this.#clock.after(MOST_GAP_MS, () => this.#letGo());
  }

  close(): void {
    this.#cancel();
    this.#held = [];
  }

  #letGo(): void {
    const held = this.#held;
    this.#held = [];
    this.#pass(held);
  }

  #pass(keys: readonly HeldKey[]): void {
    for (const key of keys)
      this.#sending = this.#sending.then(() => this.#to.sendKey(key.digit, key.durationMs));
  }
}
