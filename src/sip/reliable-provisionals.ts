/** The sender's side of reliable provisional responses (RFC 3262 §3): one at a time, repeated until its PRACK. */
import { parseRAck } from '../wire/sip-cseq.js';
import { headerOf, headersOf } from '../wire/sip-message.js';
import type { SipRequest, SipResponse } from '../wire/sip-types.js';
import type { ServerTransaction, SipClock, SipTimers } from './api.js';
import { numberOf } from './dialog-state.js';

export interface ReliableProvisionals {
  /** Sends it, or keeps it until those before are acknowledged. Returned with the Require and RSeq that it gets. */
  send(response: SipResponse): SipResponse;
  /** 'yes' when the PRACK acknowledges the one in flight. */
  prack(request: SipRequest): 'yes' | 'no';
  /** Runs the action now, or after the PRACK of one that carried SDP (§3: no 2xx before it). */
  whenAcknowledged(action: () => void): void;
  /** A final answer goes out, or the call is over: nothing is repeated any more. */
  stop(): void;
}

export interface ReliableOptions {
  readonly transaction: ServerTransaction;
  readonly clock: SipClock;
  readonly timers: SipTimers;
  /** First RSeq, 1 to 2³¹ − 1. */
  readonly firstRSeq: number;
  /** No PRACK for 64·T1: the INVITE is to be refused with a 5xx. */
  readonly gaveUp: () => void;
  /** Last touch to each response before it is sent. */
  readonly arrange?: (response: SipResponse) => SipResponse;
}

export function createReliableProvisionals(options: ReliableOptions): ReliableProvisionals {
  return new Reliable(options);
}

class Reliable implements ReliableProvisionals {
  readonly #options: ReliableOptions;
  /** The one in flight and those behind it. */
  readonly #queue: SipResponse[] = [];
  #nextRSeq: number;
  #afterwards: (() => void) | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(options: ReliableOptions) {
    this.#options = options;
    this.#nextRSeq = options.firstRSeq;
  }

  send(response: SipResponse): SipResponse {
    const made = this.#numbered(response);
    this.#queue.push(made);
    if (this.#queue.length === 1) this.#repeat(made, 0, this.#options.timers.t1);
    return made;
  }

  prack(request: SipRequest): 'yes' | 'no' {
    const rack = parseRAck(headerOf(request, 'RAck') ?? '');
    const [inFlight] = this.#queue;
    const isOurs = rack?.cseq.number === numberOf(this.#options.transaction.received.message);
    if (!inFlight || !isOurs || String(rack.rseq) !== headerOf(inFlight, 'RSeq')) return 'no';
    this.#stopTimer();
    this.#queue.shift();
    const [next] = this.#queue;
    if (next) this.#repeat(next, 0, this.#options.timers.t1);
    else this.#afterwards?.();
    return 'yes';
  }

  whenAcknowledged(action: () => void): void {
    if (this.#queue.some(({ body }) => body !== '')) this.#afterwards = action;
    else action();
  }

  stop(): void {
    this.#stopTimer();
    this.#queue.length = 0;
    this.#afterwards = undefined;
  }

  #numbered(response: SipResponse): SipResponse {
    const required = headersOf(response, 'Require').includes('100rel')
      ? []
      : [{ name: 'Require', value: '100rel' }];
    const rseq = { name: 'RSeq', value: String(this.#nextRSeq) };
    this.#nextRSeq += 1;
    const made: SipResponse = { ...response, headers: [...response.headers, ...required, rseq] };
    return this.#options.arrange?.(made) ?? made;
  }

  #repeat(response: SipResponse, elapsed: number, interval: number): void {
    const { transaction, clock, timers, gaveUp } = this.#options;
    transaction.respond(response);
    this.#stopTimer = clock.after(interval, () => {
      if (elapsed + interval < timers.transactionLimit)
        this.#repeat(response, elapsed + interval, interval * 2);
      else {
        this.stop();
        gaveUp();
      }
    });
  }
}
