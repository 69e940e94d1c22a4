/**
 * A minimal registrar (RFC 3261 §10.3) for operators' phones: digest, one contact a user, the packet's source address for
 * calling back through NAT. Registrations live in memory; phones renew them within an hour.
 */
import type { Registered } from '../app/ports/switch.js';
import { messageOf } from '../errors.js';
import { parseNameAddr } from '../wire/sip-name-addr.js';
import { parameterOf } from '../wire/sip-tokens.js';
import { formatHostPort, parseSipUri } from '../wire/sip-uri.js';
import { answer } from './answer.js';
import { DigestGate } from './digest-gate.js';
import type { SipHeaders, SrfRequest, SrfResponse } from './libraries.js';
import type { RegistrarOptions, SwitchPorts } from './options.js';

const MIN_EXPIRES_SECONDS = 60;
const MAX_EXPIRES_SECONDS = 3600;

/** How to reach a registered phone. */
export interface Contact {
  readonly uri: string;
  /** Source of the REGISTER when the Contact names another address (NAT). */
  readonly proxy?: string;
  readonly address: string;
}

interface Registration extends Registered {
  readonly reach: Contact;
  readonly cancelExpiry: () => void;
}

/** What a REGISTER asks for. */
type Wish =
  | { readonly kind: 'query' }
  /** Without a URI whatever is there. */
  | { readonly kind: 'remove'; readonly uri?: string }
  | { readonly kind: 'add'; readonly uri: string; readonly seconds: number }
  | { readonly kind: 'malformed' };

export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #ports: SwitchPorts;
  readonly #gate: DigestGate;
  readonly #registrations = new Map<string, Registration>();

  constructor(options: RegistrarOptions, ports: SwitchPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#gate = new DigestGate(options, ports.clock);
  }

  registrations(): readonly Registered[] {
    return [...this.#registrations.values()].map(({ user, contact, source, expiresAt }) => ({
      user,
      contact,
      source,
      expiresAt,
    }));
  }

  contactOf(user: string): Contact | undefined {
    return this.#registrations.get(user)?.reach;
  }

  async handle(request: SrfRequest, response: SrfResponse): Promise<void> {
    try {
      const user = parseSipUri(parseNameAddr(request.get('To') ?? '')?.uri ?? '')?.user ?? '';
      const verdict = await this.#gate.judge(user, request.get('Authorization') ?? '');
      this.#ports.metrics.count('dialtrace_registrations_total', { outcome: verdict.kind });
      if (verdict.kind === 'known') this.#register(user, request, response);
      else if (verdict.kind === 'refused') answer(response, 403);
      else answer(response, 401, { headers: { 'WWW-Authenticate': verdict.value } });
    } catch (error) {
      this.#ports.logger.error({ why: messageOf(error) }, 'REGISTER failed');
      answer(response, 500);
    }
  }

  /** Who sends this call? Answers a challenge, or a refusal, and then says undefined. */
  async authenticate(request: SrfRequest, response: SrfResponse): Promise<string | undefined> {
    const user = parseSipUri(parseNameAddr(request.get('From') ?? '')?.uri ?? '')?.user ?? '';
    const verdict = await this.#gate.judge(user, request.get('Authorization') ?? '', 'INVITE');
    if (verdict.kind === 'known') return user;
    if (verdict.kind === 'refused') answer(response, 403);
    else answer(response, 401, { headers: { 'WWW-Authenticate': verdict.value } });
    return undefined;
  }

  close(): void {
    for (const user of [...this.#registrations.keys()]) this.#forget(user);
    this.#gate.close();
  }

  #register(user: string, request: SrfRequest, response: SrfResponse): void {
    const wish = wishOf(request);
    const min = this.#options.minExpiresSeconds ?? MIN_EXPIRES_SECONDS;
    if (wish.kind === 'malformed') {
      answer(response, 400);
      return;
    }
    if (wish.kind === 'add' && wish.seconds < min) {
      answer(response, 423, { headers: { 'Min-Expires': String(min) } });
      return;
    }
    if (wish.kind === 'remove') this.#remove(user, wish.uri);
    if (wish.kind === 'add') this.#remember(user, wish, request);
    answer(response, 200, { headers: this.#bindingOf(user) });
  }

  /** An old phone that signs off does not take the place of the new one along. */
  #remove(user: string, uri: string | undefined): void {
    if (uri === undefined || this.#registrations.get(user)?.contact === uri) this.#forget(user);
  }

  #forget(user: string): void {
    this.#registrations.get(user)?.cancelExpiry();
    this.#registrations.delete(user);
  }

  #remember(
    user: string,
    { uri, seconds: asked }: { uri: string; seconds: number },
    request: SrfRequest,
  ): void {
    const seconds = Math.min(asked, this.#options.maxExpiresSeconds ?? MAX_EXPIRES_SECONDS);
    this.#forget(user);
    this.#registrations.set(user, {
      user,
      contact: uri,
      source: formatHostPort(request.source_address, request.source_port),
      expiresAt: this.#ports.clock.now() + seconds * 1000,
      reach: reachOf(uri, request),
      cancelExpiry: this.#ports.clock.after(seconds * 1000, () => this.#registrations.delete(user)),
    });
  }

  #bindingOf(user: string): SipHeaders {
    const registration = this.#registrations.get(user);
    if (!registration) return {};
    const seconds = Math.round((registration.expiresAt - this.#ports.clock.now()) / 1000);
    return { Contact: `<${registration.contact}>;expires=${seconds}`, Expires: String(seconds) };
  }
}

/** RFC 3261 §10.2.1.1 and §10.2.2: the Contact's own `expires` counts before the header. */
function wishOf(request: SrfRequest): Wish {
  const value = (request.get('Contact') ?? '').trim();
  if (value === '') return { kind: 'query' };
  if (value === '*') return { kind: 'remove' };
  const address = parseNameAddr(value);
  if (!address || !parseSipUri(address.uri)) return { kind: 'malformed' };
  const asked = parameterOf(address.parameters, 'expires') ?? request.get('Expires');
  const seconds = asked === undefined ? MAX_EXPIRES_SECONDS : Number.parseInt(asked, 10);
  if (Number.isNaN(seconds)) return { kind: 'malformed' };
  return { kind: seconds === 0 ? 'remove' : 'add', uri: address.uri, seconds };
}

/** RFC 5626 in spirit: requests go where the REGISTER came from when the Contact is not that address. */
function reachOf(uri: string, request: SrfRequest): Contact {
  const contact = parseSipUri(uri);
  const { source_address: address, source_port: port, protocol } = request;
  const isSame = contact?.host === address && (contact.port ?? 5060) === port;
  const isStream = protocol === 'tcp' || protocol === 'tls';
  if (isSame && !isStream) return { uri, address };
  return { uri, address, proxy: `sip:${formatHostPort(address, port)};transport=${protocol || 'udp'}` };
}
