/** What play, say and whisper share: let one or more legs hear something, and go on when all have heard it. */
import type { ActivityId } from '../../values/ids.js';
import { startPlay, stopActivity } from '../activities.js';
import type { LegRef, Spoken } from '../directives.js';
import { isAlive, resolveLeg } from '../legs.js';
import type { Turn } from '../turn.js';
import { leave, stay, type Outcomes, type Progress, type StepEvent } from '../verb.js';

export const SPEAKING_OUTCOMES = {
  done: { when: 'Everything was heard.', otherwise: 'required' },
  'hung-up': { when: 'A leg that was to hear it is gone.', otherwise: 'end' },
  failed: {
    when: 'It could not be spoken or played, or nobody knows whether it was.',
    otherwise: { as: 'done' },
  },
} as const satisfies Outcomes;

export interface SpeakingState {
  readonly legs: readonly LegRef[];
  readonly playing: readonly ActivityId[];
  readonly result: 'done' | 'failed';
}

export function beginSpeaking(
  turn: Turn,
  names: readonly string[],
  what: readonly Spoken[],
): Progress<SpeakingState> {
  const legs = names.map((name) => resolveLeg(turn, name));
  if (!legs.every((leg) => isAlive(turn, leg))) return leave('hung-up');
  return stay({ legs, playing: legs.map((leg) => startPlay(turn, leg, what)), result: 'done' });
}

export function reactSpeaking(
  turn: Turn,
  state: SpeakingState,
  event: StepEvent,
): Progress<SpeakingState> | undefined {
  if (event.kind === 'leg-ended' && state.legs.includes(event.leg)) {
    for (const activity of state.playing) stopActivity(turn, activity);
    return leave('hung-up');
  }
  if (event.kind !== 'activity-ended' || !state.playing.includes(event.activity)) return undefined;
  const playing = state.playing.filter((activity) => activity !== event.activity);
  const result =
    event.outcome.kind === 'failed' || event.outcome.kind === 'unknown' ? 'failed' : state.result;
  return playing.length === 0 ? leave(result) : stay({ ...state, playing, result });
}

/** One leg or several, as the plan writes it. */
export function legNames(leg: string | readonly string[]): readonly string[] {
  return typeof leg === 'string' ? [leg] : leg;
}

export function usesLegs(
  leg: string | readonly string[],
): readonly { leg: string; path: readonly string[] }[] {
  if (typeof leg === 'string') return [{ leg, path: ['leg'] }];
  return leg.map((name, index) => ({ leg: name, path: ['leg', String(index)] }));
}
