/** An INVITE that rings at us (RFC 3261 §13.3): provisional answers, the final one, and the caller's CANCEL. Made by user-agent.ts. */
import { headerOf, headersOf } from '../wire/sip-message.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import type { AgentContext } from './agent-context.js';
import type {
  IncomingCall,
  ServerTransaction,
  ServerTransactionEvents,
  SipAddress,
  SipDialog,
} from './api.js';
import { Dialog } from './dialog.js';
import { uasDialogState } from './dialog-state.js';
import { createReliableProvisionals, type ReliableProvisionals } from './reliable-provisionals.js';
import { responseTo } from './requests.js';

type RingOptions = Parameters<IncomingCall['ring']>[0];

export class Ringing implements IncomingCall {
  readonly request: SipRequest;
  readonly remote: SipAddress;
  readonly callId: string;
  readonly #context: AgentContext;
  readonly #transaction: ServerTransaction;
  readonly #localTag: string;
  readonly #reliable: ReliableProvisionals;
  #dialog: Dialog | undefined;
  #stage: 'ringing' | 'answered' | 'over' = 'ringing';
  #cancelled: (cancel: SipRequest) => void = () => undefined;

  constructor(
    context: AgentContext,
    transaction: ServerTransaction,
    on: (events: Partial<ServerTransactionEvents>) => void,
  ) {
    this.#context = context;
    this.#transaction = transaction;
    this.request = transaction.received.message;
    this.remote = transaction.received.remote;
    this.callId = headerOf(this.request, 'Call-ID') ?? '';
    this.#localTag = context.ids.tag();
    this.#reliable = createReliableProvisionals({
      transaction,
      clock: context.clock,
      timers: context.timers,
      firstRSeq: 1,
      gaveUp: () => {
        this.reject(504);
      },
    });
    on(this.#transactionEvents());
    transaction.respond(responseTo(this.request, 100));
  }

  #transactionEvents(): Partial<ServerTransactionEvents> {
    return {
      cancelled: ({ message }) => {
        if (this.#stage !== 'ringing') return;
        this.reject(487);
        this.#cancelled(message);
      },
      ackTimeout: () => this.#dialog?.ackTimedOut(),
      transportFailed: () => {
        this.#end();
        this.#dialog?.discard('transport');
      },
    };
  }

  ring(options: RingOptions): void {
    if (this.#stage !== 'ringing') return;
    const dialog = this.#dialogFor();
    const response = this.#response(options.status, options);
    dialog.noteSdp({ local: options.body ?? '' });
    const isWanted = options.delivery === 'reliable' && this.#callerTakes100rel();
    if (isWanted) this.#reliable.send(response);
    else this.#transaction.respond(response);
  }

  #callerTakes100rel(): boolean {
    return [...headersOf(this.request, 'Supported'), ...headersOf(this.request, 'Require')].includes(
      '100rel',
    );
  }

  answer(options: { readonly body?: string; readonly headers?: readonly SipHeader[] }): SipDialog {
    const dialog = this.#dialogFor();
    if (this.#stage !== 'ringing') return dialog;
    this.#stage = 'answered';
    dialog.noteSdp({ local: options.body ?? '' });
    dialog.answered(this.#transaction);
    this.#reliable.whenAcknowledged(() => {
      this.#reliable.stop();
      if (this.#transaction.state === 'proceeding') this.#transaction.respond(this.#response(200, options));
    });
    return dialog;
  }

  reject(
    status: number,
    options: { readonly reason?: string; readonly headers?: readonly SipHeader[] } = {},
  ): void {
    if (this.#stage === 'over' || this.#transaction.state !== 'proceeding') return;
    this.#end();
    this.#dialog?.discard('transport');
    this.#context.respond(this.#transaction, { status, ...options }, this.#localTag);
  }

  onCancel(action: (cancel: SipRequest) => void): void {
    this.#cancelled = action;
  }

  #end(): void {
    this.#stage = 'over';
    this.#reliable.stop();
  }

  #dialogFor(): Dialog {
    if (this.#dialog) return this.#dialog;
    const state = uasDialogState(this.request, this.#response(180, {}));
    this.#dialog = new Dialog({ context: this.#context, state, peer: this.#transaction.received });
    this.#dialog.noteSdp({ remote: this.request.body });
    this.#dialog.takePrack = (prack) => this.#reliable.prack(prack);
    return this.#dialog;
  }

  #response(
    status: number,
    options: { readonly reason?: string; readonly body?: string; readonly headers?: readonly SipHeader[] },
  ): SipResponse {
    const contact = { name: 'Contact', value: this.#context.contactFor(this.#transaction.received.local) };
    const headers = [contact, ...this.#context.headers, ...(options.headers ?? [])];
    return responseTo(this.request, status, { ...options, headers, toTag: this.#localTag });
  }
}
