/** One party is asked, hears the beep, and speaks until a key, its hang-up or the longest time. Called by voicemail and speak-time. */
import type { ActivityId } from '../../values/ids.js';
import { startMessageUntilKey, startPlay, stopActivity } from '../activities.js';
import type { LegRef, Spoken } from '../directives.js';
import type { Turn } from '../turn.js';
import type { StepEvent } from '../verb.js';

export interface Message {
  readonly leg: LegRef;
  readonly greeting?: ActivityId;
  readonly recording?: ActivityId;
  readonly listening?: ActivityId;
}

export interface MessageTerms {
  readonly box: string;
  readonly maxSeconds: number;
}

/** `left`: by key or time; `hung-up`: with a recording when the beep was heard. */
export type MessageProgress =
  | { readonly kind: 'goes-on'; readonly message: Message }
  | { readonly kind: 'left'; readonly recording: ActivityId }
  | { readonly kind: 'hung-up'; readonly recording?: ActivityId }
  | { readonly kind: 'failed' };

export function beginMessage(
  turn: Turn,
  leg: LegRef,
  greeting: readonly Spoken[],
  terms: MessageTerms,
): Message {
  return greeting.length === 0
    ? takeMessage(turn, leg, terms)
    : { leg, greeting: startPlay(turn, leg, greeting) };
}

function takeMessage(turn: Turn, leg: LegRef, terms: MessageTerms): Message {
  return { leg, ...startMessageUntilKey(turn, leg, terms) };
}

/** Undefined: the event is none of its own. */
export function followMessage(
  turn: Turn,
  message: Message,
  event: StepEvent,
  terms: MessageTerms,
): MessageProgress | undefined {
  const { leg, greeting, recording, listening } = message;
  if (event.kind === 'leg-ended')
    return event.leg === leg ? { kind: 'hung-up', ...(recording && { recording }) } : undefined;
  if (event.kind !== 'activity-ended') return undefined;
  if (event.activity === greeting) return { kind: 'goes-on', message: takeMessage(turn, leg, terms) };
  if (event.activity === recording) {
    if (listening !== undefined) stopActivity(turn, listening);
    return { kind: 'failed' };
  }
  if (event.activity !== listening || recording === undefined) return undefined;
  stopActivity(turn, recording);
  return { kind: 'left', recording };
}
