/**
 * Waiting as `record` does: its limit is compared in whole seconds of the wall clock, so a limit of 1 s lasts between
 * one and two seconds.
 */
import type { Channel } from '../channel/channel.js';
import { serve } from '../channel/serve.js';

export function floorSecond(channel: Channel): number {
  return Math.floor(channel.core.clock.now() / 1000);
}

/** Until the wall clock reaches `second` (for ever when undefined), a digit says `end`, or a break is asked for. */
export async function waitUntilSecond(
  channel: Channel,
  second: number | undefined,
  onDigit: (digit: string) => 'end' | 'go-on',
): Promise<void> {
  const { clock } = channel.core;
  let state: 'waiting' | 'over' = 'waiting';
  const settle = () => {
    state = 'over';
    channel.thread.stir();
  };
  const cancel = second === undefined ? () => undefined : clock.after(second * 1000 - clock.now(), settle);
  await serve(channel, {
    until: () => state === 'over' || channel.breakRequest === 'break',
    onDigit: ({ digit }) => {
      if (onDigit(digit) === 'end') state = 'over';
    },
  });
  channel.breakRequest = 'none';
  cancel();
}
