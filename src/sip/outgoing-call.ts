/**
 * An INVITE of ours until its outcome (RFC 3261 §13.2): early dialogs, PRACK (RFC 3262), digest retry, forks, and CANCEL
 * with the 200 that may cross it. Made by user-agent.ts.
 */
import { messageOf } from '../errors.js';
import { targetOf, uacDialogState } from './dialog-state.js';
import { headerOf, headersOf } from '../wire/sip-message.js';
import { tagOf, withTag } from '../wire/sip-name-addr.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import type { AgentContext } from './agent-context.js';
import type {
  ClientTransaction,
  ClientTransactionEvents,
  InviteOutcome,
  InviteRequest,
  OutgoingCall,
  Received,
} from './api.js';
import { Dialog } from './dialog.js';
import { credentialsFor } from './exchange.js';
import { nextHopOf } from './next-hop.js';
import { responseTo } from './requests.js';

export class Invitation implements OutgoingCall {
  readonly callId: string;
  readonly outcome: Promise<InviteOutcome>;
  readonly #context: AgentContext;
  readonly #options: InviteRequest;
  readonly #from: string;
  /** By To tag: early dialogs, then the one that won. */
  readonly #dialogs = new Map<string, Dialog>();
  /** ACKs as sent, by To tag, to repeat them. */
  readonly #acks = new Map<string, SipRequest>();
  readonly #seenRSeq = new Map<string, number>();
  #settle: (outcome: InviteOutcome) => void = () => undefined;
  #stage: 'calling' | 'cancelling' | 'settled' = 'calling';
  #transaction: ClientTransaction | undefined;
  #seq = 0;

  constructor(context: AgentContext, options: InviteRequest, contact: string) {
    this.#context = context;
    this.#options = options;
    this.#from = withTag(options.from ?? contact, context.ids.tag());
    this.callId = options.callId ?? context.ids.callId();
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#send([], contact);
  }

  cancel(headers: readonly SipHeader[] = []): void {
    if (this.#stage !== 'calling') return;
    this.#stage = 'cancelling';
    this.#transaction?.cancel(headers);
  }

  #send(extra: readonly SipHeader[], contact: string): void {
    const request = this.#build(extra, contact);
    if (!this.#options.route?.to && !nextHopOf(request)) {
      this.#finish({ kind: 'unreachable', why: `no IP address in ${request.uri}` });
      return;
    }
    try {
      this.#transaction = this.#context.stack.request(request, this.#events(), this.#options.route);
    } catch (fault) {
      this.#finish({ kind: 'unreachable', why: messageOf(fault) });
    }
  }

