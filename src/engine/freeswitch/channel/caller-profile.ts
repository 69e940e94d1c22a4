/**
 * Who called whom, when, and how the channel got where it is (switch_caller_profile). A transfer or bridge makes a new
 * profile with the next index; profiles are values and are replaced, never changed.
 */
import { microseconds, type MutableHeaders } from '../events/event-bus.js';

/** Epoch milliseconds; 0: has not happened. */
export interface CallTimes {
  readonly profileCreated: number;
  readonly created: number;
  readonly answered: number;
  readonly progress: number;
  readonly progressMedia: number;
  readonly hangup: number;
  readonly transfer: number;
  readonly bridged: number;
  readonly lastHold: number;
  /** Duration. */
  readonly holdAccumulated: number;
}

export interface CallerProfile {
  readonly uuid: string;
  readonly channelName: string;
  readonly dialplan: string;
  readonly username?: string;
  readonly callerIdName: string;
  readonly callerIdNumber?: string;
  readonly origCallerIdName: string;
  readonly origCallerIdNumber?: string;
  readonly calleeIdName?: string;
  readonly networkAddress: string;
  readonly destination: string;
  readonly context: string;
  readonly transferSource?: string;
  readonly rdnis?: string;
  readonly index: number;
  readonly times: CallTimes;
}

export const NO_TIMES: CallTimes = {
  profileCreated: 0,
  created: 0,
  answered: 0,
  progress: 0,
  progressMedia: 0,
  hangup: 0,
  transfer: 0,
  bridged: 0,
  lastHold: 0,
  holdAccumulated: 0,
};

type ProfilePrefix = 'Caller' | 'Channel' | 'Other-Leg';

/** Header name without prefix → value; `undefined` leaves the header out. Order is FreeSWITCH's. */
function profileFields(
  profile: CallerProfile,
  prefix: ProfilePrefix,
): Readonly<Record<string, string | undefined>> {
  const index = prefix === 'Other-Leg' ? undefined : String(profile.index);
  return {
    Direction: 'inbound',
    'Logical-Direction': 'inbound',
    Username: profile.username,
    Dialplan: profile.dialplan,
    'Caller-ID-Name': profile.callerIdName,
    'Caller-ID-Number': profile.callerIdNumber,
    'Orig-Caller-ID-Name': profile.origCallerIdName,
    'Orig-Caller-ID-Number': profile.origCallerIdNumber,
    'Callee-ID-Name': profile.calleeIdName,
    'Network-Addr': profile.networkAddress,
    ANI: profile.origCallerIdNumber,
    'Destination-Number': profile.destination,
    'Unique-ID': profile.uuid,
    Source: 'mod_sofia',
    'Transfer-Source': profile.transferSource,
    Context: profile.context,
    RDNIS: profile.rdnis,
    'Channel-Name': profile.channelName,
    'Profile-Index': index,
    ...timeFields(profile.times),
    'Screen-Bit': 'true',
    'Privacy-Hide-Name': 'false',
    'Privacy-Hide-Number': 'false',
  };
}

function timeFields(times: CallTimes): Readonly<Record<string, string>> {
  return {
    'Profile-Created-Time': microseconds(times.profileCreated),
    'Channel-Created-Time': microseconds(times.created),
    'Channel-Answered-Time': microseconds(times.answered),
    'Channel-Progress-Time': microseconds(times.progress),
    'Channel-Progress-Media-Time': microseconds(times.progressMedia),
    'Channel-Hangup-Time': microseconds(times.hangup),
    'Channel-Transfer-Time': microseconds(times.transfer),
    'Channel-Resurrect-Time': '0',
    'Channel-Bridged-Time': microseconds(times.bridged),
    'Channel-Last-Hold': microseconds(times.lastHold),
    'Channel-Hold-Accum': microseconds(times.holdAccumulated),
  };
}

export function appendProfile(headers: MutableHeaders, prefix: ProfilePrefix, profile: CallerProfile): void {
  for (const [name, value] of Object.entries(profileFields(profile, prefix))) {
    if (value !== undefined) headers[`${prefix}-${name}`] = value;
  }
}
