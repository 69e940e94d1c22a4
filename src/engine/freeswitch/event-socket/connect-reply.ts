/** The reply to `connect` on an outbound socket: the whole channel, percent-encoded, profile shown twice. */
import { writeEslHeaders } from '../../../wire/esl-frame.js';
import { appendProfile } from '../channel/caller-profile.js';
import { channelHeaders } from '../channel/channel-headers.js';
import type { Channel } from '../channel/channel.js';

export function connectReply(channel: Channel): string {
  const headers = channel.core.bus.commonHeaders({ name: 'CHANNEL_DATA', site: 'connectReply' });
  appendProfile(headers, 'Channel', channel.profile);
  channelHeaders(headers, channel);
  Object.assign(headers, {
    'Content-Type': 'command/reply',
    'Reply-Text': '+OK\n',
    'Socket-Mode': 'async',
    Control: 'full',
  });
  return `${writeEslHeaders(headers)}\n`;
}
