/**
 * The Switch port: what the use cases may ask of the telephone switch. Only src/switch implements it for real (and
 * test/support for simulations). No SIP library, SDP or channel word passes through it. Everything that happens to a
 * leg comes back as a signal or as the outcome of an activity; both are values.
 */
import type { CallId, E164, Instant, LegId } from '../../domain/values/ids.js';
import type { Ending, LegIdentity, LegRole } from '../../domain/calls/call.js';
import type { LegQuality } from '../../domain/calls/quality.js';
import type { MediaLoad, ServerStanding } from '../../domain/routing/choose-server.js';
import type { GatewayAttempt, Rejection, LooseTrace, SipTrace } from '../../domain/signalling/signalling.js';
import type { MemberChange, SupervisionMode } from '../../domain/calls/supervision.js';

/** Something that goes on until it ends by itself, is stopped, or its leg ends. `outcome` settles once, never rejects. */
export interface Activity<O> {
  readonly outcome: Promise<O>;
  stop(): void;
}

export type PlayItem =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'silence'; readonly ms: number }
  /** Sent to the party; what follows begins meanwhile. */
  | { readonly kind: 'keys'; readonly digits: string }
  /** National ringback, busy, congestion…; 'ringback' loops until stopped. */
  | { readonly kind: 'tone'; readonly tone: 'ringback' | 'busy' | 'beep' };

export type PlayOutcome =
  | { readonly kind: 'played'; readonly seconds: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'file-missing'; readonly path: string }
  | { readonly kind: 'leg-ended' }
  | { readonly kind: 'failed'; readonly why: string };

export interface GatherRequest {
  readonly items: readonly PlayItem[];
  /** Keys pressed since the request came to be; they count as if pressed now. */
  readonly typed?: string;
  readonly minDigits: number;
  readonly maxDigits: number;
  /** From the end of the prompt to the first key. */
  readonly timeoutMs: number;
  readonly interDigitMs: number;
  /** Ends the input and is not part of the digits; '' for none. */
  readonly terminators: string;
}

export type GatherOutcome =
  | { readonly kind: 'digits'; readonly digits: string; readonly terminator?: string }
  | { readonly kind: 'no-input' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'leg-ended' }
  | { readonly kind: 'failed'; readonly why: string };

export type BridgeOutcome =
  /** `side` ended first; the other leg is still up and hears silence. */
  | { readonly kind: 'leg-ended'; readonly legId: LegId }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly why: string };

export interface RecordingRequest {
  readonly path: string;
  /** Talk length is checked against this when it stops. */
  readonly startedAt: Instant;
}

export type RecordingOutcome =
  | {
      readonly kind: 'ready';
      readonly path: string;
      readonly seconds: number;
      readonly channels: number;
      readonly sampleRate: number;
      readonly bytes: number;
    }
  | { readonly kind: 'failed'; readonly why: string };

