/**
 * The tracked numbers as this process knows them: what an inbound call and a static number are looked up in. Read again
 * when the store says that they changed; while the store is down the last known ones go on serving.
 */
import type { TrackedNumber } from '../../domain/numbers/tracked-number.js';
import type { E164, Instant } from '../../domain/values/ids.js';
import { messageOf } from '../../errors.js';
import type { Ports } from '../ports/ports.js';

/** Another process may have changed them; looking costs one row. */
const LOOK_MS = 1000;
/** A call waits so long for them. */
const PATIENCE_MS = 500;

type BookPorts = Pick<Ports, 'store' | 'clock' | 'logger'>;

export class NumberBook {
  private readonly ports: BookPorts;
  private byNumber: ReadonlyMap<E164, TrackedNumber> = new Map();
  private version: string | undefined;
  private lookedAt: Instant = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(ports: BookPorts) {
    this.ports = ports;
  }

  /** Reads them before the first call asks: a store that fails later finds them known. Never rejects. */
  async warm(): Promise<void> {
    await this.look();
    // The first call looks again all the same: numbers are often added right after a start.
    this.forget();
  }

  /** Never rejects, and does not wait for a store that hangs when numbers are known. */
  async find(number: E164): Promise<TrackedNumber | undefined> {
    if (this.version === undefined) await this.look();
    else await this.lookAWhile();
    return this.byNumber.get(number);
  }

  async statics(project: string): Promise<readonly TrackedNumber[]> {
    await this.look();
    return [...this.byNumber.values()].filter((one) => one.state === 'static' && one.project === project);
  }

  /** This process changed one: the next look reads. */
  forget(): void {
    this.lookedAt = -Infinity;
  }

  private async lookAWhile(): Promise<void> {
    let calm = (): void => undefined;
    const patience = new Promise<void>((resolve) => {
      calm = this.ports.clock.after(PATIENCE_MS, resolve);
    });
    await Promise.race([this.look(), patience]);
    calm();
  }

  private look(): Promise<void> {
    if (this.ports.clock.now() - this.lookedAt < LOOK_MS) return Promise.resolve();
    this.looking ??= this.read().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async read(): Promise<void> {
    const { store, clock, logger } = this.ports;
    try {
      const version = await store.numbers.version();
      if (version !== this.version) {
        const numbers = await store.numbers.list();
        this.byNumber = new Map(numbers.map((one) => [one.number, one]));
        this.version = version;
      }
    } catch (thrown) {
      logger.warn(
        { why: messageOf(thrown), numbers: this.byNumber.size },
        'tracked numbers were not read: the last known ones serve',
      );
    }
    this.lookedAt = clock.now();
  }
}
