/** Variables that appear when a channel has ended, for CDRs: stamps and durations (switch_channel_set_timestamps). */
import { localStamp, microseconds } from '../events/event-bus.js';
import type { Channel } from './channel.js';
import { hangupCause } from './hangup-causes.js';

export function appendHangupReport(channel: Channel): void {
  const cause = channel.hangupCause ?? 'NORMAL_CLEARING';
  channel.variables.setAll({
    hangup_cause: cause,
    hangup_cause_q850: String(hangupCause(cause).q850),
    digits_dialed: 'none',
    ...stamps(channel),
    ...epochs(channel),
    last_app: channel.lastApplication,
    last_arg: channel.lastArgument,
    caller_id: `"${channel.profile.callerIdName}" <${channel.profile.callerIdNumber ?? ''}>`,
    ...durations(channel),
  });
  const disposition = channel.variables.get('sip_hangup_disposition');
  channel.variables.set('sip_hangup_disposition', disposition ?? 'send_bye');
}

function moments(channel: Channel): readonly (readonly [name: string, at: number])[] {
  const { times } = channel.profile;
  return [
    ['start', times.created],
    ['profile_start', times.profileCreated],
    ['answer', times.answered],
    ['bridge', times.bridged],
    ['progress', times.progress],
    ['progress_media', times.progressMedia],
    ['end', times.hangup],
  ];
}

function stamps(channel: Channel): Record<string, string> {
  return Object.fromEntries(
    moments(channel).flatMap(([name, at]) => (at === 0 ? [] : [[`${name}_stamp`, localStamp(at)]])),
  );
}

function epochs(channel: Channel): Record<string, string> {
  const { times } = channel.profile;
  const epoch = (name: string, at: number): [string, string][] => [
    [`${name}_epoch`, String(Math.floor(at / 1000))],
    [`${name}_uepoch`, microseconds(at)],
  ];
  return Object.fromEntries<string>([
    ...epoch('start', times.created),
    ...epoch('profile_start', times.profileCreated),
    ...epoch('answer', times.answered),
    ...epoch('bridge', times.bridged),
    ...epoch('last_hold', times.lastHold),
    ['hold_accum_seconds', String(Math.floor(times.holdAccumulated / 1000))],
    ['hold_accum_usec', microseconds(times.holdAccumulated)],
    ['hold_accum_ms', String(Math.floor(times.holdAccumulated))],
    ...epoch('resurrect', 0),
    ...epoch('progress', times.progress),
    ...epoch('progress_media', times.progressMedia),
    ...epoch('end', times.hangup),
  ]);
}

const UNITS = [
  ['', 'sec', 1000],
  ['m', 'msec', 1],
  ['u', 'usec', 0.001],
] as const;

/** Each duration in seconds, milliseconds and microseconds; 0 when one of its ends never came. */
function durations(channel: Channel): Record<string, string> {
  const { times } = channel.profile;
  const since = (from: number, to: number) => (from === 0 || to === 0 ? 0 : Math.max(0, to - from));
  return Object.fromEntries(
    UNITS.flatMap(([prefix, suffix, divisor]) => {
      const text = (ms: number) => String(Math.floor(ms / divisor));
      return [
        [`${prefix}duration`, text(since(times.created, times.hangup))],
        [`bill${suffix}`, text(since(times.answered, times.hangup))],
        [`progress${suffix}`, text(since(times.created, times.progress))],
        [`answer${suffix}`, text(since(times.created, times.answered))],
        [`wait${suffix}`, text(since(times.created, times.bridged))],
        [`progress_media${suffix}`, text(since(times.created, times.progressMedia))],
        [`flow_bill${suffix}`, text(since(times.created, times.hangup))],
      ];
    }),
  );
}
