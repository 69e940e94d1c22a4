/**
 * Proxies a request from the network to the destinations an application names (RFC 3261 §16), one after another or all at
 * once. The application is told every final response (`continue`), then `done`; drachtio-srf makes one result of them.
 */
import type { Received } from '../../sip/api.js';
import { targetOf } from '../../sip/dialog-state.js';
import { headerOf, headersOf } from '../../wire/sip-message.js';
import { withTag } from '../../wire/sip-name-addr.js';
import type { SipRequest, SipResponse } from '../../wire/sip-types.js';
import type { Client } from './control-port.js';
import { forgetPending } from './endings.js';
import { localFor, type Engine, type PendingRequest, type RunningProxy } from './engine-state.js';
import { finalOfBranch, type ProxyCommand } from './frames.js';
import { ProxyBranch } from './proxy-branch.js';
import { addressOf, forwardedRequest, passedBack } from './proxied-messages.js';
import { PROXY_DONE, REFUSALS, unknownProxied } from './replies.js';
import { sofiaResponse } from './sofia-messages.js';

export function proxyRequest(engine: Engine, client: Client, command: ProxyCommand): void {
  const pending = engine.pending.get(command.transactionId);
  if (!pending) {
    client.reply(command.id, unknownProxied(command.transactionId));
    return;
  }
  forgetPending(engine, pending);
  if (headerOf(pending.transaction.received.message, 'Max-Forwards')?.trim() === '0') {
    client.reply(command.id, REFUSALS.tooManyHops);
    refuseWith(engine, pending, 483);
    return;
  }
  void new Proxying(engine, client, command, pending).start();
}

/** A final answer of the server itself. */
function refuseWith(engine: Engine, { transaction }: PendingRequest, status: number): void {
  const { message } = transaction.received;
  const to = withTag(headerOf(message, 'To') ?? '', engine.ids.tag());
  const { message: sent } = transaction.respond(sofiaResponse(message, status, { to }));
  if (message.method === 'INVITE')
    engine.cdr({ kind: 'stop', source: 'application', message: sent, reason: 'call-rejected' });
}

/**
 *   searching ──2xx, best failure──► over
 *       └──CANCEL, caller gone──► cancelled ──last branch ended──► over
 */
type Phase = 'searching' | 'cancelled' | 'over';

class Proxying implements RunningProxy {
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #command: ProxyCommand;
  readonly #pending: PendingRequest;
  readonly #branches: ProxyBranch[];
  #phase: Phase = 'searching';

  constructor(engine: Engine, client: Client, command: ProxyCommand, pending: PendingRequest) {
    this.#engine = engine;
    this.#client = client;
    this.#command = command;
    this.#pending = pending;
    this.#branches = command.destinations.map((target) => this.#branch(target));
    engine.proxies.add(this);
    pending.listen({
      cancelled: () => {
        this.#cancelled();
      },
      terminated: () => {
        this.#callerGone();
      },
      transportFailed: () => {
        this.#callerGone();
      },
      ackTimeout: () => undefined,
    });
  }

