/**
 * What a dialplan asks the world to do. Plain data, JSON. A directive with an `activity` starts something that goes on
 * until it ends, is stopped, or its leg ends; its outcome comes back as an input. The runner commits a directive with
 * its activity id before it acts on it (intent before effect).
 */
import type { LegRole } from '../calls/call.js';
import type { MemberChange, SupervisionMode } from '../calls/supervision.js';
import type { EventName } from '../calls/events.js';
import type { ActivityId, CallId, E164 } from '../values/ids.js';
import type { HandedParty } from './inputs.js';

/** Name of a leg inside one session: `caller`, `client`, `operator`, `operator:anna`, … */
export type LegRef = string;

/** Something to be heard. Text is rendered and spoken by the runner; names come from `promptNames(facts)`. */
/** Box of recordings that are to become prompts: no message for anybody. */
export const PROMPT_BOX = 'record-prompt';
/** Box of a time that an operator spoke. */
export const SPOKEN_TIME_BOX = 'spoken-time';

export type Spoken =
  /** What a party recorded in this call. */
  | { readonly kind: 'recording'; readonly recording: ActivityId }
  /** Prompt of the catalogue, in the call's locale unless one is given. */
  | {
      readonly kind: 'prompt';
      readonly prompt: string;
      readonly locale?: string;
      readonly names?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
      /** Its recording would say something else, so it must not step in. */
      readonly recorded?: 'no';
    }
  /** A template text (form, connection, dialplan). `recorded` steps in when the voice is not ready in time. */
  | {
      readonly kind: 'template';
      readonly template: string;
      readonly recorded?: string;
      readonly locale?: string;
      readonly names?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tone'; readonly tone: 'ringback' | 'busy' | 'beep' }
  | { readonly kind: 'silence'; readonly ms: number }
  /** Keys sent to the party. */
  | { readonly kind: 'keys'; readonly digits: string };

export type Dialled =
  /** One device of an operator: registered contact or fixed URI or number through a trunk; looked up by the runner. */
  | { readonly kind: 'operator'; readonly operator: string; readonly device: number }
  | { readonly kind: 'number'; readonly number: E164; readonly trunk?: string }
  | { readonly kind: 'uri'; readonly uri: string };

export type HangupReason =
  'normal' | 'busy' | 'rejected' | 'no-answer' | 'completed-elsewhere' | 'unavailable' | 'failure';

export type Directive =
  | {
      readonly verb: 'originate';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly role: LegRole;
      /** Operator name or number, for records and reports. */
      readonly party: string;
      readonly dialled: Dialled;
      readonly callerNumber?: string;
      readonly callerName?: string;
      readonly ringSeconds: number;
    }
  | { readonly verb: 'ring'; readonly activity: ActivityId; readonly leg: LegRef }
  /** Audio to a caller who is not answered yet (183 with a session, RFC 3261 §13.3.1.1, RFC 3960). */
  | { readonly verb: 'early-media'; readonly activity: ActivityId; readonly leg: LegRef }
  | { readonly verb: 'answer'; readonly activity: ActivityId; readonly leg: LegRef }
  | {
      readonly verb: 'reject';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly sipStatus: number;
    }
  | {
      readonly verb: 'play';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly what: readonly Spoken[];
      /** Begins anew until it is stopped: music for somebody who waits. */
      readonly repeat?: 'forever';
    }
  | {
      readonly verb: 'gather';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly what: readonly Spoken[];
      readonly minDigits: number;
      readonly maxDigits: number;
      readonly timeoutSeconds: number;
      readonly interDigitSeconds: number;
      readonly terminators: string;
    }
  | {
      readonly verb: 'bridge';
      readonly activity: ActivityId;
      readonly a: LegRef;
      readonly b: LegRef;
      /** Sequences of a leg's keys that are not passed to the other. */
      readonly kept?: Readonly<Record<LegRef, readonly string[]>>;
    }
  /** `leg` hears `watched` and whom that talks with; `mode` says who hears him. */
  | {
      readonly verb: 'eavesdrop';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly watched: LegRef;
      readonly mode: SupervisionMode;
    }
  /** In a conference of three: what this leg may say or hear. */
  | {
      readonly verb: 'conference-member';
      readonly eavesdropping: ActivityId;
      readonly leg: LegRef;
      readonly change: MemberChange;
    }
  | { readonly verb: 'eavesdrop-mode'; readonly eavesdropping: ActivityId; readonly mode: SupervisionMode }
  /** Stereo: channel 0 `leg`, channel 1 what it hears (`other`). With `box` it is a message for that mailbox. */
  | {
      readonly verb: 'record';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly other?: LegRef;
      readonly box?: string;
    }
  | { readonly verb: 'pause-recording' | 'resume-recording'; readonly recording: ActivityId }
  | { readonly verb: 'wait'; readonly activity: ActivityId; readonly seconds: number }
  | {
      readonly verb: 'webhook';
      readonly activity: ActivityId;
      readonly endpoint: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly timeoutSeconds: number;
    }
  /** A place in a queue, kept in the store from the commit on; goes on until `leave-queue`. */
  | {
      readonly verb: 'queue';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly queue: string;
      /** Group whose operators serve it. */
      readonly group?: string;
      /** Higher ones are served first. */
      readonly priority: number;
      readonly mostWaiting?: number;
    }
  /** `waiting`: the operator did not take it, the place is kept. `callback`: the place outlives the call. */
  | {
      readonly verb: 'leave-queue';
      readonly entry: ActivityId;
      readonly how: QueueLeave;
      readonly operator?: string;
    }
  /** The first free slot of these; held until the activity is stopped or the call ends. */
  | {
      readonly verb: 'park';
      readonly activity: ActivityId;
      readonly leg: LegRef;
      readonly slots: readonly string[];
    }
  | { readonly verb: 'unpark'; readonly slot: string }
  /** Asks the call that is parked in this slot to ring this operator. */
  | {
      readonly verb: 'pick-up';
      readonly activity: ActivityId;
      readonly slot: string;
      readonly operator: string;
    }
  /** Makes a lead of this number, in the transaction of the step. */
  | {
      readonly verb: 'callback';
      readonly activity: ActivityId;
      readonly number: string;
      readonly delaySeconds: number;
      readonly group?: string;
      readonly locale: string;
    }
  /** Render these texts now, so that they are ready when played. No outcome. */
  /** The recording becomes the prompt's. */
  | {
      readonly verb: 'keep-prompt';
      readonly activity: ActivityId;
      readonly recording: ActivityId;
      readonly prompt: string;
      readonly locale: string;
    }
  | { readonly verb: 'prepare'; readonly what: readonly Spoken[] }
  | { readonly verb: 'stop'; readonly stopped: ActivityId }
  | { readonly verb: 'hang-up'; readonly leg: LegRef; readonly reason: HangupReason }
  /** Joins the legs of an answered REFER; the runner answers the request. */
  | { readonly verb: 'answer-transfer'; readonly leg: LegRef; readonly answer: 'accepted' | 'refused' }
  | { readonly verb: 'transfer-progress'; readonly leg: LegRef; readonly sipStatus: number }
  /** Asks another call for whom `consulted` talks with there, or rings. */
  | {
      readonly verb: 'fetch-party';
      readonly activity: ActivityId;
      readonly from: CallId;
      readonly consulted: LegRef;
    }
  /** The answer to that: these legs become that call's; or nobody, when `parties` is empty. */
  | {
      readonly verb: 'hand-over';
      readonly to: CallId;
      readonly fetching: ActivityId;
      readonly parties: readonly HandedParty[];
    }
  /** Tells the call that handed over that it may end. */
  | { readonly verb: 'release-consultation'; readonly from: CallId }
  /** Something the timeline, SSE and webhooks should tell. */
  | { readonly verb: 'tell'; readonly event: EventName; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly verb: 'tag'; readonly tags: readonly string[] };

/** Why a place in a queue is given up, or `waiting` when it is kept. */
export type QueueLeave = 'served' | 'callback' | 'exit' | 'timeout' | 'left' | 'waiting';

export type Verb = Directive['verb'];
