/**
 * A SIP user agent (RFC 3261 §8, §11–15): makes and takes calls, answers other requests, registers. Used by
 * engine/freeswitch and phone.
 */
import { Fault } from '../errors.js';
import { headersOf } from '../wire/sip-message.js';
import { tagOf, withTag } from '../wire/sip-name-addr.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import { formatSipUri } from '../wire/sip-uri.js';
import type { AgentContext, Answer } from './agent-context.js';
import type {
  IncomingCall,
  InviteRequest,
  OutgoingCall,
  Received,
  Registration,
  ServerTransaction,
  ServerTransactionEvents,
  SipAddress,
  SipProtocol,
  SipDialog,
  SipStack,
  UserAgent,
  UserAgentOptions,
} from './api.js';
import { DEFAULT_TIMERS } from './defaults.js';
import type { Dialog } from './dialog.js';
import { keyOfRequest } from './dialog-state.js';
import { exchange } from './exchange.js';
import { Ringing } from './incoming-call.js';
import { Invitation } from './outgoing-call.js';
import { Registering, type RegisterOptions } from './registration.js';
import { responseTo } from './requests.js';
import { openSipStack } from './stack.js';
import { isDatagram } from './transport.js';
import { systemClock, systemIds } from './system.js';

type Listen = (events: Partial<ServerTransactionEvents>) => void;
type RequestOptions = Parameters<UserAgent['request']>[1];

/** Option tags of Require that we understand. */
const UNDERSTOOD = new Set(['100rel']);

/** Opens all transports of `bind`. Throws `port-in-use`. */
export async function openUserAgent(options: UserAgentOptions): Promise<UserAgent> {
  const agent = new Agent(options);
  await agent.open();
  return agent;
}

