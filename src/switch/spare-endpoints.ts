/**
 * Endpoints begun before the leg that will use them is stored. Making one takes a round trip over both servers, longer
 * than writing a step; nobody outside hears of it, so it need not wait for the step to be committed.
 */
import type { Clock } from '../app/ports/ports.js';
import type { Endpoint } from './endpoint.js';

/** What was expected and did not come within this time is let go. */
const KEPT_MS = 2000;
/** A burst beyond this makes its endpoints when they are needed. */
const MOST_KEPT = 8;
/** Leads come in bursts: after one was used another is begun, but not while its INVITE is being sent. */
const REFILL_AFTER_MS = 30;

interface Spare {
  /** Undefined when it could not be made. */
  readonly endpoint: Promise<Endpoint | undefined>;
  readonly cancelTimer: () => void;
}

export class SpareEndpoints {
  #kept: Spare[] = [];
  #cancelRefill: () => void = () => undefined;
  readonly #make: () => Promise<Endpoint>;
  readonly #clock: Clock;

  constructor(make: () => Promise<Endpoint>, clock: Clock) {
    this.#make = make;
    this.#clock = clock;
  }

  expect(): void {
    if (this.#kept.length >= MOST_KEPT) return;
    const spare: Spare = {
      endpoint: this.#make().catch(() => undefined),
      cancelTimer: this.#clock.after(KEPT_MS, () => {
        this.#kept = this.#kept.filter((kept) => kept !== spare);
        void letGo(spare);
      }),
    };
    this.#kept.push(spare);
  }

  /** One that is alive, the oldest first; undefined when there is none. */
  async take(): Promise<Endpoint | undefined> {
    for (let spare = this.#kept.shift(); spare !== undefined; spare = this.#kept.shift()) {
      spare.cancelTimer();
      const endpoint = await spare.endpoint;
      if (endpoint?.life.ended !== false) continue;
      this.#refillLater();
      return endpoint;
    }
    return undefined;
  }

  #refillLater(): void {
    this.#cancelRefill();
    this.#cancelRefill = this.#clock.after(REFILL_AFTER_MS, () => {
      if (this.#kept.length === 0) this.expect();
    });
  }

  async close(): Promise<void> {
    this.#cancelRefill();
    await Promise.all(this.#kept.splice(0).map(letGo));
  }
}

async function letGo(spare: Spare): Promise<void> {
  spare.cancelTimer();
  await (await spare.endpoint)?.release();
}
