/**
 * What every part of the server shares: settings, identity, clock, the event bus, the live channels and the counters
 * that `status` and HEARTBEAT tell. One per server; made in server.ts.
 */
import type { Media } from '../../media/api.js';
import type { Channel } from './channel/channel.js';
import type { Application } from './channel/execute.js';
import type { EslConnection } from './event-socket/connection.js';
import type { Conferences } from './conference/conferences.js';
import type { EventBus, ServerIdentity } from './events/event-bus.js';
import type { FreeSwitchIds, Settings } from './options.js';
import type { FreeSwitchClock } from './system-clock.js';

export interface Core {
  readonly settings: Settings;
  readonly identity: ServerIdentity;
  readonly clock: FreeSwitchClock;
  readonly ids: FreeSwitchIds;
  readonly bus: EventBus;
  readonly media: Media;
  readonly channels: Map<string, Channel>;
  readonly conferences: Conferences;
  /** Connections to the controllers of channels. */
  readonly outbound: Set<EslConnection>;
  readonly applications: ReadonlyMap<string, Application>;
  readonly counters: SessionCounters;
  readonly startedAt: number;
  /** `port` is filled in once the SIP socket is bound. */
  readonly profile: { readonly name: string; readonly address: string; port: number };
}

const FIVE_MINUTES_MS = 300_000;

/** Sessions since start, per second, and their peaks. */
export class SessionCounters {
  readonly #clock: FreeSwitchClock;
  sinceStart = 0;
  peak = 0;
  peakPerSecond = 0;
  #second = 0;
  #inSecond = 0;
  #lastSecond = 0;
  /** Peaks of the running five minutes, which begin anew when they are over. */
  #window = { startedAt: 0, peak: 0, peakPerSecond: 0 };

  constructor(clock: FreeSwitchClock) {
    this.#clock = clock;
  }

  /** Called once for each accepted session; `live` counts it. Returns its session id. */
  accepted(live: number): number {
    this.#turnSecond();
    this.sinceStart += 1;
    this.#inSecond += 1;
    const window = this.#currentWindow();
    this.#window = {
      ...window,
      peak: Math.max(window.peak, live),
      peakPerSecond: Math.max(window.peakPerSecond, this.#inSecond),
    };
    this.peak = Math.max(this.peak, live);
    this.peakPerSecond = Math.max(this.peakPerSecond, this.#inSecond);
    return this.sinceStart;
  }

  get thisSecond(): number {
    this.#turnSecond();
    return this.#inSecond;
  }

  get previousSecond(): number {
    this.#turnSecond();
    return this.#lastSecond;
  }

  get fiveMinutes(): { readonly peak: number; readonly peakPerSecond: number } {
    return this.#currentWindow();
  }

  #turnSecond(): void {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second === this.#second) return;
    this.#lastSecond = second === this.#second + 1 ? this.#inSecond : 0;
    this.#second = second;
    this.#inSecond = 0;
  }

  #currentWindow(): { startedAt: number; peak: number; peakPerSecond: number } {
    const now = this.#clock.now();
    if (now - this.#window.startedAt >= FIVE_MINUTES_MS)
      this.#window = { startedAt: now, peak: 0, peakPerSecond: 0 };
    return this.#window;
  }
}
