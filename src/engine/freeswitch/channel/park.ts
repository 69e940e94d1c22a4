/** Waiting for commands (switch_ivr_park): the state an endpoint of a controller spends its life in. */
import type { Channel } from './channel.js';
import { serve } from './serve.js';

/** Ends when the channel does, is sent elsewhere, or loses its controller. */
export async function park(channel: Channel): Promise<void> {
  channel.control = 'controlled';
  channel.fireWithVariables('CHANNEL_PARK', 'park');
  await serve(channel, {
    until: () => {
      // A break with nothing to break is used up here.
      channel.breakRequest = 'none';
      return channel.control === 'none';
    },
  });
  channel.fireWithVariables('CHANNEL_UNPARK', 'unpark');
}

/** The controlling event socket has gone: the park it held ends. */
export function releaseControl(channel: Channel): void {
  channel.control = 'none';
  channel.thread.stir();
}
