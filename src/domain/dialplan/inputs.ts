/** Everything that may change a session. They arrive one after another through the call's inbox; nothing else does. */
import type { ConferenceMember, MemberChange, StarAction, SupervisionMode } from '../calls/supervision.js';
import type { Dialled, Directive, LegRef } from './directives.js';
import type { CallMark, Ending } from '../calls/call.js';
import type { SessionLeg } from './session.js';
import type { ActivityId, CallId, Instant, LeadId, LegId } from '../values/ids.js';
import type { Device } from '../routing/telephony.js';

/** A leg that another call gives to this one. */
export interface HandedParty {
  /** Its name in the session it is in. */
  readonly leg: LegRef;
  readonly about: SessionLeg;
  readonly device: Device['kind'];
  /** `yes`: whoever answered is there, and need not be asked for a key. */
  readonly accepted: 'yes' | 'no';
}

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
  | { readonly kind: 'parked'; readonly slot: string }
  /** callback: what became of the wish; the status says whether it will be called. */
  | { readonly kind: 'lead-taken'; readonly leadId: LeadId; readonly status: string }
  /** fetch-party: they are legs of this call from here on, each with its stored id. */
  | {
      readonly kind: 'handed-over';
      readonly from: CallId;
      readonly parties: readonly (HandedParty & { readonly legId: LegId })[];
    }
  /** The process died between intent and outcome. Never sent again. */
  | { readonly kind: 'unknown' };

export interface Consulted {
  readonly call: CallId;
  readonly leg: LegRef;
}

export type SessionSignal =
  | { readonly kind: 'ringing'; readonly sipStatus: number }
  | { readonly kind: 'early-media' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'key'; readonly digit: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'resumed' }
  | {
      readonly kind: 'transfer-requested';
      readonly target: string;
      /** The user part, when the target is an address of ours: an extension or a name. */
      readonly inside?: string;
      /** Outside, by the rules of dialling out. */
      readonly number?: Extract<Dialled, { kind: 'number' }>;
      readonly replaces?: LegRef;
      /** Attended: the transferor's leg of another call, in which he consulted. */
      readonly consulted?: Consulted;
    }
  | { readonly kind: 'ended'; readonly ending: Ending };

export type SessionCommand =
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'pause-recording' }
  | { readonly kind: 'resume-recording' }
  | { readonly kind: 'tag'; readonly tags: readonly string[] }
  /** Rings this supervisor and lets him hear the talk; when he is there, changes whom he speaks to. */
  | {
      readonly kind: 'supervise';
      readonly mode: SupervisionMode;
      readonly party: string;
      readonly dialled: Dialled;
    }
  /** He called us himself: `leg` is his. */
  | {
      readonly kind: 'join';
      readonly mode: StarAction;
      readonly party: string;
      readonly leg: LegRef;
      /** His own leg in this talk, whose place this one takes (RFC 3891). */
      readonly replaces?: LegRef;
    }
  /** In the conference of three that this supervisor sits in. */
  | {
      readonly kind: 'member';
      readonly party: string;
      readonly member: ConferenceMember;
      readonly change: MemberChange;
    }
  | { readonly kind: 'stop-supervising'; readonly party: string }
  /** The supervisor takes the operator's place in the talk. */
  | { readonly kind: 'take-over'; readonly party: string }
  /** Another operator is rung and takes the place when he answers; until then the talk goes on. */
  | { readonly kind: 'move'; readonly party: string; readonly dialled: Dialled }
  | { readonly kind: 'mark'; readonly mark: CallMark }
  /** From the queue: where the caller stands now (1 is next). */
  | {
      readonly kind: 'queue-position';
      readonly position: number;
      readonly waiting: number;
      /** Absent while nobody can tell. */
      readonly waitSeconds?: number;
    }
  /** From the queue: this operator is free and is this caller's. */
  | { readonly kind: 'queue-offer'; readonly operator: string }
  /** From another call, which fetches whom `leg` talks with, or rings. */
  | {
      readonly kind: 'hand-over';
      readonly leg: LegRef;
      readonly to: CallId;
      readonly fetching: ActivityId;
    }
  /** From that call: the transferor has been told; his leg may go. */
  | { readonly kind: 'let-go' }
  /** From another call, the console or the API: this operator wants the parked party. */
  | { readonly kind: 'pick-up'; readonly operator: string };

export type Input =
  /** The runner has committed these directives and now performs them. */
  | { readonly kind: 'issued'; readonly directives: readonly Directive[] }
  | { readonly kind: 'outcome'; readonly activity: ActivityId; readonly outcome: ActivityOutcome }
  | { readonly kind: 'signal'; readonly leg: LegRef; readonly signal: SessionSignal; readonly at: Instant }
  | { readonly kind: 'command'; readonly by: string; readonly command: SessionCommand };
