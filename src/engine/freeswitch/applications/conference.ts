/**
 * conference: `name[@profile][+pin][+flags{mute|deaf}]`. Joins, and stays until it is kicked, hung up or sent elsewhere.
 * Meanwhile it runs what is posted, as every waiting application does. Pins are not asked for.
 */
import type { Channel } from '../channel/channel.js';
import { serve } from '../channel/serve.js';
import { DEFAULT_DOMAIN, type Conference, type Member } from '../conference/conferences.js';

interface Wish {
  readonly name: string;
  readonly flags: readonly string[];
}

function wishOf(argument: string): Wish | undefined {
  const parts = /^([^@+\s]+)(?:@[^+]*)?(?:\+[^+]*)?(?:\+flags\{([^}]*)\})?$/.exec(argument.trim());
  return parts?.[1] === undefined ? undefined : { name: parts[1], flags: parts[2]?.split('|') ?? [] };
}

export async function conference(channel: Channel, argument: string): Promise<void> {
  const wish = wishOf(argument);
  const { conferences } = channel.core;
  if (wish === undefined) return;
  const member = conferences.join(channel.core, wish.name, {
    channel,
    speak: wish.flags.includes('mute') ? 'no' : 'yes',
    hear: wish.flags.includes('deaf') ? 'no' : 'yes',
  });
  const joined = conferences.named(wish.name);
  if (member === undefined || joined === undefined) return;
  if (member.hear === 'no') member.seat.shut('ears');
  enter(channel, joined, member);
  await stayIn(channel, joined, member);
  leave(channel, joined, member);
}

function enter(channel: Channel, { name, uuid }: Conference, { id }: Member): void {
  channel.readCodecName = 'L16';
  channel.variables.setAll({
    conference_name: name,
    app_session_uuid: uuid,
    read_codec: 'L16',
    read_rate: '8000',
    conference_member_id: String(id),
    conference_moderator: 'false',
    conference_ghost: 'false',
    conference_uuid: uuid,
    conference_call_key: `conference_${name}_${DEFAULT_DOMAIN}_`,
  });
}

/** The floor is given in the first frame. */
async function stayIn(channel: Channel, joined: Conference, member: Member): Promise<void> {
  joined.fire('conferenceJoined', member, { Action: 'add-member' });
  const isIn = () => member.state === 'in';
  const cancel = channel.core.clock.after(0, () => channel.thread.stir());
  await serve(channel, {
    until: () => {
      if (isIn()) joined.giveFloor();
      return !isIn();
    },
  });
  cancel();
}

function leave(channel: Channel, joined: Conference, member: Member): void {
  // Its last frame outlasts its event socket, which goes as soon as the channel is hung up.
  if (!channel.isUp) for (const watcher of [...channel.watchers]) watcher.channelCut();
  channel.core.conferences.leave(joined, member);
  channel.readCodecName = undefined;
  channel.variables.set('conference_call_key', undefined);
  channel.variables.setAll({ read_codec: channel.codecName, read_rate: '8000' });
}
