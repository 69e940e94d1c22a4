/** Runs the server machines of transaction-tables.ts for one incoming request (RFC 3261 §17.2, RFC 6026). Made by stack.ts. */
import { Fault } from '../errors.js';
import { headerOf } from '../wire/sip-message.js';
import { tagOf } from '../wire/sip-name-addr.js';
import type { SipRequest, SipResponse } from '../wire/sip-types.js';
import { branchOf, MAGIC_COOKIE, type Via } from '../wire/sip-via.js';
import type { Received, ServerTransaction, ServerTransactionEvents, SipAddress } from './api.js';
import { isDatagram } from './transport.js';
import { createMachine, type Machine } from './machine.js';
import { durationOf, type TransactionContext } from './transaction-context.js';
import {
  INVITE_SERVER,
  NON_INVITE_SERVER,
  type ServerAction,
  type ServerInput,
  type ServerState,
  type ServerTimer,
} from './transaction-tables.js';

export interface ServerTransactionOptions {
  readonly context: TransactionContext;
  readonly received: Received<SipRequest>;
  /** Where answers go now: the source, or sent-by when a TCP connection is gone (§18.2.2). */
  readonly answerTo: () => SipAddress;
  readonly end: () => void;
}

export interface RunningServerTransaction extends ServerTransaction {
  readonly events: Partial<ServerTransactionEvents>;
  listen(events: Partial<ServerTransactionEvents>): void;
  repeated(): void;
  /** An ACK came for it: `absorbed` when it belongs to a failure, `passed` when it is the ACK to our 2xx. */
  ack(): 'absorbed' | 'passed';
  /** To tag of the latest response, for the 200 to a CANCEL (§9.2). */
  readonly toTag: string | undefined;
  transportFailed(error: Error): void;
  forget(): void;
}

export function startServerTransaction(options: ServerTransactionOptions): RunningServerTransaction {
  const transaction = new Server(options);
  transaction.start();
  return transaction;
}

class Server implements RunningServerTransaction {
  readonly received: Received<SipRequest>;
  readonly #options: ServerTransactionOptions;
  readonly #machine: Machine<ServerState, ServerInput>;
  #events: Partial<ServerTransactionEvents> = {};
  #latest: SipResponse | undefined;
  #latestBytes = 0;
  #repeats = 0;
  #failure: Error | undefined;

  constructor(options: ServerTransactionOptions) {
    this.#options = options;
    this.received = options.received;
    const isInvite = options.received.message.method === 'INVITE';
    this.#machine = createMachine<ServerState, ServerInput, ServerAction>({
      table: isInvite ? INVITE_SERVER : NON_INVITE_SERVER,
      initial: isInvite ? 'proceeding' : 'trying',
      clock: options.context.clock,
      perform: (action) => {
        this.#perform(action);
      },
    });
  }

  get state(): ServerTransaction['state'] {
    return this.#machine.state === 'acknowledged' ? 'accepted' : this.#machine.state;
  }

  get events(): Partial<ServerTransactionEvents> {
    return this.#events;
  }

  get toTag(): string | undefined {
    return this.#latest && tagOf(headerOf(this.#latest, 'To') ?? '');
  }

  start(): void {
    this.#machine.move('start');
  }

  listen(events: Partial<ServerTransactionEvents>): void {
    this.#events = { ...this.#events, ...events };
  }

  respond(response: SipResponse): Received<SipResponse> {
    const input = inputOf(response.status);
    if (!this.#machine.takes(input))
      throw new Fault('bug', `A response ${response.status} came after the transaction was over.`);
    this.#latest = response;
    this.#machine.move(input);
    const { received, answerTo, context } = this.#options;
    const at = context.clock.now();
    return { message: response, bytes: this.#latestBytes, remote: answerTo(), local: received.local, at };
  }

  acknowledged(): void {
    this.#machine.move('acknowledged');
  }

  repeated(): void {
    this.#machine.move('repeat');
  }

  ack(): 'absorbed' | 'passed' {
    if (this.state === 'accepted') return 'passed';
    this.#machine.move('ack');
    return 'absorbed';
  }

  transportFailed(error: Error): void {
    this.#failure = error;
    this.#machine.move('error');
  }

  forget(): void {
    this.#machine.move('forget');
  }

  #perform(action: ServerAction): void {
    if (action === 'send') this.#send();
    else if (action === 'tell-ack-timeout') this.#events.ackTimeout?.();
    else if (action === 'tell-error' && this.#failure) this.#events.transportFailed?.(this.#failure);
    else if (action === 'end') this.#end();
    else this.#startTimer(action.slice('start-'.length) as ServerTimer);
  }

  #send(): void {
    const { context, answerTo, received } = this.#options;
    if (this.#latest) this.#latestBytes = context.send(this.#latest, answerTo(), received.local);
  }

  #end(): void {
    this.#options.end();
    this.#events.terminated?.();
  }

  #startTimer(timer: ServerTimer): void {
    const isReliable = !isDatagram(this.received.local);
    const ms = durationOf(timer, this.#options.context.timers, { isReliable, repeats: this.#repeats });
    if (timer === 'G') this.#repeats += 1;
    if (ms !== undefined) this.#machine.startTimer(timer, ms);
  }
}

function inputOf(status: number): ServerInput {
  if (status < 200) return '1xx';
  return status < 300 ? '2xx' : 'failure';
}

/**
 * RFC 3261 §17.2.3: branch, sent-by and method, ACK and CANCEL finding their INVITE when asked for as such. Without the
 * magic cookie (RFC 2543 peers) what identified a transaction then: URI, tags, Call-ID, CSeq number and top Via.
 */
export function serverKey(request: SipRequest, via: Via, method: string): string {
  const branch = branchOf(via);
  const sentBy = `${via.host.toLowerCase()}:${via.port ?? ''}`;
  if (branch?.startsWith(MAGIC_COOKIE)) return `${branch} ${sentBy} ${method}`;
  const number = (headerOf(request, 'CSeq') ?? '').split(/\s+/)[0] ?? '';
  const tag = tagOf(headerOf(request, 'From') ?? '') ?? '';
  return [request.uri, tag, headerOf(request, 'Call-ID'), number, branch ?? '', sentBy, method].join(' ');
}
