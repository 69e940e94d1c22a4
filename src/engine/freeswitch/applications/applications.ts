/** Every application this server has, by name. A name that is missing here ends the channel that executes it. */
import type { Application } from '../channel/execute.js';
import { park } from '../channel/park.js';
import { say, speak } from './absent-modules.js';
import { answer, hangup, sleep } from './call-control.js';
import { conference } from './conference.js';
import { bindDigitAction, clearDigitAction, digitActionSetRealm, flushDtmf, sendDtmf } from './digits.js';
import { eavesdrop } from './eavesdrop.js';
import { startDtmf, stopDtmf } from './inband-digits.js';
import { playAndGetDigits } from './play-and-get-digits.js';
import { playback } from './playback.js';
import {
  record,
  recordSession,
  recordSessionMask,
  recordSessionUnmask,
  stopRecordSession,
} from './recording.js';
import { setMute } from './set-mute.js';
import { exportVariable, multiset, set, unset } from './set-variables.js';
import { socket } from './socket.js';

export const APPLICATIONS: ReadonlyMap<string, Application> = new Map<string, Application>([
  ['answer', answer],
  ['bind_digit_action', bindDigitAction],
  ['clear_digit_action', clearDigitAction],
  ['conference', conference],
  ['digit_action_set_realm', digitActionSetRealm],
  ['eavesdrop', eavesdrop],
  ['export', exportVariable],
  ['flush_dtmf', flushDtmf],
  ['hangup', hangup],
  ['multiset', multiset],
  ['park', park],
  ['play_and_get_digits', playAndGetDigits],
  ['playback', playback],
  ['record', record],
  ['record_session', recordSession],
  ['record_session_mask', recordSessionMask],
  ['record_session_unmask', recordSessionUnmask],
  ['say', say],
  ['send_dtmf', sendDtmf],
  ['set', set],
  ['set_mute', setMute],
  ['sleep', sleep],
  ['socket', socket],
  ['speak', speak],
  ['start_dtmf', startDtmf],
  ['stop_dtmf', stopDtmf],
  ['stop_record_session', stopRecordSession],
  ['unset', unset],
]);