export interface RecordingActivity extends Activity<RecordingOutcome> {
  /** Silence instead of voices, and back. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export type EavesdropOutcome =
  /** Stopped by us, by the supervisor's own key, or because one of the legs ended. */
  { readonly kind: 'ended' } | { readonly kind: 'failed'; readonly why: string };

export interface EavesdropActivity extends Activity<EavesdropOutcome> {
  setMode(mode: SupervisionMode): void;
  /** In `three-way`: what one of the three may say or hear. */
  setMember(leg: Leg, change: MemberChange): void;
}

export type LegSignal =
  | { readonly kind: 'ringing'; readonly at: Instant; readonly sipStatus: number }
  | { readonly kind: 'early-media'; readonly at: Instant }
  | { readonly kind: 'answered'; readonly at: Instant }
  | { readonly kind: 'key'; readonly at: Instant; readonly digit: string; readonly durationMs: number }
  | { readonly kind: 'held'; readonly at: Instant }
  | { readonly kind: 'resumed'; readonly at: Instant }
  /** REFER. `replaces` (attended) names the leg of ours that the party consulted on, when it is ours. */
  | {
      readonly kind: 'transfer-requested';
      readonly at: Instant;
      readonly target: string;
      /** Its user part, when it is an address of the switch itself. */
      readonly inside?: string;
      readonly replaces?: LegId;
      readonly answer: (status: 'accepted' | 'refused') => void;
      readonly progress: (sipStatus: number) => void;
    }
  | { readonly kind: 'ended'; readonly at: Instant; readonly ending: Ending };

export type HangupReason =
  'normal' | 'busy' | 'rejected' | 'no-answer' | 'completed-elsewhere' | 'unavailable' | 'failure';

export interface KeptKeys {
  readonly own: readonly string[];
  readonly others: readonly string[];
}

export interface Leg {
  readonly id: LegId;
  readonly role: LegRole;
  readonly identity: LegIdentity;
  /** Every signal in order, those before subscription included. Returns an unsubscribe function. */
  onSignal(listener: (signal: LegSignal) => void): () => void;
  /** Called with each new field at once, before the step it belongs to goes on. */
  onIdentity(listener: (identity: LegIdentity) => void): () => void;
  /** Plays to this party only; in a bridge the other party hears nothing of it. */
  play(items: readonly PlayItem[]): Activity<PlayOutcome>;
  gather(request: GatherRequest): Activity<GatherOutcome>;
  /** Two-channel WAV: channel 0 this party, channel 1 what it hears. */
  record(request: RecordingRequest): RecordingActivity;
  /**
   * Join with another leg of the same switch; works from early media on. Keys of each go on to the other, in the way it takes
   * them, but for sequences that are kept: `own` of this leg, `others` of the other.
   */
  bridge(other: Leg, kept?: KeptKeys): Activity<BridgeOutcome>;
  /** This party hears the talk of that leg, and is heard as `mode` says. The talk goes on unchanged. */
  eavesdrop(watched: Leg, mode: SupervisionMode): EavesdropActivity;
  /** Idempotent; CANCEL while ringing, BYE after. Resolves when the switch has let go of it (deadline inside). */
  hangup(reason: HangupReason): Promise<void>;
}

export type OriginateTarget =
  /** A SIP URI, e.g. `sip:anna@10.0.0.5:5060`. */
  | { readonly kind: 'uri'; readonly uri: string }
  /** The registered contact of an operator. */
  | { readonly kind: 'registered'; readonly user: string; readonly contact?: string }
  | { readonly kind: 'trunk'; readonly trunk: string; readonly number: E164 };

export interface OriginateRequest {
  readonly legId: LegId;
  readonly callId: CallId;
  /** Chosen by us and stored before the INVITE leaves. */
  readonly sipCallId: string;
  readonly role: LegRole;
  readonly target: OriginateTarget;
  readonly callerNumber?: string;
  readonly callerName?: string;
  /** For the trunk's caller id rules: the DID that was dialled, the party this call is passed on for, the lead's campaign. */
  readonly did?: string;
  readonly onBehalfOf?: string;
  readonly campaign?: string;
  /** CANCEL after this long without an answer. */
  readonly ringMs: number;
  /** Put this leg on the same media server as that one. */
  readonly besideLeg?: LegId;
}

export interface InboundCall {
  readonly leg: InboundLeg;
  /** Numbers as signalled, read by the rules of the trunk: from the header of its `didFrom`, in its format. */
  readonly dnis: string;
  readonly ani: string;
  readonly aniName?: string;
  readonly remoteAddress: string;
  /** The registered user whose password came with the call; asked for with star codes only. */
  readonly authenticatedAs?: string;
  /** The leg whose place it takes (RFC 3891); only with `authenticatedAs`. */
  readonly replaces?: LegId;
  /** `udp`, `tcp`, `tls`, `ws`, `wss`: an address seen over UDP may be forged. */
  readonly protocol?: string;
  /** Trunk whose gateway, by name or address, sent it. */
  readonly trunk?: string;
  readonly receivedOn: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A SIP MESSAGE outside any call (RFC 3428). */
export interface InboundText {
  /** Numbers as signalled, read as those of a call. */
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly remoteAddress: string;
  readonly protocol?: string;
  readonly trunk?: string;
}

export type TextVerdict = 'stored' | 'stranger' | 'unknown-did' | 'unavailable';

export interface InboundLeg extends Leg {
  ring(): Promise<void>;
  /** 183 with our session: the caller hears what is played to the leg before it is answered. */
  openEarly(): Promise<'open' | 'leg-ended'>;
  /** This leg is to hear that one, or may be asked to: it goes to the same media server while it has none. */
  joinHome(of: LegId): void;
  answer(): Promise<'answered' | 'leg-ended'>;
  /** `note` is for the caller's display (Warning, RFC 3261 §20.43). */
  reject(sipStatus: number, note?: string): Promise<void>;
}

export type SwitchState = 'connecting' | 'ready' | 'lost' | 'closed';

export interface SwitchStatus {
  readonly signalling: SwitchState;
  readonly media: SwitchState;
  readonly signallingVersion?: string;
  readonly mediaVersion?: string;
  readonly legs: number;
  readonly registrations: number;
  /** No new calls now: too many legs, the event loop runs late, or every server is drained or full. */
  readonly overload?: 'legs' | 'lag' | 'processor' | 'servers';
}

export type SwitchSide = 'signalling' | 'media';

/** One of the servers that make up the switch, as it is now. */
export interface SwitchServer {
  readonly name: string;
  readonly side: SwitchSide;
  /** `host:port` of its control connection, stored with each leg. */
  readonly node: string;
  readonly state: SwitchState;
  /** Since when the state is what it is. */
  readonly since: Instant;
  readonly standing: ServerStanding;
  /** Legs of this process on it. */
  readonly legs: number;
  /** Registered with it; of a signalling server. */
  readonly phones?: number;
  readonly version?: string;
  /** Of a media server that answered. */
  readonly load?: MediaLoad;
}

export interface LiveChannel {
  readonly uuid: string;
  readonly createdAt: Instant;
  readonly bridgedTo?: string;
  /** Conference that it is in. */
  readonly room?: string;
  /** Channel whose talk it listens to. */
  readonly hears?: string;
  /** An end of that tie line: the two with the same name carry a talk from one media server to another. */
  readonly tie?: string;
}

export interface AdoptedLeg {
  readonly legId: LegId;
  readonly role: LegRole;
  readonly identity: LegIdentity;
}

/** Stored legs of a talk that another process began. */
export interface AdoptRequest {
  readonly callId: CallId;
  /** Nobody's leg: what else carries the talk and ends with it. */
  readonly ties: readonly string[];
  readonly legs: readonly AdoptedLeg[];
  /** A party has left, and the others talk on. */
  left?(legId: LegId, why: AdoptedEnd['why'], at: Instant): void;
}

export type AdoptedEnd = {
  readonly kind: 'ended';
  readonly at: Instant;
  readonly endedLeg?: LegId;
  /** `lost`: a server was, and nobody ended the talk. */
  readonly why: 'remote-bye' | 'channel-ended' | 'media-timeout' | 'stopped' | 'lost';
};

export interface Registered {
  readonly user: string;
  readonly contact: string;
  /** `host:port` the REGISTER came from. */
  readonly source: string;
  /** udp, tcp, tls, ws or wss. */
  readonly transport: string;
  readonly expiresAt: Instant;
  /** What makes it the same phone when its address changes. */
  readonly phone: string;
  /** Where requests go when not to the contact itself (NAT, connections). */
  readonly proxy?: string;
  /** Signalling server that it registered with; absent: stored by an earlier release. */
  readonly signallingNode?: string;
  /** What the phone calls itself. */
  readonly agent?: string;
}

/** A carrier as the switch sees it now. */
export interface TrunkState {
  readonly trunk: string;
  /** Absent: it does not register. */
  readonly registration?: {
    readonly state: 'trying' | 'registered' | 'failed';
    readonly why?: string;
    readonly expiresAt?: Instant;
    readonly nextTryAt?: Instant;
  };
  readonly gateways: readonly {
    /** Of domain/routing/gateway-key. */
    readonly key: string;
    /** `unknown`: not probed, or not answered yet. */
    readonly state: 'unknown' | 'up' | 'down';
    readonly since: Instant;
    readonly roundTripMs?: number;
  }[];
}

/** What is seen beside the signals of legs. A listener must not throw. */
export interface SwitchWitness {
  attempted?(attempt: GatewayAttempt): void;
  /** Secrets are removed. */
  traced?(message: SipTrace): void;
  /** The same beside calls: registrations, probes, subscriptions, texts. */
  tracedBeside?(message: LooseTrace): void;
  /** After the leg's end. Of legs that had RTP. */
  measured?(quality: LegQuality): void;
  /** Refused before it was handed over. */
  rejected?(rejection: Rejection): void;
}

export interface SwitchHandlers extends SwitchWitness {
  inbound(call: InboundCall): void;
  /** Without it texts are refused. Never rejects. */
  text?(text: InboundText): Promise<TextVerdict>;
  /** After every regained connection, so that stored calls can be reconciled. */
  regained(what: SwitchSide, node: string): void;
  /** Told before the legs on it end: whoever runs calls there may still let them go as they are. */
  lost(what: SwitchSide, node: string): void;
  /** A phone is there that was not, or is there no more; renewals are not told. */
  phone?(registered: Registered, change: PhoneChange): void;
}

export type PhoneChange = 'registered' | 'unregistered';

export interface Switch {
  /** Of all servers together: `ready` when one of that side is. */
  status(): SwitchStatus;
  servers(): readonly SwitchServer[];
  /** These take no new calls, those on them go on; all others take calls. Names that are not there change nothing. */
  drain(names: ReadonlySet<string>): void;
  listen(handlers: SwitchHandlers): void;
  /** A leg will be originated in a moment: what takes long and nobody hears of may begin. Costs nothing when none comes. */
  expectLeg(): void;
  /** Returns at once; progress comes as signals. A refusal, a busy phone, an unreachable switch end the leg. */
  originate(request: OriginateRequest): Leg;
  registrations(): readonly Registered[];
  trunks(): readonly TrunkState[];
  /** Channels the media server has now, for reconciling. Throws Fault `switch-unavailable`. */
  liveChannels(): Promise<readonly LiveChannel[]>;
  /** End what a dead process left: CANCEL by transaction id or BYE by dialog id, and kill the channel. Never throws for what is already gone. */
  endStored(identity: LegIdentity): Promise<'ended' | 'already-gone' | 'unreachable'>;
  /** Watch a running talk until it ends, then end what is left of its legs, channels and ties. */
  adopt(request: AdoptRequest): Activity<AdoptedEnd>;
  /** Is this finished recording there, stereo, and as long as the talk (within 1 s)? For one whose owner died. */
  checkRecording(path: string, talkSeconds: number): Promise<RecordingOutcome>;
  /** `end`: hang up every leg first. `leave`: talks go on in the switch, for the next process to adopt. */
  close(options: { readonly legs: 'end' | 'leave' }): Promise<void>;
}
