/**
 * The contract of the SIP room: what engine/drachtio, engine/freeswitch and phone may use. Two levels:
 * `SipStack` (transports + transactions, RFC 3261 §17–18) for programs with rules of their own, and `UserAgent`
 * (dialogs and calls on top, RFC 3261 §12–15) for those that only make and take calls.
 * Times in milliseconds; nothing here knows our domain.
 */
import type { TlsPeers } from './tls-peers.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';

export type SipProtocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** PEM texts. */
export interface TlsTerms {
  /** Trusted instead of what all others are trusted by. */
  readonly ca?: string;
  /** Shown by us, with its key. */
  readonly cert?: string;
  readonly key?: string;
  /** The certificate must carry it, whatever the address is called. */
  readonly serverName?: string;
}

/** A peer that we connect to by terms of its own. */
export interface TlsPeer extends TlsTerms {
  /** Name or address that requests for it name. */
  readonly host: string;
  /** Absent: whichever DNS says. */
  readonly port?: number;
}

/** PEM texts for TLS and WebSocket over TLS. */
/** Alone: for who connects to others by TLS, but takes no connections. */
export interface SipTrust {
  /** Trusted instead of the system's when we connect to others. */
  readonly ca?: string;
}

export interface SipTls extends SipTrust {
  readonly key: string;
  readonly cert: string;
}

export interface SipAddress {
  readonly protocol: SipProtocol;
  /** An IP literal; names are resolved before they come here. */
  readonly host: string;
  /** Name that led to `host`: the certificate must carry it (RFC 5922 §7.2). Absent: the address itself. */
  readonly name?: string;
  readonly port: number;
}

/** Where time and chance come from, so that timers and ids can be driven by a test. */
export interface SipClock {
  now(): number;
  /** Returns a function that cancels the timer. */
  after(ms: number, action: () => void): () => void;
}

export interface SipIds {
  /** Without the magic cookie; the stack puts `z9hG4bK` before it. */
  branch(): string;
  tag(): string;
  callId(): string;
}

/** RFC 3261 §17 and table 4. `firstInviteResend` differs in sofia-sip (1 s instead of T1). */
export interface SipTimers {
  readonly t1: number;
  readonly t2: number;
  readonly t4: number;
  /** 64·T1 by the RFC: timers B, F, H, J, L, M. */
  readonly transactionLimit: number;
  readonly timerD: number;
  readonly firstInviteResend: number;
}

export interface SipLimits {
  readonly messageBytes: number;
  readonly headerCount: number;
  readonly headerBytes: number;
}

/** Every message in and out, for ladders, traces and counters. Called synchronously; must not throw. */
export interface SipTap {
  message(
    direction: 'in' | 'out',
    message: SipRequest | SipResponse,
    remote: SipAddress,
    bytes: number,
  ): void;
  /** `why` is one word for a counter: `malformed`, `too-large`, `unknown-transaction`, … */
  dropped(why: string, remote: SipAddress): void;
}

export interface SipStackOptions {
  /** Port 0 lets the system choose; TCP and UDP with port 0 in one list get the same port. */
  readonly bind: readonly SipAddress[];
  readonly clock?: SipClock;
  readonly ids?: SipIds;
  readonly timers?: Partial<SipTimers>;
  readonly limits?: Partial<SipLimits>;
  /** Needed for `tls` and `wss` in `bind`. */
  readonly tls?: SipTls | SipTrust;
  readonly tlsPeers?: TlsPeers;
  /** Requests that do not fit go over TCP where a TCP socket is open (RFC 3261 §18.1.1); default 1300. */
  readonly datagramBytes?: number;
  /** A request that came another way already (RFC 3261 §8.2.2.2): 482, or a request like any other (default). */
  readonly merged?: 'refuse' | 'take';
  readonly tap?: SipTap;
  /** Written into Via (and Contact) instead of the bound address. */
  readonly advertisedHost?: string;
}

/** A message as it came in, with Via `received`/`rport` filled in (RFC 3581). */
export interface Received<M extends SipRequest | SipResponse> {
  readonly message: M;
  readonly bytes: number;
  readonly remote: SipAddress;
  readonly local: SipAddress;
  readonly at: number;
}

/** One incoming request and its answers. Retransmissions are absorbed; a CANCEL arrives through `onCancel`. */
export interface ServerTransaction {
  readonly received: Received<SipRequest>;
  readonly state: 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';
  /**
   * Sends a response as given (Via, From, Call-ID and CSeq must be there; see `responseTo`). For a 2xx to an INVITE
   * the transaction repeats it until `acknowledged()` or timer L (RFC 6026), so callers need no timer of their own.
   * Throws only when the transaction is over.
   */
  respond(response: SipResponse): Received<SipResponse>;
  /** The ACK to our 2xx came: stop repeating it. */
  acknowledged(): void;
  /** Lets the transaction go without a word; a repeat of the request will be a new one. */
  forget(): void;
}