  #events(): ClientTransactionEvents {
    return {
      provisional: (response) => {
        this.#takeProvisional(response);
      },
      final: (response) => {
        this.#takeFinal(response);
      },
      repeated2xx: ({ message }) => {
        const ack = this.#acks.get(toTag(message));
        if (ack) this.#dialogs.get(toTag(message))?.repeatAck(ack);
      },
      timedOut: () => {
        this.#finish({ kind: 'timeout' });
      },
      transportFailed: (error) => {
        this.#finish({ kind: 'unreachable', why: error.message });
      },
    };
  }

  #build(extra: readonly SipHeader[], contact: string): SipRequest {
    const { uri, to, body = '', headers = [] } = this.#options;
    this.#seq += 1;
    return {
      kind: 'request',
      method: 'INVITE',
      uri,
      headers: [
        { name: 'Max-Forwards', value: '70' },
        { name: 'From', value: this.#from },
        { name: 'To', value: to ?? `<${uri}>` },
        { name: 'Call-ID', value: this.callId },
        { name: 'CSeq', value: `${this.#seq} INVITE` },
        { name: 'Contact', value: contact },
        ...this.#context.headers,
        ...headers,
        ...extra,
        ...(body === '' ? [] : [{ name: 'Content-Type', value: 'application/sdp' }]),
      ],
      body,
    };
  }

  /** The early or confirmed dialog that this response belongs to (§12.1). */
  #dialogOf(response: Received<SipResponse>): Dialog | undefined {
    const tag = toTag(response.message);
    const request = this.#transaction?.request;
    if (tag === '' || !request) return undefined;
    const known = this.#dialogs.get(tag);
    if (known) return known;
    const state = uacDialogState(request, response.message);
    const dialog = new Dialog({ context: this.#context, state, peer: response });
    this.#dialogs.set(tag, dialog);
    return dialog;
  }

  #takeProvisional(response: Received<SipResponse>): void {
    const { message } = response;
    const makesDialog = message.status > 100 && targetOf(message) !== undefined;
    const dialog = makesDialog ? this.#dialogOf(response) : undefined;
    if (dialog && this.#isRepeatedReliable(message)) return;
    if (this.#stage === 'calling') this.#options.onProgress?.(message);
    if (dialog && headersOf(message, 'Require').includes('100rel')) this.#sendPrack(dialog, message);
  }

  #sendPrack(dialog: Dialog, provisional: SipResponse): void {
    dialog.noteSdp({ local: this.#options.body ?? '', remote: provisional.body });
    const value = `${headerOf(provisional, 'RSeq') ?? ''} ${headerOf(provisional, 'CSeq') ?? ''}`;
    void dialog.request('PRACK', { headers: [{ name: 'RAck', value }] });
  }

  /** RFC 3262 §4: repeats, and those out of order, are dropped. */
  #isRepeatedReliable(message: SipResponse): boolean {
    const rseq = Number(headerOf(message, 'RSeq') ?? NaN);
    if (Number.isNaN(rseq)) return false;
    const seen = this.#seenRSeq.get(toTag(message));
    if (seen !== undefined && rseq !== seen + 1) return true;
    this.#seenRSeq.set(toTag(message), rseq);
    return false;
  }

  #takeFinal(response: Received<SipResponse>): void {
    if (response.message.status < 300) this.#takeSuccess(response);
    else this.#takeFailure(response);
  }

  #takeSuccess(response: Received<SipResponse>): void {
    const { message } = response;
    const dialog = this.#dialogOf(response);
    const request = this.#transaction?.request;
    if (!dialog || !request) {
      this.#finish({ kind: 'failed', response: message });
      return;
    }
    dialog.confirm(response, headersOf(message, 'Record-Route').reverse());
    const offered = this.#options.body ?? '';
    const answer = offered === '' ? (this.#options.answerOffer?.(message.body) ?? '') : '';
    dialog.noteSdp({ local: offered === '' ? answer : offered, remote: message.body });
    this.#acks.set(toTag(message), dialog.sendAck(request, answer));
    this.#decide(dialog, response, request);
  }

  /** Cancelled, or another fork was first: this one is ended at once (§9.1, §13.2.2.4). */
  #decide(dialog: Dialog, response: Received<SipResponse>, request: SipRequest): void {
    const stage = this.#stage;
    if (stage !== 'calling') void dialog.bye();
    if (stage === 'cancelling') this.#finish({ kind: 'failed', response: responseTo(request, 487) });
    if (stage === 'calling') this.#finish({ kind: 'answered', dialog, response: response.message });
  }

  #takeFailure(response: Received<SipResponse>): void {
    const { message } = response;
    const request = this.#transaction?.request;
    const retry =
      request && this.#seq === 1 && this.#stage === 'calling'
        ? credentialsFor(request, message, this.#context)
        : undefined;
    if (retry) this.#send([retry], this.#context.contactFor(response.local));
    else this.#finish({ kind: 'failed', response: message });
  }

  #finish(outcome: InviteOutcome): void {
    if (this.#stage === 'settled') return;
    this.#stage = 'settled';
    for (const dialog of this.#dialogs.values()) if (dialog.state === 'early') dialog.discard('transport');
    this.#settle(outcome);
  }
}

function toTag(response: SipResponse): string {
  return tagOf(headerOf(response, 'To') ?? '') ?? '';
}
