/**
 * One dialog of the user agent (RFC 3261 §12–15): requests both ways, offers and answers, its end. Made by
 * outgoing-call.ts and incoming-call.ts.
 *
 *   early ──2xx──▶ confirmed ──BYE, ACK time-out, 481──▶ ended
 */
import { headerOf, headersOf } from '../wire/sip-message.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import { parseSipUri } from '../wire/sip-uri.js';
import type {
  DialogEvents,
  Received,
  RequestRoute,
  ServerTransaction,
  SipAddress,
  SipDialog,
} from './api.js';
import {
  afterTheirRequest,
  dialogKey,
  dialogRequest,
  isOutOfOrder,
  symmetricRoute,
  targetOf,
  withNextSeq,
  type DialogState,
} from './dialog-state.js';
import { credentialHeadersOf, credentialsFor, exchange } from './exchange.js';
import { nextHopOf } from './next-hop.js';
import { responseTo } from './requests.js';
import type { AgentContext, Answer } from './agent-context.js';

type DialogEnd = Parameters<DialogEvents['ended']>[0];
type Acknowledgement = Awaited<SipDialog['acknowledged']>;
type ReinviteOptions = Parameters<SipDialog['reinvite']>[0];

export interface DialogOptions {
  readonly context: AgentContext;
  readonly state: DialogState;
  readonly peer: Received<SipRequest | SipResponse>;
}

export class Dialog implements SipDialog {
  readonly #context: AgentContext;
  #state: DialogState;
  #route: RequestRoute;
  /** Source of the message that made the dialog, for when its Contact names no address. */
  readonly #peer: SipAddress;
  #contact: string;
  #stage: SipDialog['state'] = 'early';
  #events: Partial<DialogEvents> = {};
  #localSdp = '';
  #remoteSdp = '';
  /** Whose re-INVITE is under way; a second one is glare (§14). */
  #reinvite: 'none' | 'ours' | 'theirs' = 'none';
  #unacknowledged: ServerTransaction | undefined;
  #acknowledged: Promise<Acknowledgement> = Promise.resolve({ kind: 'ack', body: '' });
  #settleAck: (ack: Acknowledgement) => void = () => undefined;
  /** Takes a PRACK while the call rings; 'yes' when it matches a reliable provisional. */
  takePrack: (prack: SipRequest) => 'yes' | 'no' = () => 'no';

  constructor(options: DialogOptions) {
    this.#context = options.context;
    this.#state = options.state;
    this.#route = routeTo(options.peer);
    this.#peer = options.peer.remote;
    this.#contact = options.context.contactFor(options.peer.local);
    this.#context.dialogs.set(this.key, this);
  }

