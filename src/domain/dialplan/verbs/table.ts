/** The verbs of the dialplan language, and the only place that lists them. */
import type { Verb } from '../verb.js';
import { answer } from './answer.js';
import { bridge } from './bridge.js';
import { call } from './call.js';
import { callback } from './callback.js';
import { collect } from './collect.js';
import { earlyMedia } from './early-media.js';
import { gather } from './gather.js';
import { goto } from './goto.js';
import { hangup } from './hangup.js';
import { hold } from './hold.js';
import { hours } from './hours.js';
import { when } from './if.js';
import { mark } from './mark.js';
import { include } from './include.js';
import { locale } from './locale.js';
import { menu } from './menu.js';
import { message } from './message.js';
import { originate } from './originate.js';
import { park } from './park.js';
import { pauseRecording } from './pause-recording.js';
import { percent } from './percent.js';
import { pickUp } from './pick-up.js';
import { play } from './play.js';
import { queue } from './queue.js';
import { press } from './press.js';
import { record } from './record.js';
import { recordPrompt } from './record-prompt.js';
import { reject } from './reject.js';
import { resumeRecording } from './resume-recording.js';
import { back } from './return.js';
import { ring } from './ring.js';
import { ringGroup } from './ring-group.js';
import { say } from './say.js';
import { schedule } from './schedule.js';
import { set } from './set.js';
import { choose } from './switch.js';
import { speakTime } from './speak-time.js';
import { tag } from './tag.js';
import { transfer } from './transfer.js';
import { voicemail } from './voicemail.js';
import { wait } from './wait.js';
import { webhook } from './webhook.js';
import { whisper } from './whisper.js';

export const VERBS: Readonly<Record<string, Verb>> = {
  answer,
  'early-media': earlyMedia,
  reject,
  ring,
  play,
  say,
  whisper,
  gather,
  menu,
  collect,
  'ring-group': ringGroup,
  queue,
  originate,
  bridge,
  transfer,
  hold,
  park,
  'pick-up': pickUp,
  record,
  'pause-recording': pauseRecording,
  'resume-recording': resumeRecording,
  voicemail,
  'record-prompt': recordPrompt,
  'speak-time': speakTime,
  callback,
  webhook,
  hours,
  schedule,
  if: when,
  switch: choose,
  percent,
  set,
  tag,
  mark,
  locale,
  goto,
  call,
  include,
  return: back,
  wait,
  message,
  press,
  hangup,
};
