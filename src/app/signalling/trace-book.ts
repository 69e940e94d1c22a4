/**
 * Collects what the switch tells of messages, gateway attempts and the quality of legs, and stores it in lots, off the calls' path: losing a lot
 * loses no call. A leg that was refused has no row in the store; what was kept of it is dropped there.
 */
import type { LegQuality } from '../../domain/calls/quality.js';
import type { GatewayAttempt, SipTrace } from '../../domain/signalling/signalling.js';
import { messageOf } from '../../errors.js';
import type { Ports } from '../ports/ports.js';

/** The leg's own row is committed long before. */
const WAIT_MS = 1000;
/** A flood must not fill the memory: more than this are dropped. */
const MOST_WAITING = 5000;

export class TraceBook {
  readonly #ports: Pick<Ports, 'store' | 'clock' | 'logger'>;
  readonly #keeps: 'messages' | 'nothing';
  #traces: SipTrace[] = [];
  #attempts: GatewayAttempt[] = [];
  #qualities: LegQuality[] = [];
  #cancel: (() => void) | undefined;

  constructor(ports: Pick<Ports, 'store' | 'clock' | 'logger'>, keeps: 'messages' | 'nothing') {
    this.#ports = ports;
    this.#keeps = keeps;
  }

  trace(message: SipTrace): void {
    if (this.#keeps === 'nothing' || this.#traces.length >= MOST_WAITING) return;
    this.#traces.push(message);
    this.#plan();
  }

  attempt(attempt: GatewayAttempt): void {
    this.#attempts.push(attempt);
    this.#plan();
  }

  measured(quality: LegQuality): void {
    this.#qualities.push(quality);
    this.#plan();
  }

  /** Never rejects. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const [traces, attempts, qualities] = [this.#traces, this.#attempts, this.#qualities];
    if (traces.length + attempts.length + qualities.length === 0) return;
    [this.#traces, this.#attempts, this.#qualities] = [[], [], []];
    try {
      await this.#ports.store.signalling.add({ traces, attempts, qualities });
    } catch (error) {
      this.#ports.logger.warn(
        {
          messages: traces.length,
          attempts: attempts.length,
          qualities: qualities.length,
          why: messageOf(error),
        },
        'the signalling of some legs was not stored',
      );
    }
  }

  #plan(): void {
    this.#cancel ??= this.#ports.clock.after(WAIT_MS, () => void this.flush());
  }
}
