/** Everything that may change a session. They arrive one after another through the call's inbox; nothing else does. */
import type { Ending } from '../calls/call.js';
import type { ActivityId, Instant } from '../values/ids.js';
import type { Directive, LegRef } from './directives.js';

export type ActivityOutcome =
  | { readonly kind: 'answered' }
  /** originate, answer: the leg ended before (or instead of) an answer. */
  | { readonly kind: 'not-answered'; readonly ending: Ending }
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'digits'; readonly digits: string; readonly terminator?: string }
  | { readonly kind: 'no-input' }
  | { readonly kind: 'leg-ended'; readonly leg: LegRef }
  | { readonly kind: 'elapsed' }
  | { readonly kind: 'responded'; readonly status: number; readonly body: string }
  | { readonly kind: 'failed'; readonly why: string }
  /** No operator device, channel or call per second was free; nothing left this machine. */
  | {
      readonly kind: 'not-allowed';
      readonly why: 'busy-device' | 'channels' | 'cps' | 'no-device' | 'no-trunk' | 'denied';
    }
  /** The process died between intent and outcome. Never sent again. */
  | { readonly kind: 'unknown' };

export type SessionSignal =
  | { readonly kind: 'ringing'; readonly sipStatus: number }
  | { readonly kind: 'early-media' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'key'; readonly digit: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'transfer-requested'; readonly target: string; readonly replaces?: LegRef }
  | { readonly kind: 'ended'; readonly ending: Ending };

export type SessionCommand =
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'pause-recording' }
  | { readonly kind: 'resume-recording' }
  | { readonly kind: 'tag'; readonly tags: readonly string[] };

export type Input =
  /** The runner has committed these directives and now performs them. */
  | { readonly kind: 'issued'; readonly directives: readonly Directive[] }
  | { readonly kind: 'outcome'; readonly activity: ActivityId; readonly outcome: ActivityOutcome }
  | { readonly kind: 'signal'; readonly leg: LegRef; readonly signal: SessionSignal; readonly at: Instant }
  | { readonly kind: 'command'; readonly by: string; readonly command: SessionCommand };
