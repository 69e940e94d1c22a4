/** What the parts of the user agent share: its stack, its headers, its dialogs. Made by user-agent.ts. */
import type { SipHeader, SipRequest } from '../wire/sip-types.js';
import type { ServerTransaction, SipAddress, SipClock, SipTimers } from './api.js';
import type { Dialog } from './dialog.js';
import type { Exchanger } from './exchange.js';

export interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: string;
}

export interface AgentContext extends Exchanger {
  readonly clock: SipClock;
  readonly timers: SipTimers;
  /** Of every message: User-Agent and what the owner added. */
  readonly headers: readonly SipHeader[];
  /** By dialogKey; a dialog enters and leaves by itself. */
  readonly dialogs: Map<string, Dialog>;
  contactFor(local: SipAddress): string;
  respond(transaction: ServerTransaction, answer: Answer, toTag: string): void;
  /** For requests that nobody handles. */
  defaultAnswer(request: SipRequest): Answer;
}