  async start(): Promise<void> {
    await this.#startNext();
    if (this.#phase === 'searching' && this.#branches.every(({ state }) => state === 'given-up')) {
      this.#phase = 'over';
      this.#client.reply(this.#command.id, REFUSALS.nothingProxied);
      refuseWith(this.#engine, this.#pending, 500);
    }
    this.#leaveWhenSettled();
  }

  stop(): void {
    this.#phase = 'over';
    for (const branch of this.#branches) branch.fail();
  }

  get #request(): SipRequest {
    return this.#pending.transaction.received.message;
  }

  /* ---- branches ---- */

  #branch(target: string): ProxyBranch {
    const { stack, clock, cdr } = this.#engine;
    const branch: ProxyBranch = new ProxyBranch({
      target,
      stack,
      clock,
      provisionalMs: this.#command.provisionalMs,
      events: {
        sent: (message) => {
          if (message.method === 'INVITE') cdr({ kind: 'attempt', source: 'application', message });
        },
        provisional: ({ message }) => {
          if (message.status > 100 && this.#phase === 'searching')
            this.#pending.transaction.respond(passedBack(message));
        },
        final: (response) => {
          this.#takeFinal(branch, response);
        },
        repeated2xx: ({ message }) => {
          stack.respondStateless(this.#pending.transaction.received, passedBack(message));
        },
        settled: () => void this.#goOn(),
      },
    });
    return branch;
  }

  /** Serial: the first that can be reached; simultaneous: all. */
  async #startNext(): Promise<void> {
    for (const branch of this.#branches.filter(({ state }) => state === 'waiting')) {
      const to = await addressOf(this.#engine, branch.target);
      const from = to && localFor(this.#engine, to);
      if (this.#phase !== 'searching') return;
      if (!from) branch.drop();
      else branch.start({ to, from, request: this.#forwarded(branch.target, from) });
      if (branch.state !== 'given-up' && this.#command.forking === 'serial') return;
    }
  }

  #forwarded(target: string, local: Parameters<typeof localFor>[1]): SipRequest {
    const { path, headers } = this.#command;
    return forwardedRequest(this.#engine, this.#request, { target, local, path, headers });
  }

  #takeFinal(branch: ProxyBranch, response: Received<SipResponse>): void {
    const { message } = response;
    if (message.status < 300) this.#dropAll();
    this.#writeBranchCdr(message);
    if (this.#phase !== 'over') this.#client.reply(this.#command.id, finalOfBranch(response));
    if (message.status < 300) this.#answered(message);
    else {
      if (this.#command.redirects === 'follow' && message.status < 400) this.#redirect(branch, message);
      if (message.status === 401 || message.status === 407) this.#dropAll();
      void this.#goOn();
    }
  }

  #redirect(branch: ProxyBranch, response: SipResponse): void {
    const contacts = headersOf(response, 'Contact').map((value) =>
      targetOf({ ...response, headers: [{ name: 'Contact', value }] }),
    );
    const further = contacts.filter((target) => target !== undefined).map((target) => this.#branch(target));
    this.#branches.splice(this.#branches.indexOf(branch) + 1, 0, ...further);
  }

  #dropAll(): void {
    for (const branch of this.#branches) branch.drop();
  }

  /* ---- what it comes to ---- */

  /** The stack does not repeat it: its sender does, and the caller's ACK goes there. */
  #answered(response: SipResponse): void {
    const { transaction } = this.#pending;
    const back = passedBack(response);
    const isFirst = this.#phase === 'searching';
    this.#finish();
    if (isFirst) {
      transaction.respond(back);
      transaction.acknowledged();
      if (this.#request.method === 'INVITE')
        this.#engine.cdr({ kind: 'start', source: 'application', message: back, role: 'proxy-uas' });
    } else this.#engine.stack.respondStateless(transaction.received, back);
  }

  #cancelled(): void {
    if (this.#phase !== 'searching') return;
    refuseWith(this.#engine, this.#pending, 487);
    this.#callerGone();
  }

  /** Nobody waits for an answer any more. */
  #callerGone(): void {
    if (this.#phase !== 'searching') return;
    this.#phase = 'cancelled';
    this.#dropAll();
    void this.#goOn();
  }

  async #goOn(): Promise<void> {
    if (this.#phase === 'searching') await this.#startNext();
    if (!this.#branches.some(({ isOpen }) => isOpen)) {
      if (this.#phase === 'searching') this.#passBackBest();
      this.#finish();
    }
    this.#leaveWhenSettled();
  }

  /** RFC 3261 §16.7.6. To anything but an INVITE no 408 is made (RFC 4320 §4.2). */
  #passBackBest(): void {
    const { transaction } = this.#pending;
    const best = bestOf(this.#branches);
    if (best) {
      const back = passedBack(best);
      transaction.respond(back);
      const reason = back.status === 487 ? 'call-canceled' : 'call-rejected';
      if (this.#request.method === 'INVITE')
        this.#engine.cdr({ kind: 'stop', source: 'application', message: back, reason });
    } else if (this.#request.method === 'INVITE') refuseWith(this.#engine, this.#pending, 408);
    else transaction.forget();
  }

  #finish(): void {
    if (this.#phase !== 'over') this.#client.reply(this.#command.id, PROXY_DONE);
    this.#phase = 'over';
    this.#leaveWhenSettled();
  }

  #leaveWhenSettled(): void {
    if (this.#phase === 'over' && !this.#branches.some(({ isOpen }) => isOpen))
      this.#engine.proxies.delete(this);
  }

  #writeBranchCdr(message: SipResponse): void {
    if (this.#request.method !== 'INVITE') return;
    if (message.status < 300)
      this.#engine.cdr({ kind: 'start', source: 'network', message, role: 'proxy-uac' });
    else {
      const reason = message.status === 487 ? 'call-canceled' : 'call-rejected';
      this.#engine.cdr({ kind: 'stop', source: 'network', message, reason });
    }
  }
}

const NEEDS_CHANGE = new Set([401, 407, 415, 420, 484]);

function rankOf(status: number): number {
  if (status >= 600) return 0;
  if (NEEDS_CHANGE.has(status)) return 1;
  if (status >= 500) return 3;
  return status >= 400 ? 2 : 4;
}

/** Of equal ones the latest destination's, as the real server. */
function bestOf(branches: readonly ProxyBranch[]): SipResponse | undefined {
  return branches
    .flatMap(({ final }) => (final === undefined ? [] : [final.message]))
    .toReversed()
    .toSorted((a, b) => rankOf(a.status) - rankOf(b.status))[0];
}
