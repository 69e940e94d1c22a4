/**
 * The registrar for operators' phones (RFC 3261 §10.3): digest, several contacts a user, the packet's source address for
 * calling back through NAT, the same connection for TCP, TLS and WebSocket. Whoever guesses passwords is locked out for a
 * while. Registrations are told to whoever keeps them, and come back after a restart.
 */
import type { PhoneChange, Registered } from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { formatHostPort, parseSipUri } from '../../wire/sip-uri.js';
import { answer } from '../messages/answer.js';
import { ContactBook, type Contact, type KnownContact } from './contact-book.js';
import { DigestGate } from './digest-gate.js';
import type { SrfRequest, SrfResponse } from '../libraries.js';
import { LockOut } from './lock-out.js';
import type { RegistrarOptions, SwitchPorts } from '../options.js';
import { MovingPhones } from './moving-phones.js';
import { bindingsOf, contactOf, isWebSocket, wishOf, type Wish } from './register-request.js';

const MIN_EXPIRES_SECONDS = 60;
const MAX_EXPIRES_SECONDS = 3600;

/** Where a REGISTER came in, and whether phones shall leave that server while another one takes them. */
export interface RegistrarPlace {
  readonly signallingNode: string;
  readonly phones: 'stay' | 'move';
}

interface Came extends RegistrarPlace {
  readonly request: SrfRequest;
}

/** For a phone that has nowhere else to go it is over soon. */
const GO_ELSEWHERE = {
  headers: { 'Retry-After': '10', Warning: '399 dialtrace "drained: register with another server"' },
};

