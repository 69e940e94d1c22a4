/** During a talk an operator's key records what is said next, as a time at which the client wants to be called. Called by bridge. */
import type { ActivityId } from '../../values/ids.js';
import { startMessage, startWait, stopActivity } from '../activities.js';
import { SPOKEN_TIME_BOX, type LegRef } from '../directives.js';
import { markCall } from '../marks.js';
import type { Turn } from '../turn.js';

export interface LiveNote {
  readonly recording: ActivityId;
  readonly timer: ActivityId;
}

const NOTE_SECONDS = 20;

export function beginNote(turn: Turn, leg: LegRef, by: string): LiveNote {
  const recording = startMessage(turn, leg, SPOKEN_TIME_BOX);
  markCall(turn, 'later', by, { spoken: recording });
  return { recording, timer: startWait(turn, NOTE_SECONDS) };
}

/** The key again, its time, or the end of the talk. */
export function endNote(turn: Turn, { recording, timer }: LiveNote): void {
  stopActivity(turn, recording);
  stopActivity(turn, timer);
}
