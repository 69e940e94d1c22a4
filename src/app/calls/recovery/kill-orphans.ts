/** Housekeeping: channels of the media server that no open call owns are killed after a minute. */
import type { AppContext } from '../../context.js';
import type { LiveChannel } from '../../ports/switch.js';

/** A channel's id is stored right after the channel was made; a minute later it must be. */
const GRACE_MS = 60_000;

/** Answers how many were killed. Throws Fault `switch-unavailable`. */
export async function killOrphans(context: AppContext): Promise<number> {
  const { switch: telephoneSwitch, clock, logger } = context.ports;
  if (telephoneSwitch.status().media !== 'ready') return 0;
  if ((await context.standby.sparesOrphans()) === 'spared') return 0;
  let killed = 0;
  for (const channel of await telephoneSwitch.liveChannels()) {
    if (clock.now() - channel.createdAt < GRACE_MS || (await isOwned(context, channel))) continue;
    logger.warn({ channel: channel.uuid }, 'a channel without a call is killed');
    await telephoneSwitch.endStored({ sipCallId: '', channelUuid: channel.uuid });
    killed += 1;
  }
  return killed;
}

async function isOwned({ ports, standby }: AppContext, { uuid }: LiveChannel): Promise<boolean> {
  if (await standby.owns(uuid)) return true;
  const leg = await ports.store.calls.legByChannel(uuid);
  const call = leg && (await ports.store.calls.byId(leg.callId));
  return call !== undefined && call.state !== 'closed';
}