export interface ServerTransactionEvents {
  /** A matching CANCEL came; the stack has answered it 200. The owner decides about the 487. */
  cancelled(cancel: Received<SipRequest>): void;
  /** Timer H: our final answer to an INVITE was never acknowledged. */
  ackTimeout(): void;
  terminated(): void;
  transportFailed(error: Error): void;
}

export interface ClientTransaction {
  /** The request as sent, with our Via on top. */
  readonly request: SipRequest;
  readonly local: SipAddress;
  readonly remote: SipAddress;
  readonly bytes: number;
  /**
   * RFC 3261 §9.1: sent at once after a 1xx, otherwise as soon as one comes. `sent` says which. No-op after a final.
   */
  cancel(headers?: readonly SipHeader[]): { readonly sent: boolean };
  /** Lets the transaction go without telling the peer (owner is closing). */
  forget(): void;
}

export interface ClientTransactionEvents {
  provisional(response: Received<SipResponse>): void;
  /** Each final once; for a forked INVITE every further 2xx with another To tag comes here too (RFC 6026 §7.2). */
  final(response: Received<SipResponse>): void;
  /** A 2xx to INVITE came again: the owner repeats its ACK. */
  repeated2xx(response: Received<SipResponse>): void;
  /** Timer B or F. No final will come. */
  timedOut(): void;
  transportFailed(error: Error): void;
}

export interface RequestRoute {
  /** Where to send; by default taken from Route or Request-URI (IP literals and `localhost` only). */
  readonly to?: SipAddress;
  /** Which of our sockets to use, when there are several. */
  readonly from?: SipAddress;
}

export interface SipStackHandlers {
  /** A new request other than ACK and CANCEL. Register for its events in the same turn. */
  request(transaction: ServerTransaction, on: (events: Partial<ServerTransactionEvents>) => void): void;
  /** An ACK that belongs to no failed INVITE: the ACK to a 2xx. */
  ack(ack: Received<SipRequest>): void;
  /** A CANCEL that matches nothing; the stack answers 481 by itself after this returns. */
  strayCancel?(cancel: Received<SipRequest>): void;
}

export interface SipStack {
  readonly locals: readonly SipAddress[];
  request(
    request: SipRequest,
    events: Partial<ClientTransactionEvents>,
    route?: RequestRoute,
  ): ClientTransaction;
  /** Sends one message outside any transaction (ACK to a 2xx). Returns it as sent; given back, it is sent unchanged. */
  sendAck(ack: SipRequest, route?: RequestRoute): SipRequest;
  /** Answers without creating state. */
  respondStateless(received: Received<SipRequest>, response: SipResponse): void;
  stats(): SipStats;
  close(): Promise<void>;
}

export interface SipStats {
  readonly clientTransactions: number;
  readonly serverTransactions: number;
  readonly connections: number;
  readonly received: number;
  readonly sent: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/* ---- UserAgent: calls ---------------------------------------------------------------------------------------- */

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface UserAgentOptions extends SipStackOptions {
  /** User part of our Contact. */
  readonly user?: string;
  readonly userAgent?: string;
  readonly credentials?: Credentials;
  /** Extra headers on every message we make, e.g. Allow, Supported. */
  readonly headers?: readonly SipHeader[];
  /** Write Contact with `;transport=` of the transport used. */
  readonly contactTransport?: 'always' | 'tcp-only';
}

/** How an outgoing INVITE ended before any dialog was confirmed. */
export type InviteOutcome =
  | { readonly kind: 'answered'; readonly dialog: SipDialog; readonly response: SipResponse }
  | { readonly kind: 'failed'; readonly response: SipResponse }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly why: string };

export interface OutgoingCall {
  readonly callId: string;
  /** Settles once, never rejects. The ACK has been sent when it says `answered` (unless `lateOffer`). */
  readonly outcome: Promise<InviteOutcome>;
  /** CANCEL; a 200 that crosses it is acknowledged and ended with BYE, and the outcome is `failed` 487. */
  cancel(headers?: readonly SipHeader[]): void;
}

export interface InviteRequest {
  readonly uri: string;
  /** name-addr; default our own contact. */
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  /** SDP offer; without one the answer's offer is answered by `answerOffer`. */
  readonly body?: string;
  readonly answerOffer?: (offer: string) => string;
  readonly headers?: readonly SipHeader[];
  readonly route?: RequestRoute;
  readonly onProgress?: (response: SipResponse) => void;
}

