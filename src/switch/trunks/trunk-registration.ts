/** Our registration with one carrier: REGISTER with digest, refreshed, backed off, ended with the trunk (RFC 3261 §10.2). */
import type { TrunkState } from '../../app/ports/switch.js';
import {
  afterRegister,
  NEVER_REGISTERED,
  type RegisterAnswer,
  type RegistrationStatus,
} from '../../domain/routing/registration-plan.js';
import type { Gateway } from '../../domain/routing/telephony.js';
import { answerChallenges } from '../phones/digest.js';
import type { SwitchContext } from '../context.js';
import type { SrfResponse } from '../libraries.js';
import { settle } from '../lifetime.js';
import type { TrunkWithPassword } from '../options.js';
import { credentialsOf, gatewayUri } from './routes.js';
import type { Signalling } from '../servers/signalling.js';

/** Timer F of the signalling server is 32 s: it says 408 itself. */
const ANSWER_MS = 34_000;
const CHALLENGES: Readonly<Partial<Record<number, readonly [asked: string, answer: string]>>> = {
  401: ['WWW-Authenticate', 'Authorization'],
  407: ['Proxy-Authenticate', 'Proxy-Authorization'],
};

export class TrunkRegistration {
  #status: RegistrationStatus = NEVER_REGISTERED;
  readonly #context: SwitchContext;
  readonly #given: TrunkWithPassword;
  readonly #callId: string;
  #sequence = 0;
  #trying: 'idle' | 'trying' | 'closed' = 'idle';
  /** The server that the carrier's calls come to. */
  #via: Signalling | undefined;
  #releaseLoss: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  constructor(context: SwitchContext, given: TrunkWithPassword) {
    this.#context = context;
    this.#given = given;
    this.#callId = `${context.ids.next()}@dialtrace`;
    this.#after(0);
  }

  get status(): NonNullable<TrunkState['registration']> {
    const { state, why, expiresAt, nextTryAt } = this.#status;
    return {
      state,
      nextTryAt,
      ...(why !== undefined && { why }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }

  /** The server that registered is lost or drained, and another one is there: the carrier is told at once. */
  moveOn(): void {
    if (this.#status.state !== 'registered' || this.#via === undefined) return;
    const { signalling } = this.#context;
    if (signalling.standingOf(this.#via) !== 'taking' && signalling.choose() !== undefined) this.#after(0);
  }

  /** Takes the binding back, so that no carrier sends calls to a trunk that is gone. The answer is not waited for. */
  close(): void {
    this.#cancel();
    this.#releaseLoss();
    const wasRegistered = this.#status.state === 'registered' && this.#trying !== 'closed';
    this.#trying = 'closed';
    if (wasRegistered && this.#via !== undefined) void this.#register(0, this.#via);
  }

  #after(ms: number): void {
    this.#cancel();
    this.#cancel = this.#context.clock.after(ms, () => void this.#try());
  }

  async #try(): Promise<void> {
    if (this.#trying !== 'idle') return;
    this.#trying = 'trying';
    const via = this.#registrant();
    const { expiresSeconds = 0 } = this.#given.trunk.registration ?? {};
    const answer: RegisterAnswer =
      via === undefined ? { kind: 'unsent' } : await this.#register(expiresSeconds, via);
    if (this.#isClosed()) return;
    this.#trying = 'idle';
    if (answer.kind === 'granted' && via !== undefined) this.#bindTo(via);
    const { clock } = this.#context;
    this.#note(afterRegister(this.#status, answer, clock.now()));
    this.#after(Math.max(0, this.#status.nextTryAt - clock.now()));
    this.moveOn(); // It may have been drained while the carrier answered.
  }

  /** The binding of the server before goes, if that one can still say so. */
  #bindTo(via: Signalling): void {
    const before = this.#via;
    this.#via = via;
    this.#releaseLoss();
    this.#releaseLoss = via.connection.onEnd(() => this.moveOn());
    if (before !== undefined && before !== via) void this.#register(0, before);
  }

  /** The field is changed while #try waits. */
  #isClosed(): boolean {
    return this.#trying === 'closed';
  }

  #note(status: RegistrationStatus): void {
    const { logger, metrics } = this.#context;
    const { name: trunk } = this.#given.trunk;
    metrics.observe('dialtrace_trunk_registered', status.state === 'registered' ? 1 : 0, { trunk });
    if (status.state !== this.#status.state || status.why !== this.#status.why) {
      const level = status.state === 'registered' ? 'info' : 'warn';
      logger[level]({ trunk, why: status.why }, `registration with the carrier: ${status.state}`);
    }
    this.#status = status;
  }

  async #register(expiresSeconds: number, via: Signalling): Promise<RegisterAnswer> {
    const first = await this.#send(expiresSeconds, {}, via);
    if (typeof first === 'string') return { kind: first };
    const authorization = this.#authorization(first);
    const last = authorization === undefined ? first : await this.#send(expiresSeconds, authorization, via);
    return typeof last === 'string' ? { kind: last } : answerOf(last, expiresSeconds);
  }

  async #send(
    expiresSeconds: number,
    authorization: Readonly<Record<string, string>>,
    signalling: Signalling,
  ): Promise<SrfResponse | 'silent' | 'unsent'> {
    const { clock, hops } = this.#context;
    const gateway = this.#registrar();
    const hop = await hops.first(gateway);
    if (hop.kind === 'none') return 'silent';
    const { proxy } = hop;
    const user = this.#given.trunk.username ?? '';
    const aor = `<sip:${user}@${gateway.host}>`;
    this.#sequence += 1;
    const options = {
      method: 'REGISTER',
      uri: gatewayUri(gateway),
      ...(proxy !== undefined && { proxy }),
      headers: {
        From: aor,
        To: aor,
        'Call-ID': this.#callId,
        CSeq: `${this.#sequence} REGISTER`,
        Contact: `<sip:${user}@localhost>`,
        Expires: String(expiresSeconds),
        ...authorization,
      },
    };
    const answered = new Promise<SrfResponse | 'unsent'>((resolve) => {
      const sent = signalling.request(options, (response) => {
        if (response.status >= 200) resolve(response);
      });
      void sent.then(({ kind }) => kind === 'value' || resolve('unsent'));
    });
    const heard = await settle(() => answered, {
      clock,
      deadlineMs: ANSWER_MS,
      owner: signalling.connection,
    });
    if (heard.kind === 'ended') return 'unsent';
    if (heard.kind !== 'value') return 'silent';
    return heard.value === 'unsent' || heard.value.source_port > 0 ? heard.value : 'silent';
  }

  /** The same one while it takes calls. */
  #registrant(): Signalling | undefined {
    const { signalling } = this.#context;
    if (this.#via !== undefined && signalling.standingOf(this.#via) === 'taking') return this.#via;
    return signalling.choose() ?? this.#via;
  }

  #registrar(): Gateway {
    const { gateways, registration } = this.#given.trunk;
    const [first = { host: 'localhost', transport: 'udp' as const }] = gateways;
    const { transport } = first;
    return registration?.registrar === undefined ? first : { host: registration.registrar, transport };
  }

  #authorization(response: SrfResponse): Readonly<Record<string, string>> | undefined {
    const [asked, answer] = CHALLENGES[response.status] ?? [];
    const challenge = asked === undefined ? undefined : response.get(asked);
    const credentials = credentialsOf(this.#given);
    if (challenge === undefined || answer === undefined || credentials === undefined) return undefined;
    const value = answerChallenges(challenge, {
      ...credentials,
      method: 'REGISTER',
      uri: gatewayUri(this.#registrar()),
      cnonce: this.#context.ids.next(),
    });
    return value === undefined ? undefined : { [answer]: value };
  }
}

/** The term that the registrar gave: of our Contact, else of Expires, else what we asked for (RFC 3261 §10.2.4). */
function answerOf(response: SrfResponse, askedSeconds: number): RegisterAnswer {
  if (response.status >= 300) return { kind: 'refused', status: response.status };
  const given =
    /;\s*expires\s*=\s*"?(\d+)/i.exec(response.get('Contact') ?? '')?.[1] ?? response.get('Expires');
  const seconds = Number(given);
  return { kind: 'granted', expiresSeconds: seconds > 0 ? seconds : Math.max(askedSeconds, 1) };
}
