/** Runs the client machines of transaction-tables.ts for one request (RFC 3261 §17.1), with CANCEL (§9.1). Made by stack.ts. */
import { headerOf, headersOf } from '../wire/sip-message.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import { tagOf } from '../wire/sip-name-addr.js';
import { ackToFailure, cancelOf } from './requests.js';
import type { ClientTransaction, ClientTransactionEvents, Received, SipAddress } from './api.js';
import { isDatagram } from './transport.js';
import { createMachine, type Machine } from './machine.js';
import { durationOf, type TransactionContext } from './transaction-context.js';
import {
  INVITE_CLIENT,
  NON_INVITE_CLIENT,
  type ClientAction,
  type ClientInput,
  type ClientState,
  type ClientTimer,
} from './transaction-tables.js';

export interface ClientTransactionOptions {
  readonly context: TransactionContext;
  /** With our Via on top. */
  readonly request: SipRequest;
  readonly local: SipAddress;
  readonly remote: SipAddress;
  readonly events: Partial<ClientTransactionEvents>;
  /** Starts the transaction of the CANCEL. */
  readonly sendCancel: (cancel: SipRequest) => void;
  /** The transaction is over and can be forgotten. */
  readonly end: () => void;
}

export interface RunningClientTransaction extends ClientTransaction {
  receive(response: Received<SipResponse>): void;
  transportFailed(error: Error): void;
}

export function startClientTransaction(options: ClientTransactionOptions): RunningClientTransaction {
  const transaction = new Client(options);
  transaction.start();
  return transaction;
}

class Client implements RunningClientTransaction {
  readonly request: SipRequest;
  readonly local: SipAddress;
  readonly remote: SipAddress;
  readonly #options: ClientTransactionOptions;
  readonly #machine: Machine<ClientState, ClientInput>;
  /** To tags that have sent a final: a 2xx with another one is a fork's (RFC 6026 §7.2). */
  readonly #answered = new Set<string | undefined>();
  #bytes = 0;
  #repeats = 0;
  #latest: Received<SipResponse> | undefined;
  #failure: Error | undefined;
  #waitingCancel: readonly SipHeader[] | undefined;

  constructor(options: ClientTransactionOptions) {
    this.#options = options;
    this.request = options.request;
    this.local = options.local;
    this.remote = options.remote;
    this.#machine = createMachine<ClientState, ClientInput, ClientAction>({
      table: options.request.method === 'INVITE' ? INVITE_CLIENT : NON_INVITE_CLIENT,
      initial: 'trying',
      clock: options.context.clock,
      perform: (action) => {
        this.#perform(action);
      },
    });
  }

  get bytes(): number {
    return this.#bytes;
  }

  start(): void {
    this.#machine.move('start');
  }

  receive(response: Received<SipResponse>): void {
    this.#latest = response;
    this.#machine.move(inputOf(response.message.status));
    if (this.#waitingCancel && this.#machine.state === 'proceeding') this.#cancelNow(this.#waitingCancel);
  }

  transportFailed(error: Error): void {
    this.#failure = error;
    this.#machine.move('error');
  }

  cancel(headers: readonly SipHeader[] = []): { readonly sent: boolean } {
    if (this.request.method !== 'INVITE') return { sent: false };
    const isProceeding = this.#machine.state === 'proceeding';
    if (isProceeding) this.#cancelNow(headers);
    else if (this.#machine.state === 'trying') this.#waitingCancel = headers;
    return { sent: isProceeding };
  }

  forget(): void {
    this.#machine.move('forget');
  }

  #cancelNow(headers: readonly SipHeader[]): void {
    this.#waitingCancel = undefined;
    this.#options.sendCancel(cancelOf(this.request, headers));
    this.#machine.move('cancelled');
  }

  #perform(action: ClientAction): void {
    const { events } = this.#options;
    if (action === 'send') this.#bytes = this.#send(this.request);
    else if (action === 'end') this.#options.end();
    else if (action === 'tell-timeout') events.timedOut?.();
    else if (action === 'tell-error' && this.#failure) events.transportFailed?.(this.#failure);
    else if (action.startsWith('start-')) this.#startTimer(action.slice('start-'.length) as ClientTimer);
    else if (this.#latest) this.#tell(action, this.#latest);
  }

  #tell(action: ClientAction, response: Received<SipResponse>): void {
    const { events } = this.#options;
    if (action === 'tell-provisional') events.provisional?.(response);
    else if (action === 'ack-failure') this.#send(ackToFailure(this.request, response.message));
    else if (action === 'tell-2xx-again' && this.#answered.has(toTag(response)))
      events.repeated2xx?.(response);
    else {
      this.#answered.add(toTag(response));
      events.final?.(response);
    }
  }

  #send(request: SipRequest): number {
    return this.#options.context.send(request, this.remote, this.local);
  }

  #startTimer(timer: ClientTimer): void {
    const { timers } = this.#options.context;
    const use = { isReliable: !isDatagram(this.local), repeats: this.#repeats };
    const isSlow = timer === 'E' && this.#machine.state === 'proceeding' && !use.isReliable;
    const ms = isSlow ? timers.t2 : durationOf(timer, timers, use);
    if (timer === 'A' || timer === 'E') this.#repeats += 1;
    if (ms !== undefined) this.#machine.startTimer(timer, ms);
  }
}

function toTag(response: Received<SipResponse>): string | undefined {
  return tagOf(headerOf(response.message, 'To') ?? '');
}

function inputOf(status: number): ClientInput {
  if (status < 200) return '1xx';
  return status < 300 ? '2xx' : 'failure';
}

/** RFC 3261 §17.1.3: branch of the top Via and method of CSeq. */
export function clientKey(message: SipRequest | SipResponse, branch: string): string {
  const method = (headerOf(message, 'CSeq') ?? '').split(/\s+/)[1] ?? '';
  return `${branch} ${method}`;
}

/** A response with more Via values than its request was misrouted (§8.1.3.3); a proxied request has several. */
export function hasViasOf(request: SipRequest, response: SipResponse): boolean {
  return headersOf(response, 'Via').length === headersOf(request, 'Via').length;
}
