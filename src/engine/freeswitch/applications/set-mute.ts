/** `set_mute read|write|both [true|false]`. */
import type { Channel } from '../channel/channel.js';

export function setMute(channel: Channel, argument: string): void {
  const [direction = 'read', level = 'true'] = argument.trim().split(/\s+/);
  const state = /^(?:false|0|no|off)$/i.test(level) ? 'off' : 'on';
  if (direction !== 'write') channel.port?.mute('read', state);
  if (direction !== 'read') channel.port?.mute('write', state);
}
