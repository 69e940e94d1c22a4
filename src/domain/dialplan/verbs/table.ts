/** The verbs of the dialplan language, and the only place that lists them. */
import type { Verb } from '../verb.js';
import { answer } from './answer.js';
import { bridge } from './bridge.js';
import { gather } from './gather.js';
import { goto } from './goto.js';
import { hangup } from './hangup.js';
import { when } from './if.js';
import { mark } from './mark.js';
import { originate } from './originate.js';
import { play } from './play.js';
import { record } from './record.js';
import { reject } from './reject.js';
import { ring } from './ring.js';
import { ringGroup } from './ring-group.js';
import { say } from './say.js';
import { set } from './set.js';
import { tag } from './tag.js';
import { wait } from './wait.js';
import { webhook } from './webhook.js';
import { whisper } from './whisper.js';

export const VERBS: Readonly<Record<string, Verb>> = {
  answer,
  reject,
  ring,
  play,
  say,
  whisper,
  gather,
  'ring-group': ringGroup,
  originate,
  bridge,
  record,
  webhook,
  set,
  if: when,
  goto,
  wait,
  tag,
  mark,
  hangup,
};
