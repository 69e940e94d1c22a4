/** REGISTER and its refreshes (RFC 3261 §10.2). Made by user-agent.ts. */
import { headerOf, headersOf } from '../wire/sip-message.js';
import { parseNameAddr, withTag } from '../wire/sip-name-addr.js';
import { parameterOf } from '../wire/sip-tokens.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import type { AgentContext } from './agent-context.js';
import type { Registration, UserAgent } from './api.js';
import { exchange } from './exchange.js';

export type RegisterOptions = Parameters<UserAgent['register']>[0];

/** Part of the granted time after which the binding is refreshed. */
const REFRESH_AT = 0.8;

export class Registering implements Registration {
  readonly first: Promise<SipResponse | undefined>;
  readonly #context: AgentContext;
  readonly #options: RegisterOptions;
  readonly #contact: string;
  readonly #callId: string;
  readonly #from: string;
  #state: Registration['state'] = 'registering';
  #expiresSeconds: number;
  #seq = 0;
  #stopTimer: () => void = () => undefined;

  constructor(context: AgentContext, options: RegisterOptions, contact: string) {
    this.#context = context;
    this.#options = options;
    this.#contact = contact;
    this.#callId = context.ids.callId();
    this.#from = withTag(`<${options.aor}>`, context.ids.tag());
    this.#expiresSeconds = options.expiresSeconds;
    this.first = this.#refresh();
  }

  get state(): Registration['state'] {
    return this.#state;
  }

  async unregister(): Promise<void> {
    this.stop();
    await this.#send(0);
  }

  /** No more refreshes; the binding runs out by itself. */
  stop(): void {
    this.#state = 'unregistered';
    this.#stopTimer();
  }

  async #refresh(): Promise<SipResponse | undefined> {
    let response = await this.#send(this.#expiresSeconds);
    const least = Number(response?.status === 423 ? headerOf(response, 'Min-Expires') : NaN);
    if (least > this.#expiresSeconds) {
      this.#expiresSeconds = least;
      response = await this.#send(least);
    }
    this.#note(response);
    return response;
  }

  #note(response: SipResponse | undefined): void {
    if (this.#state === 'unregistered') return;
    const isGranted = response?.status === 200;
    this.#state = isGranted ? 'registered' : 'failed';
    const seconds = isGranted
      ? grantedSeconds(response, this.#contact, this.#expiresSeconds)
      : this.#expiresSeconds;
    this.#stopTimer = this.#context.clock.after(seconds * 1000 * REFRESH_AT, () => {
      void this.#refresh();
    });
  }

  #send(expires: number): Promise<SipResponse | undefined> {
    return exchange(this.#context, (extra) => this.#build(expires, extra), this.#options.route);
  }

  #build(expires: number, extra: readonly SipHeader[]): SipRequest {
    this.#seq += 1;
    const headers: SipHeader[] = [
      { name: 'Max-Forwards', value: '70' },
      { name: 'From', value: this.#from },
      { name: 'To', value: `<${this.#options.aor}>` },
      { name: 'Call-ID', value: this.#callId },
      { name: 'CSeq', value: `${this.#seq} REGISTER` },
      { name: 'Contact', value: this.#contact },
      { name: 'Expires', value: String(expires) },
      ...this.#context.headers,
      ...extra,
    ];
    return { kind: 'request', method: 'REGISTER', uri: this.#options.registrar, headers, body: '' };
  }
}

/** §10.2.4: the expires parameter of our Contact, else Expires, else what we asked for. */
function grantedSeconds(response: SipResponse, contact: string, asked: number): number {
  const ours = parseNameAddr(contact)?.uri;
  const bindings = headersOf(response, 'Contact').map(parseNameAddr);
  const binding = bindings.find((each) => each?.uri === ours);
  const said = binding && parameterOf(binding.parameters, 'expires');
  const seconds = Number(said ?? headerOf(response, 'Expires') ?? NaN);
  return seconds > 0 ? seconds : asked;
}