export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #ports: SwitchPorts;
  readonly #gate: DigestGate;
  readonly #locks: LockOut;
  readonly #book: ContactBook;
  readonly #moving: MovingPhones;

  constructor(
    options: RegistrarOptions,
    ports: SwitchPorts,
    tell: (registered: Registered, change: PhoneChange) => void,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#gate = new DigestGate(options, ports.clock);
    this.#locks = new LockOut(ports.clock, options.lockOut);
    this.#moving = new MovingPhones(ports.clock);
    this.#book = new ContactBook(ports.clock, {
      came: ({ registered }) => tell(registered, 'registered'),
      moved: (former) => this.#keep('remove', former),
      gone: (contact) => {
        this.#keep('remove', contact);
        tell(contact.registered, 'unregistered');
      },
    });
  }

  /** What an earlier process took in and nobody has let expire. */
  async recall(): Promise<void> {
    try {
      const kept = (await this.#options.keeper?.load()) ?? [];
      for (const registered of kept) this.#book.recall(registered);
    } catch (error) {
      this.#ports.logger.warn(
        { why: messageOf(error) },
        'registrations were not recalled: phones will renew them',
      );
    }
  }

  registrations(): readonly Registered[] {
    return this.#book.all().map(({ registered }) => registered);
  }

  /** `neighbour`: at the address of a phone, but not where it registered from: behind the same NAT, or forged. */
  senderOf({ source_address: address, source_port: port }: SrfRequest): 'phone' | 'neighbour' | 'nobody' {
    const sources = this.registrations().map(({ source }) => source);
    if (sources.includes(formatHostPort(address, port))) return 'phone';
    const host = formatHostPort(address, undefined);
    return sources.some((source) => source.startsWith(`${host}:`)) ? 'neighbour' : 'nobody';
  }

  /** The one that registered last, unless a certain one is asked for. */
  contactOf(user: string, contact?: string): Contact | undefined {
    return this.#book.find(user, contact)?.reach;
  }

  async handle(request: SrfRequest, response: SrfResponse, place: RegistrarPlace): Promise<void> {
    try {
      const user = userOf(request, 'To');
      const outcome = await this.#judge(user, 'REGISTER', request, response);
      this.#ports.metrics.count('dialtrace_registrations_total', { outcome });
      if (outcome === 'known') this.#register(user, { request, ...place }, response);
    } catch (error) {
      this.#ports.logger.error({ why: messageOf(error) }, 'REGISTER failed');
      answer(response, 500);
    }
  }

  /** Who sends this call? Answers a challenge, or a refusal, and then says undefined. */
  async authenticate(request: SrfRequest, response: SrfResponse): Promise<string | undefined> {
    const user = userOf(request, 'From');
    return (await this.#judge(user, 'INVITE', request, response)) === 'known' ? user : undefined;
  }

  /** It cannot be reached any more. */
  forget(user: string, contact: string): void {
    this.#book.remove(user, contact);
  }

  close(): void {
    this.#book.close();
    this.#locks.close();
    this.#moving.close();
    this.#gate.close();
  }

  /** Everyone but who is known is answered here. A locked-out guesser is told what a wrong password is told. */
  async #judge(
    user: string,
    method: string,
    request: SrfRequest,
    response: SrfResponse,
  ): Promise<'known' | 'challenge' | 'refused' | 'locked'> {
    const guesser = `${user}@${request.source_address}`;
    if (this.#locks.isLocked(guesser)) {
      answer(response, 403);
      return 'locked';
    }
    const verdict = await this.#gate.judge(user, request.get('Authorization') ?? '', method);
    if (verdict.kind === 'known') this.#locks.succeeded(guesser);
    else if (verdict.kind === 'refused') this.#refuse(user, guesser, request, response);
    else answer(response, 401, { headers: { 'WWW-Authenticate': verdict.value } });
    return verdict.kind;
  }

  #refuse(user: string, guesser: string, request: SrfRequest, response: SrfResponse): void {
    answer(response, 403);
    if (this.#locks.failed(guesser) === 'locked')
      this.#ports.logger.warn(
        { user, from: request.source_address },
        'too many wrong passwords: locked out for a while',
      );
  }

  #register(user: string, came: Came, response: SrfResponse): void {
    const { request } = came;
    const wish = wishOf(request, MAX_EXPIRES_SECONDS);
    const min = this.#options.minExpiresSeconds ?? MIN_EXPIRES_SECONDS;
    if (wish.kind === 'malformed') answer(response, 400);
    else if (wish.kind === 'add' && wish.seconds < min)
      answer(response, 423, { headers: { 'Min-Expires': String(min) } });
    else if (wish.kind === 'add' && this.#goesElsewhere(user, wish, came))
      answer(response, 503, GO_ELSEWHERE);
    else {
      this.#carryOut(user, wish, came);
      answer(response, 200, { headers: bindingsOf(this.#book.of(user), this.#ports.clock.now()) });
    }
  }

  /** A browser would not come back before its connection is gone: it is taken for a short time at once. */
  #goesElsewhere(
    user: string,
    { uri, instance = uri }: Extract<Wish, { kind: 'add' }>,
    { request, phones }: Came,
  ): boolean {
    const phone = `${user} ${instance}`;
    if (phones === 'move' && !isWebSocket(request)) return this.#moving.comes(phone) === 'goes';
    this.#moving.forget(phone);
    return false;
  }

  /** A phone that signs off does not take the user's other phones along, unless it says `*`. */
  #carryOut(user: string, wish: Wish, { request, signallingNode, phones }: Came): void {
    if (wish.kind === 'remove') this.#book.remove(user, wish.uri);
    if (wish.kind !== 'add') return;
    const { maxExpiresSeconds = MAX_EXPIRES_SECONDS, minExpiresSeconds = MIN_EXPIRES_SECONDS } =
      this.#options;
    const seconds = Math.min(wish.seconds, phones === 'move' ? minExpiresSeconds : maxExpiresSeconds);
    const expiresAt = this.#ports.clock.now() + seconds * 1000;
    const known = contactOf(user, wish, request, { expiresAt, signallingNode });
    this.#book.put(known);
    this.#keep('save', known);
  }

  #keep(what: 'save' | 'remove', { registered }: KnownContact): void {
    const { keeper } = this.#options;
    keeper?.[what](registered).catch((error: unknown) =>
      this.#ports.logger.warn(
        { user: registered.user, why: messageOf(error) },
        'a registration was not kept',
      ),
    );
  }
}

function userOf(request: SrfRequest, header: 'From' | 'To'): string {
  return parseSipUri(parseNameAddr(request.get(header) ?? '')?.uri ?? '')?.user ?? '';
}
