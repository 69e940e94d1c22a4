/**
 * What the server remembers: dialogs, requests from the network that wait for an application's answer, and requests of
 * applications that wait for a final response. Each kind of entry is added in one place and leaves by `terminated`, a
 * final response, or the end of its dialog.
 */
import type {
  ClientTransaction,
  ServerTransaction,
  ServerTransactionEvents,
  SipAddress,
  SipClock,
  SipStack,
  SipTimers,
} from '../../sip/api.js';
import { dialogKey, keyOfRequest, type DialogState } from '../../sip/dialog-state.js';
import type { ReliableProvisionals } from '../../sip/reliable-provisionals.js';
import type { SipMessage, SipRequest } from '../../wire/sip-types.js';
import type { Client } from './control-port.js';
import type { RegistrantLines } from './registrant-lines.js';
import type { RequestRoutes } from './request-routes.js';

export interface EngineDialog {
  /** `<Call-ID>;from-tag=<tag of the side that sent the first request>`. */
  readonly id: string;
  /** Of the request that made it. */
  readonly transactionId: string;
  readonly method: 'INVITE' | 'SUBSCRIBE';
  readonly client: Client;
  readonly local: SipAddress;
  state: DialogState;
  /** `unknown` until a response has had a Contact (RFC 3261 §12.1.2): nothing can be sent in it. */
  target: 'known' | 'unknown';
  /** Our Contact value in it. */
  localContact: string;
  /** Where its requests go instead of by the dialog: the peer is behind a NAT. */
  natRoute: SipAddress | undefined;
  /** Where the peer's latest message of the first transaction came from: used when its Contact names no address. */
  peer: SipAddress | undefined;
  /** Our 2xx whose ACK has not come yet; `first` is that of the INVITE that made the dialog. */
  unacknowledged: { readonly transaction: ServerTransaction; readonly invite: 'first' | 'later' } | undefined;
  /** An INVITE of the application in this dialog without its ACK. */
  ownInvite: AppTransaction | undefined;
  /** RSeq and CSeq of the latest reliable provisional, for RAck. */
  rack: string | undefined;
  /** CSeq number of the INVITE whose ACK is due. */
  inviteSeq: number;
  /** The application's ACK as sent, to be repeated. */
  ack: SipRequest | undefined;
  /** What we said of the session last, for refreshes. */
  localSession: { readonly body: string; readonly contentType: string };
  sessionTimer: { readonly refresher: 'us' | 'them'; readonly cancel: () => void } | undefined;
  /** `cancelled`: a CANCEL was sent and a 200 crossed it: BYE follows the ACK. */
  fate: 'wanted' | 'cancelled';
}

/** A request from the network that an application is to answer. */
export interface PendingRequest {
  readonly transactionId: string;
  readonly client: Client;
  readonly transaction: ServerTransaction;
  /** `first`: makes a dialog; `inside`: came in one; `alone`: neither. */
  readonly kind: 'first' | 'inside' | 'alone';
  dialog: EngineDialog | undefined;
  reliable: ReliableProvisionals | undefined;
  /** An UPDATE that came before the final answer; it is answered under this transaction id. */
  update: ServerTransaction | undefined;
  stopTimer: () => void;
  /** Another owner takes over what is told of its transaction. */
  readonly listen: (events: Partial<ServerTransactionEvents>) => void;
}

/** A request that is being proxied, until its last destination has ended. */
export interface RunningProxy {
  /** Its timers end; nobody is told. */
  stop(): void;
}

/** A request of an application. */
export interface AppTransaction {
  readonly transactionId: string;
  readonly client: Client;
  readonly dialog: EngineDialog | undefined;
  readonly kind: 'first' | 'inside' | 'alone';
  readonly transaction: ClientTransaction;
  /** To as the application gave it, which sofia shows in messages it makes without sending. */
  readonly givenTo: string;
  fate: 'wanted' | 'cancelled';
}

export interface DialogBook {
  readonly size: number;
  /** Requests with its tags find it from now on. */
  addLeg(dialog: EngineDialog): void;
  /** Applications can name it from now on. */
  confirm(dialog: EngineDialog): void;
  byId(id: string): EngineDialog | undefined;
  byCallId(callId: string): EngineDialog | undefined;
  match(request: SipRequest): EngineDialog | undefined;
  has(dialog: EngineDialog): boolean;
  remove(dialog: EngineDialog): void;
}

export function createDialogBook(): DialogBook {
  const confirmed = new Map<string, EngineDialog>();
  const byCallId = new Map<string, EngineDialog>();
  const legs = new Map<string, EngineDialog>();
  /** The key it was entered under: a fork's answer changes the remote tag. */
  const keys = new Map<EngineDialog, string>();

  function addLeg(dialog: EngineDialog): void {
    const former = keys.get(dialog);
    if (former !== undefined) legs.delete(former);
    const key = dialogKey(dialog.state);
    keys.set(dialog, key);
    legs.set(key, dialog);
  }

  return {
    get size() {
      return confirmed.size;
    },
    addLeg,
    confirm(dialog) {
      addLeg(dialog);
      confirmed.set(dialog.id, dialog);
      byCallId.set(dialog.state.callId, dialog);
    },
    byId: (id) => confirmed.get(id),
    byCallId: (callId) => byCallId.get(callId),
    match: (request) => legs.get(keyOfRequest(request)),
    has: (dialog) => confirmed.get(dialog.id) === dialog,
    remove(dialog) {
      if (confirmed.get(dialog.id) === dialog) confirmed.delete(dialog.id);
      if (byCallId.get(dialog.state.callId) === dialog) byCallId.delete(dialog.state.callId);
      legs.delete(keys.get(dialog) ?? '');
      keys.delete(dialog);
    },
  };
}

export interface Engine {
  readonly stack: SipStack;
  readonly clock: SipClock;
  readonly timers: SipTimers;
  readonly ids: { readonly tag: () => string; readonly callId: () => string; readonly uuid: () => string };
  readonly routes: RequestRoutes;
  readonly dialogs: DialogBook;
  readonly registrants: RegistrantLines;
  readonly pending: Map<string, PendingRequest>;
  readonly outgoing: Map<string, AppTransaction>;
  readonly proxies: Set<RunningProxy>;
  /** Dialogs whose session timer runs. */
  readonly sessionTimers: Set<EngineDialog>;
  readonly cdr: (record: CdrRecord) => void;
  /** CSeq number for a request outside a dialog. */
  readonly firstSeq: () => number;
  readonly hostPortOf: (local: SipAddress) => string;
  readonly contactOf: (local: SipAddress) => string;
  /** IP address of a host name. */
  readonly resolve: (host: string) => Promise<string | undefined>;
}

/** The socket that reaches this address. */
export function localFor(engine: Engine, to: SipAddress): SipAddress | undefined {
  const isV6 = to.host.includes(':');
  return engine.stack.locals.find(
    ({ protocol, host }) => protocol === to.protocol && host.includes(':') === isV6,
  );
}

export type CdrRecord = { readonly source: 'network' | 'application'; readonly message: SipMessage } & (
  | { readonly kind: 'attempt' }
  | { readonly kind: 'start'; readonly role: 'uac' | 'uas' | 'proxy-uac' | 'proxy-uas' }
  /** system-initiated-termination is what the real server says for the BYE after a crossed CANCEL: its table is off by one. */
  | {
      readonly kind: 'stop';
      readonly reason:
        | 'call-rejected'
        | 'call-canceled'
        | 'normal-release'
        | 'session-expired'
        | 'system-initiated-termination';
    }
);
