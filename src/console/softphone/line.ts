/**
 * The registration of this tab's phone (JsSIP), over a WebSocket that is opened again when it breaks. The Contact stays
 * the same for the life of a line, so that the switch knows the phone again on another connection.
 */
import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { CallOptions, RTCSessionEvent } from 'jssip/lib/UA.js';
import type { Softphone } from '../records.js';
import { instanceId, type Account } from './account.js';

/** Ringing ends by the switch's own time. */
const NO_ANSWER_SECONDS = 600;

export interface LineEvents {
  registered(): void;
  /** By the switch; JsSIP does not try again. */
  refused(sipStatus: number | undefined): void;
  lost(): void;
  incoming(session: RTCSession, callId: string): void;
}

export class Line {
  readonly settings: Softphone;
  readonly #agent: UA;
  readonly #events: LineEvents;
  #state: 'open' | 'closed' = 'closed';
  #waiting: (() => void)[] = [];
  /** Call-ID of the newest session. */
  #latestId = '';

  constructor(settings: Softphone, account: Account, events: LineEvents) {
    this.settings = settings;
    this.#events = events;
    this.#agent = new UA({
      sockets: [new WebSocketInterface(settings.web_socket ?? '')],
      uri: `sip:${account.user}@${settings.realm}`,
      authorization_user: account.user,
      realm: settings.realm,
      ha1: account.ha1,
      instance_id: instanceId(),
      session_timers: false,
      no_answer_timeout: NO_ANSWER_SECONDS,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 10,
      user_agent: 'Dialtrace softphone',
    });
    this.#agent.on('registered', () => this.#opened());
    this.#agent.on('registrationFailed', ({ response }) =>
      this.#refused(response as { status_code?: number } | null),
    );
    this.#agent.on('disconnected', () => this.#closed());
    this.#agent.on('newRTCSession', ({ originator, session, request }: RTCSessionEvent) => {
      this.#latestId = request.getHeader('call-id') ?? '';
      if ((originator as string) === 'remote') events.incoming(session, this.#latestId);
    });
    this.#agent.start();
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Now, or when it is back: JsSIP ends a talk whose request finds no connection. */
  whenOpen(action: () => void): void {
    if (this.isOpen) action();
    else this.#waiting.push(action);
  }

  call(target: string, options: CallOptions): { readonly session: RTCSession; readonly id: string } {
    const session = this.#agent.call(this.addressOf(target), options);
    return { session, id: this.#latestId };
  }

  /** An address with the switch, which takes what stands before its realm as dialled. */
  addressOf(target: string): string {
    return `sip:${target.replace(/[^\w+*#.-]/g, '')}@${this.settings.realm}`;
  }

  close(): void {
    this.#state = 'closed';
    this.#waiting = [];
    this.#agent.removeAllListeners();
    this.#agent.stop();
  }

  #opened(): void {
    this.#state = 'open';
    this.#events.registered();
    for (const action of this.#waiting.splice(0)) action();
  }

  #refused(response: { status_code?: number } | null): void {
    // Without an answer the connection is down, and JsSIP tries again.
    if (response === null) return;
    this.#agent.stop();
    this.#events.refused(response.status_code);
  }

  #closed(): void {
    this.#state = 'closed';
    this.#events.lost();
  }
}