  get key(): string {
    return dialogKey(this.#state);
  }
  get callId(): string {
    return this.#state.callId;
  }
  get localTag(): string {
    return this.#state.localTag;
  }
  get remoteTag(): string {
    return this.#state.remoteTag;
  }
  get localSdp(): string {
    return this.#localSdp;
  }
  get remoteSdp(): string {
    return this.#remoteSdp;
  }
  get state(): SipDialog['state'] {
    return this.#stage;
  }
  get acknowledged(): Promise<Acknowledgement> {
    return this.#acknowledged;
  }

  on(events: Partial<DialogEvents>): void {
    this.#events = { ...this.#events, ...events };
  }

  /** Notes what a side said of its media; '' is nothing. */
  noteSdp(sdp: { readonly local?: string; readonly remote?: string }): void {
    if (sdp.local !== undefined && sdp.local !== '') this.#localSdp = sdp.local;
    if (sdp.remote !== undefined && sdp.remote !== '') this.#remoteSdp = sdp.remote;
  }

  /* ---- becoming confirmed, ending ---- */

  /** UAC: a 2xx came. The target is taken from it anew (§13.2.2.4). */
  confirm(response: Received<SipResponse>, routeSet: readonly string[]): void {
    this.#stage = 'confirmed';
    this.#refresh(response);
    this.#state = { ...this.#state, routeSet };
  }

  /** UAS: our 2xx went out on this transaction; it is repeated until the ACK. */
  answered(transaction: ServerTransaction): void {
    this.#stage = 'confirmed';
    this.#awaitAck(transaction);
  }

  /** Drops an early dialog without a word (the INVITE failed), or a dialog whose agent closes. */
  discard(why: DialogEnd): void {
    const wasConfirmed = this.#stage === 'confirmed';
    this.#stage = 'ended';
    this.#context.dialogs.delete(this.key);
    this.#settleAck({ kind: 'timeout' });
    if (wasConfirmed) this.#events.ended?.(why);
  }

  #awaitAck(transaction: ServerTransaction): void {
    this.#unacknowledged = transaction;
    this.#acknowledged = new Promise((resolve) => {
      this.#settleAck = resolve;
    });
  }

  /** An ACK to a 2xx of ours. */
  acknowledge(ack: Received<SipRequest>): void {
    if (!this.#unacknowledged) return;
    this.#unacknowledged.acknowledged();
    this.#unacknowledged = undefined;
    if (this.#reinvite === 'theirs') this.#reinvite = 'none';
    this.noteSdp({ remote: ack.message.body });
    this.#settleAck({ kind: 'ack', body: ack.message.body });
  }

  /** §13.3.1.4: no ACK for 64·T1: the dialog is ended with BYE. */
  ackTimedOut(): void {
    this.#unacknowledged = undefined;
    this.#settleAck({ kind: 'timeout' });
    if (this.#stage !== 'confirmed') return;
    void this.#exchange('BYE', {});
    this.discard('ack-timeout');
  }

  async bye(headers: readonly SipHeader[] = []): Promise<SipResponse | undefined> {
    if (this.#stage !== 'confirmed') return undefined;
    this.#stage = 'ended';
    this.#events.ended?.('local-bye');
    // §15: a callee must not send BYE before the ACK came (or never will); until then the ACK must still find us.
    await this.#acknowledged;
    this.#context.dialogs.delete(this.key);
    return this.#exchange('BYE', { headers });
  }

  /* ---- our requests ---- */

  async request(
    method: string,
    options: { readonly body?: string; readonly headers?: readonly SipHeader[] } = {},
  ) {
    if (this.#stage === 'ended') return undefined;
    const response = await this.#exchange(method, options);
    this.#endIfUnknown(response);
    return response;
  }

  #exchange(method: string, options: { readonly body?: string; readonly headers?: readonly SipHeader[] }) {
    return exchange(this.#context, (extra) => this.#build(method, options, extra), this.#path);
  }

  #build(
    method: string,
    options: { readonly body?: string; readonly headers?: readonly SipHeader[] },
    extra: readonly SipHeader[],
  ): SipRequest {
    this.#state = withNextSeq(this.#state);
    const needsContact =
      method === 'INVITE' || method === 'UPDATE' || method === 'REFER' || method === 'SUBSCRIBE';
    const headers = [
      ...(needsContact ? [{ name: 'Contact', value: this.#contact }] : []),
      ...this.#context.headers,
      ...(options.headers ?? []),
      ...extra,
    ];
    return withContentType(dialogRequest(this.#state, method, { headers, body: options.body ?? '' }));
  }

  async reinvite(options: ReinviteOptions): Promise<SipResponse | undefined> {
    if (this.#stage !== 'confirmed') return undefined;
    const first = this.#build('INVITE', options, []);
    if (this.#reinvite !== 'none') return responseTo(first, 491);
    this.#reinvite = 'ours';
    const response = await this.#inviteWithRetry(first, options);
    this.#reinvite = 'none';
    this.#endIfUnknown(response);
    return response;
  }

  async #inviteWithRetry(first: SipRequest, options: ReinviteOptions): Promise<SipResponse | undefined> {
    const response = await this.#inviteOnce(first, options);
    const retry = response && credentialsFor(first, response, this.#context);
    return retry ? this.#inviteOnce(this.#build('INVITE', options, [retry]), options) : response;
  }

  #inviteOnce(request: SipRequest, options: ReinviteOptions): Promise<SipResponse | undefined> {
    return new Promise((resolve) => {
      let ack: SipRequest | undefined;
      const none = () => resolve(undefined);
      const final = (response: Received<SipResponse>) => {
        if (isSuccess(response.message)) ack = this.#completeReinvite(request, response, options);
        resolve(response.message);
      };
      const repeated2xx = () => {
        if (ack) this.#context.stack.sendAck(ack, this.#path);
      };
      this.#context.stack.request(
        request,
        { final, repeated2xx, timedOut: none, transportFailed: none },
        this.#path,
      );
    });
  }

  #completeReinvite(
    request: SipRequest,
    response: Received<SipResponse>,
    options: ReinviteOptions,
  ): SipRequest {
    this.#refresh(response);
    const answer = request.body === '' ? (options.answerOffer?.(response.message.body) ?? '') : '';
    this.noteSdp({ local: request.body === '' ? answer : request.body, remote: response.message.body });
    return this.sendAck(request, answer);
  }

  /** ACK to a 2xx of an INVITE in this dialog (§13.2.2.4). Returned as sent, to be repeated. */
  sendAck(invite: SipRequest, body: string): SipRequest {
    const seq = Number(headerOf(invite, 'CSeq')?.split(/\s+/)[0]);
    const headers = [...this.#context.headers, ...credentialHeadersOf(invite)];
    const ack = withContentType(dialogRequest(this.#state, 'ACK', { seq, headers, body }));
    return this.#context.stack.sendAck(ack, this.#path);
  }

  /** Sends an ACK as it was sent before. */
  repeatAck(ack: SipRequest): void {
    this.#context.stack.sendAck(ack, this.#path);
  }

  get #path(): RequestRoute {
    const hasHop = this.#route.to !== undefined || nextHopOf(dialogRequest(this.#state, 'ACK')) !== undefined;
    return hasHop ? this.#route : { ...this.#route, to: this.#peer };
  }

  #refresh(peer: Received<SipRequest | SipResponse>): void {
    this.#state = { ...this.#state, remoteTarget: targetOf(peer.message) ?? this.#state.remoteTarget };
    this.#route = routeTo(peer);
  }

  /** §12.2.1.2: the far end does not know the dialog any more. */
  #endIfUnknown(response: SipResponse | undefined): void {
    if (response?.status === 481 && this.#stage === 'confirmed') this.discard('transport');
  }

  /* ---- their requests ---- */

  receive(transaction: ServerTransaction, listenAckTimeout: (action: () => void) => void): void {
    const { message } = transaction.received;
    if (this.#stage === 'ended') {
      this.#respond(transaction, { status: message.method === 'BYE' ? 200 : 481 });
      return;
    }
    if (isOutOfOrder(this.#state, message)) {
      this.#respond(transaction, { status: 500, headers: [{ name: 'Retry-After', value: '1' }] });
      return;
    }
    this.#state = afterTheirRequest(this.#state, message);
    this.#dispatch(transaction, listenAckTimeout);
  }

  #dispatch(transaction: ServerTransaction, listenAckTimeout: (action: () => void) => void): void {
    const { message } = transaction.received;
    switch (message.method) {
      case 'BYE':
        this.#takeBye(transaction);
        return;
      case 'INVITE':
        this.#takeReinvite(transaction, listenAckTimeout);
        return;
      case 'UPDATE':
        this.#takeUpdate(transaction);
        return;
      case 'PRACK':
        this.#respond(transaction, { status: this.takePrack(message) === 'yes' ? 200 : 481 });
        return;
      default:
        this.#respond(transaction, this.#events.request?.(message) ?? this.#context.defaultAnswer(message));
    }
  }

  #takeBye(transaction: ServerTransaction): void {
    this.#respond(transaction, { status: 200 });
    this.#events.bye?.(transaction.received.message);
    this.discard('remote-bye');
  }

  /** §14.2, RFC 6141. */
  #takeReinvite(transaction: ServerTransaction, listenAckTimeout: (action: () => void) => void): void {
    if (this.#stage === 'early' || this.#reinvite !== 'none' || this.#unacknowledged) {
      const isGlare = this.#reinvite === 'ours';
      const headers = isGlare ? [] : [{ name: 'Retry-After', value: '1' }];
      this.#respond(transaction, { status: isGlare ? 491 : 500, headers });
      return;
    }
    this.#reinvite = 'theirs';
    this.#refresh(transaction.received);
    const accepted = this.#answerOffer(transaction);
    if (accepted === 'refused') this.#reinvite = 'none';
    else this.#awaitAck(transaction);
    listenAckTimeout(() => {
      if (accepted === 'answered') this.ackTimedOut();
    });
  }

  /** RFC 3311 §5.2. Without SDP it only refreshes the target. */
  #takeUpdate(transaction: ServerTransaction): void {
    if (this.#reinvite === 'ours') this.#respond(transaction, { status: 491 });
    else if (transaction.received.message.body !== '') this.#answerOffer(transaction);
    else this.#respond(transaction, { status: 200, headers: [{ name: 'Contact', value: this.#contact }] });
  }

  #answerOffer(transaction: ServerTransaction): 'answered' | 'refused' {
    const { message } = transaction.received;
    const answer = this.#events.offer?.(message.body, message) ?? { status: 488 };
    if (typeof answer !== 'string') {
      this.#respond(transaction, answer);
      return 'refused';
    }
    this.noteSdp({ local: answer, remote: message.body });
    this.#respond(transaction, {
      status: 200,
      headers: [{ name: 'Contact', value: this.#contact }],
      body: answer,
    });
    return 'answered';
  }

  #respond(transaction: ServerTransaction, answer: Answer): void {
    this.#context.respond(transaction, answer, this.localTag);
  }
}

/** A peer that was reached through a proxy which recorded no route is addressed by its Contact. */
function routeTo(peer: Received<SipRequest | SipResponse>): RequestRoute {
  const to = cameThroughProxy(peer) ? undefined : symmetricRoute(peer);
  return to ? { to, from: peer.local } : { from: peer.local };
}

/** A request shows it by its Vias. A response does not: a NAT changes the host too, not the port alone. */
function cameThroughProxy({ message, remote }: Received<SipRequest | SipResponse>): boolean {
  if (message.kind === 'request') return headersOf(message, 'Via').length > 1;
  return parseSipUri(targetOf(message) ?? '')?.host === remote.host;
}

function isSuccess(response: SipResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

function withContentType(request: SipRequest): SipRequest {
  if (request.body === '' || headerOf(request, 'Content-Type') !== undefined) return request;
  return { ...request, headers: [...request.headers, { name: 'Content-Type', value: 'application/sdp' }] };
}
