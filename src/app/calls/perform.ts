/** The one table of verbs: what each directive does to the world. Nothing here changes a session. */
import type { Directive } from '../../domain/dialplan/directives.js';
import { performAnswer, performEarlyMedia, performReject, performRing } from './perform/answer.js';
import { performBridge } from './perform/bridge.js';
import { changeConferenceMember, changeEavesdropMode, performEavesdrop } from './perform/eavesdrop.js';
import { performGather, performPlay } from './perform/play.js';
import { performDecided, performLeaveQueue, performPickUp, performQueue } from './perform/desk.js';
import { performHangUp } from './perform/hang-up.js';
import { performKeepPrompt } from './perform/keep-prompt.js';
import { performOriginate } from './perform/originate.js';
import { pauseRecording, performRecord, resumeRecording } from './perform/record.js';
import {
  answerTransfer,
  performFetchParty,
  performHandOver,
  releaseConsultation,
  reportTransfer,
} from './perform/transfer.js';
import { performWait } from './perform/wait.js';
import { performWebhook } from './perform/webhook.js';
import type { Scene } from './scene.js';

type Performer<V extends Directive['verb']> = (
  scene: Scene,
  directive: Extract<Directive, { verb: V }>,
) => void;

/** Done by the step's transaction already. */
const written = (): void => undefined;

const PERFORMERS: { readonly [V in Directive['verb']]: Performer<V> } = {
  originate: performOriginate,
  ring: performRing,
  'early-media': performEarlyMedia,
  answer: performAnswer,
  reject: performReject,
  play: performPlay,
  gather: performGather,
  bridge: performBridge,
  record: performRecord,
  eavesdrop: performEavesdrop,
  'eavesdrop-mode': changeEavesdropMode,
  'conference-member': changeConferenceMember,
  'pause-recording': pauseRecording,
  'resume-recording': resumeRecording,
  wait: performWait,
  webhook: performWebhook,
  queue: performQueue,
  'leave-queue': performLeaveQueue,
  park: performDecided,
  unpark: written,
  'pick-up': performPickUp,
  callback: performDecided,
  'keep-prompt': performKeepPrompt,
  prepare: (scene, { what }) => scene.prompts.prepare(what),
  stop: (scene, { stopped }) => scene.stop(stopped),
  'hang-up': performHangUp,
  'answer-transfer': answerTransfer,
  'transfer-progress': reportTransfer,
  'fetch-party': performFetchParty,
  'hand-over': performHandOver,
  'release-consultation': releaseConsultation,
  tell: written,
  tag: written,
};

export function perform(scene: Scene, directive: Directive): void {
  // The table is total over verbs; TypeScript cannot see that key and argument belong together.
  const performer = PERFORMERS[directive.verb] as Performer<Directive['verb']>;
  performer(scene, directive);
}
