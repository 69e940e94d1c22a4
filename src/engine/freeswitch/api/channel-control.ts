/** uuid_kill, uuid_break, uuid_exists. */
import { hangupCauseNamed } from '../channel/hangup-causes.js';
import type { Core } from '../core.js';
import { NO_SUCH_CHANNEL, OK, usage, words } from './answers.js';

/** Ends the channel from outside: its controller sees the disconnect notice and nothing else. */
export function uuidKill(core: Core, argument: string): string {
  const [uuid, cause = 'NORMAL_CLEARING'] = words(argument);
  if (uuid === undefined) return usage('<uuid> [cause]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  channel.hangup(hangupCauseNamed(cause), 'outside');
  return OK;
}

export function uuidBreak(core: Core, argument: string): string {
  const [uuid] = words(argument);
  if (uuid === undefined) return usage('<uuid> [all]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  channel.breakRequest = 'break';
  channel.thread.stir();
  return OK;
}

export function uuidExists(core: Core, argument: string): string {
  return core.channels.has(argument) ? 'true' : 'false';
}
