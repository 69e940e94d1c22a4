/**
 * Asks a media server every second how it is: its answer says how loaded it is, a late one that no call should be given
 * to it, and none at all that it is dead. A stopped process or a cut line keeps its sockets open: only this shows it.
 */
import type { Clock } from '../../app/ports/ports.js';
import type { MediaLoad } from '../../domain/routing/choose-server.js';
import type { EventSocket } from './event-socket.js';
import { parseStatus } from './parse-status.js';

const INTERVAL_MS = 1000;
const LATE_MS = 750;
/** So many questions in a row, each with the deadline of a command: a server under full load may be late. */
const UNANSWERED_OF_THE_DEAD = 2;

export interface HealthEvents {
  /** Legs of ours on it now. */
  ownLegs(): number;
  /** Told before its connection is closed. */
  dead(): void;
}

export class HealthWatch {
  answers: 'in-time' | 'late' = 'in-time';
  load: MediaLoad | undefined;
  readonly #eventSocket: EventSocket;
  readonly #clock: Clock;
  readonly #events: HealthEvents;
  #unanswered = 0;
  #cancelTimer: () => void = () => undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(eventSocket: EventSocket, { clock }: { readonly clock: Clock }, events: HealthEvents) {
    this.#eventSocket = eventSocket;
    this.#clock = clock;
    this.#events = events;
    void this.#ask();
  }

  close(): void {
    this.#state = 'closed';
    this.#cancelTimer();
  }

  async #ask(): Promise<void> {
    const ownLegs = this.#events.ownLegs();
    const before = this.#eventSocket.bytesRead;
    this.#cancelTimer = this.#clock.after(LATE_MS, () => {
      this.answers = 'late';
    });
    const answer = await this.#eventSocket.api('status');
    this.#cancelTimer();
    if (this.#state === 'closed') return;
    if (answer.kind !== 'value') {
      this.#missed(this.#eventSocket.bytesRead > before ? 'speaks' : 'says nothing');
      return;
    }
    this.answers = 'in-time';
    this.#unanswered = 0;
    const read = parseStatus(answer.value);
    if (read !== undefined) this.load = { ...read, ownLegs, at: this.#clock.now() };
    this.#cancelTimer = this.#clock.after(INTERVAL_MS, () => void this.#ask());
  }

  /** One that tells of its calls lives, however late its answers are. */
  #missed(it: 'speaks' | 'says nothing'): void {
    this.answers = 'late';
    this.#unanswered = it === 'speaks' ? 0 : this.#unanswered + 1;
    if (this.#unanswered < UNANSWERED_OF_THE_DEAD) {
      void this.#ask();
      return;
    }
    this.#events.dead();
    this.#eventSocket.close('no answer to a health check');
  }
}
