/** OPTIONS to one gateway again and again, and what its answers say of it. */
import { gatewayKey } from '../../domain/routing/gateway-key.js';
import { noteProbe, UNKNOWN_HEALTH, type GatewayHealth } from '../../domain/routing/gateway-health.js';
import type { Gateway, ProbeTerms } from '../../domain/routing/telephony.js';
import type { SwitchContext } from '../context.js';
import { ask } from './ask.js';
import { gatewayUri } from './routes.js';

/** An answer later than this is none: a call would have waited as long. */
const ANSWER_MS = 4000;
/** Our own signalling server is away: that says nothing of the gateway. */
const SIGNALLING_POLL_MS = 1000;

export interface ProbedGateway {
  readonly trunk: string;
  readonly gateway: Gateway;
  readonly terms: ProbeTerms;
}

export const probeKey = (trunk: string, gateway: Gateway): string => `${trunk} ${gatewayKey(gateway)}`;

export class GatewayProbe {
  readonly #context: SwitchContext;
  readonly #probed: ProbedGateway;
  readonly #key: string;
  #cancel: () => void = () => undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(context: SwitchContext, probed: ProbedGateway) {
    this.#context = context;
    this.#probed = probed;
    this.#key = probeKey(probed.trunk, probed.gateway);
    this.#after(0);
  }

  get #health(): GatewayHealth {
    return this.#context.gateways.get(this.#key) ?? UNKNOWN_HEALTH;
  }

  close(): void {
    this.#state = 'closed';
    this.#cancel();
    this.#context.gateways.delete(this.#key);
  }

  #after(ms: number): void {
    this.#cancel = this.#context.clock.after(ms, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const { clock } = this.#context;
    const { gateway, terms } = this.#probed;
    const sentAt = clock.now();
    const answer = await ask(this.#context, { uri: gatewayUri(gateway), gateway, withinMs: ANSWER_MS });
    if (this.#state === 'closed') return;
    if (answer === 'unsent') {
      this.#after(SIGNALLING_POLL_MS);
      return;
    }
    const now = clock.now();
    const result =
      answer === 'answered'
        ? ({ kind: 'answered', roundTripMs: now - sentAt } as const)
        : ({ kind: 'unanswered' } as const);
    this.#note(noteProbe(this.#health, result, terms, now));
    this.#after(terms.intervalSeconds * 1000);
  }

  #note(health: GatewayHealth): void {
    const { logger, metrics } = this.#context;
    const { trunk, gateway } = this.#probed;
    const labels = { trunk, gateway: gatewayKey(gateway) };
    metrics.observe('dialtrace_gateway_up', health.state === 'down' ? 0 : 1, labels);
    if (health.state !== this.#health.state)
      logger[health.state === 'down' ? 'warn' : 'info'](labels, `gateway is ${health.state}`);
    this.#context.gateways.set(this.#key, health);
  }
}