/** An INVITE that rings at us. */
export interface IncomingCall {
  readonly request: SipRequest;
  readonly remote: SipAddress;
  readonly callId: string;
  /** 18x. With `reliable` it is sent by RFC 3262 when the caller supports 100rel. */
  ring(options: {
    readonly status: number;
    readonly reason?: string;
    readonly body?: string;
    readonly headers?: readonly SipHeader[];
    readonly delivery?: 'plain' | 'reliable';
  }): void;
  /** 200. Resolves with the dialog at once; its `acknowledged` tells about the ACK. */
  answer(options: { readonly body?: string; readonly headers?: readonly SipHeader[] }): SipDialog;
  reject(
    status: number,
    options?: { readonly reason?: string; readonly headers?: readonly SipHeader[] },
  ): void;
  /** Called once when the caller gives up before our final answer; 487 has been sent. */
  onCancel(action: (cancel: SipRequest) => void): void;
}

export interface SipDialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Latest SDP of each side, '' when none was seen. */
  readonly localSdp: string;
  readonly remoteSdp: string;
  readonly state: 'early' | 'confirmed' | 'ended';
  /** ACK seen (UAS). `body` is the SDP of a late answer, '' otherwise. Rejects never; 'timeout' after timer H. */
  readonly acknowledged: Promise<
    { readonly kind: 'ack'; readonly body: string } | { readonly kind: 'timeout' }
  >;
  bye(headers?: readonly SipHeader[]): Promise<SipResponse | undefined>;
  /** re-INVITE; resolves with the final response, after ACK. 491 is returned, not retried. */
  reinvite(options: {
    readonly body?: string;
    readonly answerOffer?: (offer: string) => string;
    readonly headers?: readonly SipHeader[];
  }): Promise<SipResponse | undefined>;
  /** Any other in-dialog request: INFO, UPDATE, REFER, NOTIFY, OPTIONS, MESSAGE. `undefined` on time-out. */
  request(
    method: string,
    options?: { readonly body?: string; readonly headers?: readonly SipHeader[] },
  ): Promise<SipResponse | undefined>;
  on(events: Partial<DialogEvents>): void;
}

export interface DialogEvents {
  /** The far end hung up; 200 has been sent. */
  bye(request: SipRequest): void;
  /** The far end re-INVITEs or UPDATEs. Return the SDP answer (200) or a status to refuse. Unset: 488. */
  offer(offer: string, request: SipRequest): string | { readonly status: number; readonly reason?: string };
  /** Any other in-dialog request. Return the response. Unset: 200 to INFO/OPTIONS/NOTIFY, 501 otherwise. */
  request(request: SipRequest): {
    readonly status: number;
    readonly reason?: string;
    readonly headers?: readonly SipHeader[];
    readonly body?: string;
  };
  /** The dialog is over, whoever ended it. Called exactly once. */
  ended(why: 'local-bye' | 'remote-bye' | 'ack-timeout' | 'transport'): void;
}

export interface UserAgent {
  readonly stack: SipStack;
  readonly contact: string;
  invite(request: InviteRequest): OutgoingCall;
  onInvite(action: (call: IncomingCall) => void): void;
  /** Requests outside a dialog other than INVITE (OPTIONS, MESSAGE, …). Unset: 200 to OPTIONS, 501 otherwise. */
  onRequest(
    action: (
      request: SipRequest,
      remote: SipAddress,
    ) => {
      readonly status: number;
      readonly reason?: string;
      readonly headers?: readonly SipHeader[];
      readonly body?: string;
    },
  ): void;
  /** Out-of-dialog request with digest retry; `undefined` on time-out. */
  request(
    method: string,
    options: {
      readonly uri: string;
      readonly from?: string;
      readonly to?: string;
      readonly headers?: readonly SipHeader[];
      readonly body?: string;
      readonly route?: RequestRoute;
    },
  ): Promise<SipResponse | undefined>;
  /** REGISTER and keep it fresh until `unregister`. */
  register(options: {
    readonly registrar: string;
    readonly aor: string;
    readonly expiresSeconds: number;
    readonly route?: RequestRoute;
  }): Registration;
  dialogs(): readonly SipDialog[];
  close(): Promise<void>;
}

export interface Registration {
  /** Final status of the first REGISTER, `undefined` on time-out. */
  readonly first: Promise<SipResponse | undefined>;
  readonly state: 'registering' | 'registered' | 'failed' | 'unregistered';
  unregister(): Promise<void>;
}
