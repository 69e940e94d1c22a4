/**
 * Endpoints begun before the leg that will use them is stored. Making one takes a round trip over both servers, longer
 * than writing a step; nobody outside hears of it, so it need not wait for the step to be committed.
 */
import type { Clock } from '../../app/ports/ports.js';
import type { Endpoint } from './endpoint.js';
import type { Fleet } from '../servers/fleet.js';
import type { MediaLink } from '../servers/media-server.js';
import { NOWHERE } from '../messages/session-text.js';
import type { Signalling } from '../servers/signalling.js';

/** What was expected and did not come within this time is let go. */
const KEPT_MS = 2000;
/** A burst beyond this makes its endpoints when they are needed. */
const MOST_KEPT = 8;
/** Leads come in bursts: after one was used another is begun, but not while its INVITE is being sent. */
const REFILL_AFTER_MS = 30;

interface Spare {
  readonly media: MediaLink;
  readonly signalling: Signalling;
  /** Undefined when it could not be made. */
  readonly endpoint: Promise<Endpoint | undefined>;
  readonly cancelTimer: () => void;
}

interface SparesOf {
  readonly media: Fleet<MediaLink>;
  readonly signalling: Fleet<Signalling>;
  readonly clock: Clock;
}

export class SpareEndpoints {
  #kept: Spare[] = [];
  #cancelRefill: () => void = () => undefined;
  readonly #media: Fleet<MediaLink>;
  readonly #signalling: Fleet<Signalling>;
  readonly #clock: Clock;

  constructor({ media, signalling, clock }: SparesOf) {
    this.#media = media;
    this.#signalling = signalling;
    this.#clock = clock;
  }

  /** Where the next call is going to be, after those that are expected already. */
  expect(): void {
    const kept = (server: MediaLink | Signalling) =>
      this.#kept.filter((spare) => spare.media === server || spare.signalling === server).length;
    const media = this.#media.choose({ extraLegs: kept });
    const signalling = this.#signalling.choose({ extraLegs: kept });
    if (media !== undefined && signalling !== undefined) this.#begin(media, signalling);
  }

  #begin(media: MediaLink, signalling: Signalling): void {
    if (this.#kept.length >= MOST_KEPT) return;
    const spare: Spare = {
      media,
      signalling,
      endpoint: media.createEndpoint(NOWHERE, signalling).catch(() => undefined),
      cancelTimer: this.#clock.after(KEPT_MS, () => {
        this.#kept = this.#kept.filter((kept) => kept !== spare);
        void letGo(spare);
      }),
    };
    this.#kept.push(spare);
  }

  /** One there that is alive, the oldest first; undefined when there is none. */
  async take(media: MediaLink, signalling: Signalling): Promise<Endpoint | undefined> {
    for (let spare = this.#next(media, signalling); spare !== undefined;) {
      const endpoint = await spare.endpoint;
      if (endpoint?.life.ended === false) {
        this.#refillLater();
        return endpoint;
      }
      spare = this.#next(media, signalling);
    }
    return undefined;
  }

  #next(media: MediaLink, signalling: Signalling): Spare | undefined {
    const index = this.#kept.findIndex((spare) => spare.media === media && spare.signalling === signalling);
    const [spare] = index < 0 ? [] : this.#kept.splice(index, 1);
    spare?.cancelTimer();
    return spare;
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
