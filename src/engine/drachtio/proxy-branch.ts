/**
 * One destination of a proxied request (RFC 3261 §16.6–16.8). Made by proxy.ts, which decides when it starts, when it is
 * dropped and what its final response means.
 *
 *   waiting ──start──► calling ──1xx──► proceeding ──drop──► dropped
 *      │                  │ silence, drop    │ failure, 2xx     │ failure, 2xx
 *      └──drop──► given-up ◄──timer C, fail──┴──► completed ◄───┘
 */
import type { ClientTransaction, Received, SipAddress, SipClock, SipStack } from '../../sip/api.js';
import { createMachine, type Machine, type MoveTable } from '../../sip/machine.js';
import type { SipRequest, SipResponse } from '../../wire/sip-types.js';

export type BranchState = 'waiting' | 'calling' | 'proceeding' | 'dropped' | 'completed' | 'given-up';
/** `silence`: no provisional in time. `failed`: time-out of the transaction, or no transport. */
type BranchInput = 'start' | '1xx' | '2xx' | 'failure' | 'silence' | 'timer-c' | 'failed' | 'drop';
type BranchAction = 'send' | 'cancel' | 'tell-provisional' | 'tell-final' | 'tell-settled';

const FINALS = {
  '2xx': { to: 'completed', does: ['tell-final'] },
  failure: { to: 'completed', does: ['tell-final'] },
} as const;

/** A 2xx is passed on whenever it comes: its sender takes the call for answered (§16.7.5). */
const BRANCH: MoveTable<BranchState, BranchInput, BranchAction> = {
  waiting: {
    start: { to: 'calling', does: ['send'] },
    drop: { to: 'given-up', does: [] },
  },
  calling: {
    ...FINALS,
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    silence: { to: 'given-up', does: ['cancel', 'tell-settled'] },
    'timer-c': { to: 'given-up', does: ['cancel', 'tell-settled'] },
    failed: { to: 'given-up', does: ['tell-settled'] },
    drop: { to: 'given-up', does: ['cancel'] },
  },
  proceeding: {
    ...FINALS,
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    'timer-c': { to: 'given-up', does: ['cancel', 'tell-settled'] },
    failed: { to: 'given-up', does: ['tell-settled'] },
    drop: { to: 'dropped', does: ['cancel'] },
  },
  dropped: {
    ...FINALS,
    failed: { to: 'given-up', does: ['tell-settled'] },
  },
  completed: { '2xx': { to: 'completed', does: ['tell-final'] } },
  'given-up': { '2xx': { to: 'completed', does: ['tell-final'] } },
};

/** RFC 3261 §16.6.11: more than three minutes. */
const TIMER_C_MS = 185_000;

export interface BranchEvents {
  sent(request: SipRequest): void;
  provisional(response: Received<SipResponse>): void;
  final(response: Received<SipResponse>): void;
  readonly repeated2xx: (response: Received<SipResponse>) => void;
  /** It will bring no response that counts. */
  settled(): void;
}

export interface BranchOptions {
  readonly target: string;
  readonly stack: SipStack;
  readonly clock: SipClock;
  /** How long the far end may be silent, `undefined` for as long as the transaction lives. */
  readonly provisionalMs: number | undefined;
  readonly events: BranchEvents;
}

export interface Path {
  readonly request: SipRequest;
  readonly to: SipAddress;
  readonly from: SipAddress;
}

export class ProxyBranch {
  readonly target: string;
  /** Its latest final response. */
  final: Received<SipResponse> | undefined;
  readonly #options: BranchOptions;
  readonly #machine: Machine<BranchState, BranchInput>;
  #path: Path | undefined;
  #latest: Received<SipResponse> | undefined;
  #transaction: ClientTransaction | undefined;

  constructor(options: BranchOptions) {
    this.target = options.target;
    this.#options = options;
    this.#machine = createMachine<BranchState, BranchInput, BranchAction>({
      table: BRANCH,
      initial: 'waiting',
      clock: options.clock,
      perform: (action) => {
        this.#perform(action);
      },
    });
  }

  get state(): BranchState {
    return this.#machine.state;
  }

  /** A final response may still come. */
  get isOpen(): boolean {
    return this.state === 'calling' || this.state === 'proceeding' || this.state === 'dropped';
  }

  start(path: Path): void {
    this.#path = path;
    this.#machine.move('start');
  }

  /** Its transaction has ended without a response. */
  fail(): void {
    this.#machine.move('failed');
  }

  /** It is not wanted any more. */
  drop(): void {
    this.#machine.move('drop');
  }

  #perform(action: BranchAction): void {
    const { events } = this.#options;
    if (action === 'send') this.#send();
    else if (action === 'cancel') this.#transaction?.cancel();
    else if (action === 'tell-settled') events.settled();
    else if (action === 'tell-provisional' && this.#latest) events.provisional(this.#latest);
    else if (this.#latest) {
      this.final = this.#latest;
      events.final(this.#latest);
    }
  }

  #send(): void {
    const { stack, events, provisionalMs } = this.#options;
    if (!this.#path) return;
    const { request, to, from } = this.#path;
    const take = (input: BranchInput) => (response: Received<SipResponse>) => {
      this.#latest = response;
      this.#machine.move(input);
    };
    this.#transaction = stack.request(
      request,
      {
        provisional: take('1xx'),
        final: (response) => {
          take(response.message.status < 300 ? '2xx' : 'failure')(response);
        },
        repeated2xx: events.repeated2xx,
        timedOut: () => {
          this.fail();
        },
        transportFailed: () => {
          this.fail();
        },
      },
      { to, from },
    );
    events.sent(this.#transaction.request);
    if (request.method !== 'INVITE') return;
    this.#machine.startTimer('timer-c', TIMER_C_MS);
    if (provisionalMs !== undefined) this.#machine.startTimer('silence', provisionalMs);
  }
}
