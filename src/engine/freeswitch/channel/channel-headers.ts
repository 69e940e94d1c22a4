/** The headers that say which channel an event is about, in FreeSWITCH's order (switch_channel_event_set_*). */
import type { MutableHeaders } from '../events/event-bus.js';
import { appendProfile } from './caller-profile.js';
import type { Channel } from './channel.js';
import { STATE_NUMBERS } from './states.js';

/** State, names, codecs, caller profile, other leg; no variables. */
export function basicHeaders(headers: MutableHeaders, channel: Channel): void {
  headers['Channel-State'] = channel.runningState;
  headers['Channel-Call-State'] = channel.callState;
  headers['Channel-State-Number'] = String(STATE_NUMBERS[channel.state]);
  headers['Channel-Name'] = channel.name;
  headers['Unique-ID'] = channel.uuid;
  headers['Call-Direction'] = 'inbound';
  headers['Presence-Call-Direction'] = 'inbound';
  headers['Channel-HIT-Dialplan'] = 'true';
  headers['Channel-Call-UUID'] = channel.callUuid;
  headers['Answer-State'] = channel.answerState;
  if (channel.hangupCause !== undefined) headers['Hangup-Cause'] = channel.hangupCause;
  appendCodecs(headers, channel);
  // A channel that has not begun to run has no profile to show yet.
  if (channel.runningState !== 'CS_NEW') appendProfile(headers, 'Caller', channel.profile);
  if (channel.otherLeg === undefined) return;
  headers['Other-Type'] = channel.otherLeg.type;
  appendProfile(headers, 'Other-Leg', channel.otherLeg.profile);
}

function appendCodecs(headers: MutableHeaders, channel: Channel): void {
  if (channel.codecName === undefined) return;
  const read = channel.readCodecName ?? channel.codecName;
  headers['Channel-Read-Codec-Name'] = read;
  headers['Channel-Read-Codec-Rate'] = '8000';
  headers['Channel-Read-Codec-Bit-Rate'] = read === 'L16' ? '128000' : '64000';
  headers['Channel-Write-Codec-Name'] = channel.codecName;
  headers['Channel-Write-Codec-Rate'] = '8000';
  headers['Channel-Write-Codec-Bit-Rate'] = '64000';
}

/** All of the above and the variables. */
export function channelHeaders(headers: MutableHeaders, channel: Channel): void {
  basicHeaders(headers, channel);
  channel.variables.appendTo(headers);
}
