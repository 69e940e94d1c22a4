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
  // A digit that came in the last frame of the loop before this one has stirred that one only.
  if (channel.digits.hasWaiting) channel.thread.stir();
  while (channel.isReady && !loop.until()) {
    await channel.thread.frame();
    if (loop.until()) return;
    await runMessages(channel);
    takeDigits(channel, loop);
  }
}

/** `serve` for a fixed time, or until a digit ends it (switch_ivr_sleep). */
export async function serveFor(
  channel: Channel,
  ms: number,
  onDigit?: (digit: Digit) => 'break' | 'go-on',
): Promise<'elapsed' | 'broken'> {
  let state: 'waiting' | 'elapsed' | 'broken' = 'waiting';
  const cancel = channel.core.clock.after(ms, () => {
    if (state === 'waiting') state = 'elapsed';
    channel.thread.stir();
  });
  await serve(channel, {
    until: () => state !== 'waiting',
    onDigit: (digit) => {
      if (onDigit?.(digit) === 'break') state = 'broken';
    },
  });
  cancel();
  return current(state);
}

/** Widens what flow analysis has narrowed: the callbacks above write it too. */
function current(state: 'waiting' | 'elapsed' | 'broken'): 'elapsed' | 'broken' {
  return state === 'broken' ? 'broken' : 'elapsed';
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
