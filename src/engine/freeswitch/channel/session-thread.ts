/**
 * What stands for a FreeSWITCH session thread: messages posted from elsewhere (executes, SIP signals) are taken up at
 * the channel's next 20 ms frame boundary, never at once. An idle channel costs nothing: it sleeps until stirred.
 */
import type { FreeSwitchClock } from '../system-clock.js';

export const FRAME_MS = 20;

export interface ExecuteMessage {
  readonly kind: 'execute';
  readonly application: string;
  readonly argument: string | undefined;
  /** Event-UUID of the command; becomes Application-UUID. */
  readonly uuid: string | undefined;
  readonly loops: number;
}

export type SessionMessage =
  | ExecuteMessage
  /** Something that must happen on the channel's own time: a BYE, a re-INVITE. */
  | { readonly kind: 'signal'; readonly act: () => void };

export class SessionThread {
  readonly #clock: FreeSwitchClock;
  #origin: number;
  #messages: SessionMessage[] = [];
  #wake: (() => void) | undefined;
  /** Something happened since the last frame. */
  #pending: 'nothing' | 'something' = 'nothing';

  constructor(clock: FreeSwitchClock) {
    this.#clock = clock;
    this.#origin = clock.now();
  }

  post(message: SessionMessage): void {
    if (message.kind === 'execute') this.interrupt();
    this.#messages.push(message);
    this.stir();
  }

  /** Makes the thread look again at the next frame boundary. */
  stir(): void {
    this.#pending = 'something';
    this.#wake?.();
  }

  /** Breaks off the frame being read; the next one is whole, so what comes next comes 20 ms from now. */
  interrupt(): void {
    this.#origin = this.#clock.now();
    this.stir();
  }

  /** The oldest message; of a channel on its way elsewhere only signals are taken up. */
  take(kinds: 'all' | 'signals'): SessionMessage | undefined {
    const index = kinds === 'all' ? 0 : this.#messages.findIndex(({ kind }) => kind === 'signal');
    return index < 0 ? undefined : this.#messages.splice(index, 1)[0];
  }

  /** Sleeps until stirred, then until the next frame boundary. */
  async frame(): Promise<void> {
    if (this.#pending === 'nothing') {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    await this.sleep(this.#untilBoundary());
    this.#pending = this.#messages.length > 0 ? 'something' : 'nothing';
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(ms, resolve);
    });
  }

  #untilBoundary(): number {
    return FRAME_MS - ((this.#clock.now() - this.#origin) % FRAME_MS);
  }
}
