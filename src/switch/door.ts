/** Who is let in: known senders always, scanners never, and nobody beyond what this machine carries. Asked by listen.ts. */
import { CallRate, overloadOf, type Overload, type Standstill } from '../domain/routing/admission.js';
import { BanList, isScanner } from '../domain/routing/ban-list.js';
import { trunkOfSender } from '../domain/routing/identify-trunk.js';
import type { Trunk } from '../domain/routing/telephony.js';
import { present } from '../domain/values/present.js';
import type { SwitchContext } from './context.js';
import type { SrfRequest } from './libraries.js';
import type { Registrar } from './phones/registrar.js';
import type { Signalling } from './servers/signalling.js';

const DEFAULT_MAX_LEGS = 1000;

export class Door {
  readonly #context: SwitchContext;
  readonly #registrar: Registrar | undefined;
  readonly #bans = new BanList();
  readonly #rate: CallRate;

  constructor(context: SwitchContext, registrar: Registrar | undefined) {
    this.#context = context;
    this.#registrar = registrar;
    this.#rate = new CallRate(context.options.admission?.callsPerSecond ?? Number.POSITIVE_INFINITY);
  }

  /** Names of gateways count with the addresses they were last found at. */
  trunkOf(request: SrfRequest): Trunk | undefined {
    const { options, hops } = this.#context;
    const known = Object.fromEntries(
      (options.trunks?.all() ?? []).map(({ trunk }) => [
        trunk.name,
        {
          ...trunk,
          addresses: [
            ...(trunk.addresses ?? []),
            ...trunk.gateways.flatMap(({ host }) => hops.addressesOf(host)),
          ],
        },
      ]),
    );
    return trunkOfSender(known, { address: request.source_address, protocol: request.protocol });
  }

  /** Silence: no answer leaves, and the signalling server lets the request go by itself. */
  isShutFor(request: SrfRequest): boolean {
    const { source_address: address } = request;
    if (this.#isKnown(request)) return false;
    const now = this.#context.clock.now();
    if (isScanner(request.get('User-Agent'))) this.#ban(address, 'its user agent is a scanner');
    const shut = this.#bans.isBanned(address, now);
    if (shut) this.#context.metrics.count('dialtrace_calls_refused_total', { why: 'banned' });
    return shut;
  }

  /** A call of a stranger was refused. */
  strike(request: SrfRequest): void {
    if (this.#isKnown(request)) return;
    const address = request.source_address;
    if (this.#bans.strike(address, this.#context.clock.now()) === 'banned')
      this.#context.logger.warn(
        { address },
        'an address is not answered for a while: too many refused calls',
      );
  }

  /** Undefined: there is room for one that comes by this server, and it is counted. */
  refusal(signalling: Signalling): Overload | undefined {
    if (this.#context.signalling.standingOf(signalling) === 'draining') return 'draining';
    return (
      this.overload() ??
      (this.#rate.take(this.#context.clock.now()) === 'full' ? 'calls-per-second' : undefined)
    );
  }

  overload(): Standstill | undefined {
    const { legs, media, options } = this.#context;
    const { admission } = options;
    return overloadOf(
      {
        mostLegs: options.maxLegs ?? DEFAULT_MAX_LEGS,
        mostLagMs: admission?.mostLagMs ?? Number.POSITIVE_INFINITY,
        leastIdleCpu: admission?.leastIdleCpu ?? 0,
      },
      {
        media: media.choose() === undefined ? 'away' : 'ready',
        legs: legs.size,
        eventLoopLagMs: admission?.eventLoopLagMs() ?? 0,
        ...present({ idleCpu: media.idleCpu() }),
      },
    );
  }

  #ban(address: string, why: string): void {
    const now = this.#context.clock.now();
    if (!this.#bans.isBanned(address, now))
      this.#context.logger.warn({ address, why }, 'an address is not answered');
    this.#bans.ban(address, now);
  }

  #isKnown(request: SrfRequest): boolean {
    return (
      this.trunkOf(request) !== undefined || (this.#registrar?.senderOf(request) ?? 'nobody') !== 'nobody'
    );
  }
}
