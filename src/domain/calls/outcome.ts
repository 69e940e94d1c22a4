/** What is kept of a mark: the outcome as `call.marked` tells it, the tags it puts on the call, and tags by themselves. */
import type { Instant, RecordingId } from '../values/ids.js';
import { present } from '../values/present.js';
import { CALL_MARKS, type CallDirection, type CallDisposition, type CallOutcome } from './call.js';

/** The payload of `call.marked`; undefined when it is none of ours. */
export function outcomeOf(payload: Readonly<Record<string, unknown>>, at: Instant): CallOutcome | undefined {
  const { mark: said, by, reason, later_at: later, spoken } = payload;
  const mark = CALL_MARKS.find((known) => known === said);
  if (mark === undefined) return undefined;
  return {
    mark,
    by: textOf(by) ?? 'unknown',
    at,
    ...present({
      reason: textOf(reason),
      laterAt: instantOf(later),
      spoken: textOf(spoken) as RecordingId | undefined,
    }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function instantOf(value: unknown): Instant | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The tags of the last word replace those of the word before. */
export function tagsAfter(
  tags: readonly string[],
  said: CallOutcome,
  before: CallOutcome | undefined,
): readonly string[] {
  const old = before === undefined ? [] : tagsOf(before);
  return [...new Set([...tags.filter((tag) => !old.includes(tag)), ...tagsOf(said)])];
}

function tagsOf({ mark, reason }: CallOutcome): readonly string[] {
  return reason === undefined ? [mark] : [mark, reason];
}

export interface EndedTalk {
  readonly direction: CallDirection;
  readonly disposition: CallDisposition;
  readonly talkSeconds: number;
  readonly end?: 'cut' | undefined;
  /** Had we talked with this phone before? */
  readonly known: 'yes' | 'no';
}

/** Below this a talk was a wrong number or a broken line rather than a talk. */
export const SHORT_TALK_SECONDS = 10;

/** Tags that nobody has to press a key for. */
export function automaticTags({
  direction,
  disposition,
  talkSeconds,
  known,
  end,
}: EndedTalk): readonly string[] {
  const talked = talkSeconds > 0;
  return [
    ...(known === 'yes' ? ['known-client'] : []),
    ...(talked && talkSeconds < SHORT_TALK_SECONDS ? ['short-talk'] : []),
    ...(direction === 'inbound' && !talked ? ['missed'] : []),
    ...(disposition === 'voicemail' ? ['voicemail'] : []),
    ...(end === 'cut' ? ['cut'] : []),
  ];
}
