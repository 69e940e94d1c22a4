/**
 * A recording of a whole conference, mono. What one member says and hears is all there is to hear, so it is made at one
 * member's port, and goes on at another's when that one leaves. Owned by its conference.
 */
import type { MediaPort, RecordingHandle } from '../../../media/api.js';

export class ConferenceRecording {
  readonly #path: string;
  #at: { readonly port: MediaPort; readonly handle: RecordingHandle } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  begin(port: MediaPort): void {
    this.#recordAt(port, 'no');
  }

  /** `next` is somebody who stays; nobody ends it. */
  leave(port: MediaPort, next: MediaPort | undefined): void {
    const { handle } = this.#at ?? {};
    if (this.#at?.port !== port || handle === undefined) return;
    this.stop();
    if (next !== undefined) void handle.ended.then(() => this.#recordAt(next, 'yes'));
  }

  stop(): void {
    this.#at?.handle.stop();
    this.#at = undefined;
  }

  #recordAt(port: MediaPort, append: 'no' | 'yes'): void {
    const handle = port.record({ path: this.#path, channels: 1, voices: 'both', append });
    this.#at = { port, handle };
  }
}