class Agent implements UserAgent {
  readonly #options: UserAgentOptions;
  readonly #dialogs = new Map<string, Dialog>();
  readonly #registrations = new Set<Registering>();
  #context: AgentContext | undefined;
  #takeCall: (call: IncomingCall) => void = (call) => {
    call.reject(480);
  };
  #answerRequest: (request: SipRequest, remote: SipAddress) => Answer = defaultAnswer;

  constructor(options: UserAgentOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const stack = await openSipStack({
      ...this.#options,
      handlers: {
        request: (transaction, on) => {
          this.#takeRequest(transaction, on);
        },
        ack: (ack) => this.#dialogs.get(keyOfRequest(ack.message))?.acknowledge(ack),
      },
    });
    this.#context = this.#contextOn(stack);
  }

  #contextOn(stack: SipStack): AgentContext {
    const {
      clock = systemClock,
      ids = systemIds,
      timers,
      credentials,
      userAgent,
      headers = [],
    } = this.#options;
    const own: readonly SipHeader[] =
      userAgent === undefined ? [] : [{ name: 'User-Agent', value: userAgent }];
    return {
      stack,
      ids,
      clock,
      timers: { ...DEFAULT_TIMERS, ...timers },
      credentials,
      headers: [...own, ...headers],
      dialogs: this.#dialogs,
      contactFor: (local) => this.#contactFor(local),
      respond: (transaction, answer, toTag) => {
        const response = responseTo(transaction.received.message, answer.status, { ...answer, toTag });
        transaction.respond({ ...response, headers: [...response.headers, ...own] });
      },
      defaultAnswer,
    };
  }

  get #ctx(): AgentContext {
    if (!this.#context) throw new Fault('bug', 'The user agent is not open.');
    return this.#context;
  }

  get stack(): SipStack {
    return this.#ctx.stack;
  }

  get contact(): string {
    const [first] = this.stack.locals;
    return first ? this.#contactFor(first) : '';
  }

  #contactFor(local: SipAddress): string {
    const { user, contactTransport = 'tcp-only', advertisedHost } = this.#options;
    const isNamed = contactTransport === 'always' || !isDatagram(local);
    const parameters = isNamed ? [{ name: 'transport', value: local.protocol }] : [];
    const host = advertisedHost ?? local.host;
    return `<${formatSipUri({ scheme: 'sip', ...(user !== undefined && { user }), host, port: local.port, parameters })}>`;
  }

  dialogs(): readonly SipDialog[] {
    return [...this.#dialogs.values()];
  }

  onInvite(action: (call: IncomingCall) => void): void {
    this.#takeCall = action;
  }

  onRequest(action: (request: SipRequest, remote: SipAddress) => Answer): void {
    this.#answerRequest = action;
  }

  invite(request: InviteRequest): OutgoingCall {
    return new Invitation(this.#ctx, request, this.#contactTowards(request.route?.to?.protocol, request.uri));
  }

  /** Our Contact for the transport that a request to this URI will take. */
  #contactTowards(protocol: string | undefined, uri: string): string {
    const named = /;transport=(tcp|tls|ws|wss)\b/i.exec(uri)?.[1]?.toLowerCase() as SipProtocol | undefined;
    const wanted = protocol ?? named ?? 'udp';
    const local = this.stack.locals.find((each) => each.protocol === wanted);
    return local ? this.#contactFor(local) : this.contact;
  }

  request(method: string, options: RequestOptions): Promise<SipResponse | undefined> {
    const callId = this.#ctx.ids.callId();
    const from = withTag(options.from ?? this.contact, this.#ctx.ids.tag());
    let seq = 0;
    const build = (extra: readonly SipHeader[]): SipRequest => {
      seq += 1;
      const headers: SipHeader[] = [
        { name: 'Max-Forwards', value: '70' },
        { name: 'From', value: from },
        { name: 'To', value: options.to ?? `<${options.uri}>` },
        { name: 'Call-ID', value: callId },
        { name: 'CSeq', value: `${seq} ${method}` },
        { name: 'Contact', value: this.#contactTowards(options.route?.to?.protocol, options.uri) },
        ...this.#ctx.headers,
        ...(options.headers ?? []),
        ...extra,
      ];
      return { kind: 'request', method, uri: options.uri, headers, body: options.body ?? '' };
    };
    return exchange(this.#ctx, build, options.route);
  }

  register(options: RegisterOptions): Registration {
    const contact = this.#contactTowards(options.route?.to?.protocol, options.registrar);
    const registration = new Registering(this.#ctx, options, contact);
    this.#registrations.add(registration);
    return registration;
  }

  async close(): Promise<void> {
    for (const registration of this.#registrations) registration.stop();
    this.#registrations.clear();
    for (const dialog of [...this.#dialogs.values()]) dialog.discard('transport');
    await this.stack.close();
  }

  /* ---- in ---- */

  #takeRequest(transaction: ServerTransaction, on: Listen): void {
    const { message } = transaction.received;
    const unknown = headersOf(message, 'Require').filter((option) => !UNDERSTOOD.has(option));
    if (unknown.length > 0)
      this.#refuse(transaction, {
        status: 420,
        headers: [{ name: 'Unsupported', value: unknown.join(', ') }],
      });
    else if (tagOf(headersOf(message, 'To')[0] ?? '') !== undefined) this.#takeInDialog(transaction, on);
    else if (message.method === 'INVITE') this.#takeCall(new Ringing(this.#ctx, transaction, on));
    else this.#takeOther(transaction.received, transaction);
  }

  #takeInDialog(transaction: ServerTransaction, on: Listen): void {
    const dialog = this.#dialogs.get(keyOfRequest(transaction.received.message));
    if (!dialog) this.#refuse(transaction, { status: 481 });
    else
      dialog.receive(transaction, (ackTimeout) => {
        on({ ackTimeout });
      });
  }

  #takeOther({ message, remote }: Received<SipRequest>, transaction: ServerTransaction): void {
    const isLost = message.method === 'BYE' || message.method === 'PRACK' || message.method === 'UPDATE';
    this.#refuse(transaction, isLost ? { status: 481 } : this.#answerRequest(message, remote));
  }

  #refuse(transaction: ServerTransaction, answer: Answer): void {
    this.#ctx.respond(transaction, answer, this.#ctx.ids.tag());
  }
}

const ANSWERED_OK = new Set(['OPTIONS', 'INFO', 'NOTIFY']);

function defaultAnswer(request: SipRequest): Answer {
  return ANSWERED_OK.has(request.method) ? { status: 200 } : { status: 501 };
}
