/** Acts out a TalkScript on a call that was answered: records, plays, presses keys, hangs up. Called by phone-call.ts. */
import { levelOf } from '../media/frame.js';
import type { SipClock } from '../sip/api.js';
import type { PhoneCall, Press, TalkScript } from './api.js';
import { SpeechWatch } from './speech-watch.js';

const DEFAULT_SILENCE_MS = 600;

/** Runs until the script is done or the call is over; `over` settles when it is. */
export class Talk {
  readonly #call: PhoneCall;
  readonly #script: TalkScript;
  readonly #clock: SipClock;
  /** Undo what still waits: timers and listeners. */
  readonly #waiting = new Set<() => void>();
  #stage: 'going' | 'over' = 'going';

  constructor(call: PhoneCall, script: TalkScript, clock: SipClock) {
    this.#call = call;
    this.#script = script;
    this.#clock = clock;
  }

  start(): void {
    const { play, hangUpAfterMs } = this.#script;
    this.#record();
    if (play) this.#call.port.play(play);
    void this.#pressAll(this.#script.press ?? []);
    if (hangUpAfterMs !== undefined) this.#after(hangUpAfterMs, () => void this.#call.hangUp());
  }

  stop(): void {
    this.#stage = 'over';
    for (const undo of this.#waiting) undo();
    this.#waiting.clear();
  }

  #record(): void {
    const { recordHeard, recordSaid } = this.#script;
    const { port, number } = this.#call;
    if (recordHeard) port.record({ path: recordHeard(number), channels: 1, voices: 'far-end' });
    if (recordSaid) port.record({ path: recordSaid(number), channels: 1, voices: 'ours' });
  }

  async #pressAll(presses: readonly Press[]): Promise<void> {
    for (const press of presses) {
      await this.#moment(press.when);
      if (this.#isOver()) return;
      await this.#call.press(press.digits, press.by);
    }
  }

  #isOver(): boolean {
    return this.#stage === 'over';
  }

  /** Settles at the moment, or never once the call is over. */
  #moment(when: Press['when']): Promise<void> {
    return new Promise((resolve) => {
      if (when.kind === 'after') this.#after(when.ms, resolve);
      else this.#afterSpeech(when.silenceMs ?? DEFAULT_SILENCE_MS, resolve);
    });
  }

  #after(ms: number, action: () => void): void {
    const undo = this.#clock.after(ms, () => {
      this.#waiting.delete(undo);
      action();
    });
    this.#waiting.add(undo);
  }

  #afterSpeech(silenceMs: number, action: () => void): void {
    const watch = new SpeechWatch(silenceMs);
    const undo = this.#call.port.listen((frame) => {
      if (watch.hear(levelOf(frame)) === 'going') return;
      undo();
      this.#waiting.delete(undo);
      action();
    });
    this.#waiting.add(undo);
  }
}
