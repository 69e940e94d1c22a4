/** Housekeeping: channels of the media server that no open call owns are killed after a minute. */
import type { AppContext } from '../../context.js';
import { servedBy } from './talk-company.js';

/** A channel's id is stored right after the channel was made; a minute later it must be. */
const GRACE_MS = 60_000;

/** Answers how many were killed. Throws Fault `switch-unavailable`. */
export async function killOrphans(context: AppContext): Promise<number> {
  const { switch: telephoneSwitch, clock, logger } = context.ports;
  if (telephoneSwitch.status().media !== 'ready') return 0;
  if ((await context.standby.sparesOrphans()) === 'spared') return 0;
  let killed = 0;
  const channels = await telephoneSwitch.liveChannels();
  for (const channel of channels) {
    if (clock.now() - channel.createdAt < GRACE_MS) continue;
    if (await isAnyOwned(context, servedBy(channel, channels))) continue;
    logger.warn({ channel: channel.uuid }, 'a channel without a call is killed');
    await telephoneSwitch.endStored({ sipCallId: '', channelUuid: channel.uuid });
    killed += 1;
  }
  return killed;
}

async function isAnyOwned(context: AppContext, channelUuids: readonly string[]): Promise<boolean> {
  for (const uuid of channelUuids) if (await isOwned(context, uuid)) return true;
  return false;
}

async function isOwned({ ports, standby }: AppContext, channelUuid: string): Promise<boolean> {
  if (await standby.owns(channelUuid)) return true;
  const leg = await ports.store.calls.legByChannel(channelUuid);
  const call = leg && (await ports.store.calls.byId(leg.callId));
  return call !== undefined && call.state !== 'closed';
}
