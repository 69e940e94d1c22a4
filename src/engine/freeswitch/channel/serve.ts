/**
 * The loop inside every application that waits: each frame it runs what was posted (nested executes, to their end),
 * hands over digits, and looks whether it is done. Nesting follows: a playback started while another runs is served
 * by a second loop inside the first.
 */
import type { Channel } from './channel.js';
import type { Digit } from './digit-queue.js';
import { executeMessage } from './execute.js';

export interface ServeLoop {
  /** Asked after every frame. */
  readonly until: () => boolean;
  /** Digits are taken, and their events fired, also without it. */
  readonly onDigit?: (digit: Digit) => void;
}

/** Returns when `until` holds or the channel is hung up or sent elsewhere. */
export async function serve(channel: Channel, loop: ServeLoop): Promise<void> {
  while (channel.isReady && !loop.until()) {
    await channel.thread.frame();
    if (loop.until()) return;
    await runMessages(channel);
    takeDigits(channel, loop);
  }
}

/** `serve` for a fixed time. */
export async function serveFor(channel: Channel, ms: number): Promise<void> {
  let elapsed = false;
  const cancel = channel.core.clock.after(ms, () => {
    elapsed = true;
    channel.thread.stir();
  });
  await serve(channel, { until: () => elapsed });
  cancel();
}

/** Also used between states, where executes wait but a BYE must be answered. */
export async function runMessages(channel: Channel): Promise<void> {
  for (;;) {
    const message = channel.thread.take(channel.isReady ? 'all' : 'signals');
    if (message === undefined) return;
    if (message.kind === 'signal') message.act();
    else await executeMessage(channel, message);
  }
}

function takeDigits(channel: Channel, loop: ServeLoop): void {
  while (channel.isReady && !loop.until()) {
    const digit = channel.digits.take();
    if (digit === undefined) return;
    loop.onDigit?.(digit);
  }
}
