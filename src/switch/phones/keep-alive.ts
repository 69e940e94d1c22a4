/**
 * Keeps the way to phones open: an OPTIONS to each contact that is reached through a NAT binding or a connection, more
 * often than bindings live (RFC 5626 §4.4.2). A phone whose connection is gone is forgotten: it has to come back itself.
 */
import type { Registered } from '../../app/ports/switch.js';
import { present } from '../../domain/values/present.js';
import { ask } from '../trunks/ask.js';
import type { SwitchContext } from '../context.js';
import type { Registrar } from './registrar.js';

/** Home routers drop UDP bindings after 30 s and more. */
const INTERVAL_SECONDS = 25;
const ANSWER_MS = 4000;

export class KeepAlive {
  readonly #context: SwitchContext;
  readonly #registrar: Registrar;
  readonly #intervalMs: number;
  #cancel: () => void = () => undefined;
  #state: 'open' | 'closed' = 'open';

  constructor(context: SwitchContext, registrar: Registrar, intervalSeconds = INTERVAL_SECONDS) {
    this.#context = context;
    this.#registrar = registrar;
    this.#intervalMs = intervalSeconds * 1000;
    this.#later();
  }

  close(): void {
    this.#state = 'closed';
    this.#cancel();
  }

  #later(): void {
    this.#cancel = this.#context.clock.after(this.#intervalMs, () => void this.#round());
  }

  async #round(): Promise<void> {
    await Promise.all(this.#registrar.registrations().map((registered) => this.#call(registered)));
    if (this.#state === 'open') this.#later();
  }

  async #call({ user, contact: uri, proxy, transport, signallingNode }: Registered): Promise<void> {
    if (proxy === undefined) return;
    const [via] = this.#context.signalling.of(signallingNode);
    const answer = await ask(this.#context, { uri, proxy, withinMs: ANSWER_MS, ...present({ via }) });
    if (answer !== 'silent' || transport === 'udp' || this.#state === 'closed') return;
    this.#context.logger.info({ user, transport }, 'the connection of a phone is gone');
    this.#registrar.forget(user, uri);
  }
}
