/**
 * The contract of the test phone: a scriptable SIP phone on real sockets, used by the demo, the CLI, the end-to-end and
 * the chaos tests. Its log is the truth of who was rung and who heard what: it shares no code with what it judges.
 */
import type { Media, MediaPort, Playback, Source } from '../media/api.js';
import type { Credentials, SipAddress, SipClock, SipTls, SipTrust } from '../sip/api.js';
import type { TlsPeers } from '../sip/tls-peers.js';
import type { SipHeader, SipRequest } from '../wire/sip-types.js';
import type { G711 } from '../wire/sdp.js';
import type { PhoneLog } from './phone-log.js';

export interface PhoneOptions {
  /** User part of the phone's address, e.g. an extension. */
  readonly user: string;
  /** Where SIP is heard; default UDP on 127.0.0.1, a free port. */
  readonly bind?: readonly SipAddress[];
  /** Needed for `tls` in `bind`; without a certificate it takes no connections. */
  readonly tls?: SipTls | SipTrust;
  readonly tlsPeers?: TlsPeers;
  /** What the phone does with calls that come in; default: answer at once. */
  readonly script?: PhoneScript;
  /** Registers when given. */
  readonly account?: PhoneAccount;
  /** Answers challenges to INVITE and REGISTER. */
  readonly credentials?: Credentials;
  /** In order of preference; default PCMU, PCMA. */
  readonly codecs?: readonly G711[];
  /** A room shared by many phones; it is not closed with them. Default: one of its own on the address of `bind`. */
  readonly media?: Media;
  /** Each log entry is appended to this file as one line of JSON before the next thing happens. */
  readonly logPath?: string;
  /** Wall clock in ms since the epoch. */
  readonly clock?: SipClock;
}

export interface PhoneAccount {
  readonly registrar: string;
  /** Default `sip:<user>@<host of the registrar>`. */
  readonly aor?: string;
  readonly expiresSeconds?: number;
  /** Where REGISTER is sent when the registrar is a name. */
  readonly route?: SipAddress;
}

/** How a call that comes in is met. Times in ms since the INVITE. */
export type Reaction =
  | { readonly kind: 'answer'; readonly afterMs?: number; readonly ringing?: Ringing }
  /** Rings until the caller gives up. */
  | { readonly kind: 'ring-only'; readonly ringing?: Ringing }
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'reject';
      readonly status: number;
      readonly reason?: string;
      readonly afterMs?: number;
      readonly ringing?: Ringing;
    }
  /** Nothing but the 100 of the transaction: a dead line. */
  | { readonly kind: 'unresponsive' };

/** 180, 183 with early media from this source, or neither. `reliable`: by PRACK when the caller can (RFC 3262). */
export type Ringing =
  | { readonly kind: 'plain'; readonly delivery?: 'plain' | 'reliable' }
  | { readonly kind: 'early-media'; readonly source: Source; readonly delivery?: 'plain' | 'reliable' }
  | { readonly kind: 'none' };

/** What the phone does in a call, whoever placed it. */
export interface TalkScript {
  readonly press?: readonly Press[];
  readonly play?: Source;
  /** Path of a mono WAV of what this phone hears (says), by number of the call, 1 for the first. */
  readonly recordHeard?: (callNumber: number) => string;
  readonly recordSaid?: (callNumber: number) => string;
  readonly hangUpAfterMs?: number;
}

export interface PhoneScript extends TalkScript {
  readonly onCall?: Reaction;
}

/** One after another, each counted from the one before it, the first from the answer. */
export interface Press {
  readonly digits: string;
  readonly when:
    | { readonly kind: 'after'; readonly ms: number }
    /** When somebody has spoken and then been silent for this long (default 600 ms): a prompt has ended. */
    | { readonly kind: 'after-speech'; readonly silenceMs?: number };
  readonly by?: DigitWay;
}

/** RFC 4733 events, or SIP INFO with application/dtmf-relay. */
export type DigitWay = 'rtp' | 'info';

export interface OutgoingOptions extends TalkScript {
  /** name-addr; default our own contact. */
  readonly from?: string;
  readonly headers?: readonly SipHeader[];
  /** Next hop, when the URI is not where to send. */
  readonly route?: SipAddress;
}

/**
 *   calling ──answered──► talking ──hold──► held          calling: ours, ringing: theirs
 *   ringing ──answered──►   │  ◄──resume──   │
 *      └─────────ended──────┴──────ended─────┴──► ended
 */
export type PhoneCallState = 'calling' | 'ringing' | 'talking' | 'held' | 'ended';

export interface CallEnd {
  /** `network`: time-outs and transport failures. */
  readonly by: 'us' | 'them' | 'network';
  /** Final status of an INVITE that was not answered 2xx. */
  readonly status?: number;
}

export interface PhoneCall {
  /** Counts the calls of this phone, in and out, from 1. */
  readonly number: number;
  readonly direction: 'in' | 'out';
  /** The header. */
  readonly callId: string;
  readonly state: PhoneCallState;
  /** URI of the other party. */
  readonly remoteUri: string;
  /** The INVITE that came in. */
  readonly request: SipRequest | undefined;
  /** Digits heard so far. */
  readonly digits: string;
  readonly port: MediaPort;
  /** Settles once, never rejects. */
  readonly answered: Promise<'answered' | 'not-answered'>;
  /** Settles once the call is over and its recordings are complete on disk. */
  readonly ended: Promise<CallEnd>;
  press(digits: string, by?: DigitWay): Promise<void>;
  play(source: Source): Playback;
  /** re-INVITE; the call stays as it was when it is refused. */
  hold(): Promise<'done' | 'refused'>;
  resume(): Promise<'done' | 'refused'>;
  /** REFER (RFC 3515): to a URI, or attended to the far end of another call of this phone (RFC 3891). */
  transfer(target: string | PhoneCall): Promise<'accepted' | 'refused'>;
  /** BYE, CANCEL, or 486 to a call that rings. Resolves like `ended`. */
  hangUp(): Promise<CallEnd>;
}

export interface Phone {
  /** `sip:user@host:port`, where the phone can be called. */
  readonly uri: string;
  readonly log: PhoneLog;
  /** Calls that are not over. */
  readonly calls: readonly PhoneCall[];
  /** Final status of the first REGISTER; 0 without an answer, `undefined` without an account. */
  readonly registered: Promise<number> | undefined;
  call(uri: string, options?: OutgoingOptions): Promise<PhoneCall>;
  /** Told of every call that comes in, after the script has begun to act on it. One at a time. */
  onCall(action: (call: PhoneCall) => void): void;
  setScript(script: PhoneScript): void;
  /** On: every call is answered 480 without ringing. */
  setDoNotDisturb(state: 'on' | 'off'): void;
  /** Ends all calls, unregisters, closes sockets and log. */
  close(): Promise<void>;
}
