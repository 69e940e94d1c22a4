/**
 * Inbound calls while the store cannot be written: each runs over a standby store in memory as any other call, and all
 * of it is written when the store is back and the last of them has ended. One per application.
 *
 * What they do without: who called before, states and talks of operators that the store keeps, and leases that calls
 * begun before hold there. What is lost when the process dies meanwhile: their records. Recordings are files already.
 */
import type { CallId, Instant } from '../../../domain/values/ids.js';
import { Fault, messageOf } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import { attributeLater } from '../../numbers/attribute-later.js';
import type { CallOnNumber } from '../../numbers/attribute-call.js';
import type { Standby } from '../../ports/standby.js';
import { QueueDesk } from '../../queues/queue-desk.js';

/** How long an answer about the store holds, and a call waits for one. */
const LOOK_MS = 1000;
const PATIENCE_MS = 1500;
const RETRY_MS = 2000;
/** Until when no process kills channels that it finds no call for; set anew as long as such calls live. */
const SPARED_FLAG = 'orphans-spared-until';
const SPARED_MS = 120_000;
/** More calls than these in one outage are refused: they are kept in memory. */
const MOST_CALLS = 500;

export type StoreStanding = 'ready' | 'down';

export class StandbyDesk {
  readonly #real: () => AppContext;
  readonly #most: number;
  #known: { readonly standing: StoreStanding; readonly until: Instant } | undefined;
  #probe: Promise<StoreStanding> | undefined;
  #opened: Promise<Opened> | undefined;
  /** Calls begun over the standby; of those on tracked numbers what is needed to say where they came from. */
  readonly #kept = new Map<CallId, CallOnNumber | undefined>();
  #entering = 0;
  #cancelTry: (() => void) | undefined;

  constructor(real: () => AppContext, most = MOST_CALLS) {
    this.#real = real;
    this.#most = most;
  }

  /**
   * Runs `begin` over the store that can be written now. Throws Fault `store-unavailable` when there is none, or too many
   * calls are kept already.
   */
  async begin<T>(begin: (context: AppContext) => Promise<T>): Promise<T> {
    const real = this.#real();
    if (real.ports.openStandby === undefined) return begin(real);
    if ((await this.#standing()) === 'ready')
      try {
        return await begin(real);
      } catch (thrown) {
        if (!isUnavailable(thrown)) throw thrown;
        this.#note('down');
      }
    return this.#beginHere(begin);
  }

  /** A call was begun over this store: when it is the standby's, it is handed over later. */
  keep({ store }: AppContext['ports'], callId: CallId, onNumber: CallOnNumber | undefined): void {
    if (store === this.#real().ports.store) return;
    this.#kept.set(callId, onNumber);
    this.#real().ports.metrics.count('dialtrace_calls_on_standby_total');
  }

  /**
   * While the store is away nobody can tell which channels are a call's; nor can another process as long as calls of this
   * one are in memory only.
   */
  async sparesOrphans(): Promise<'spared' | 'judged'> {
    const { openStandby, store, clock } = this.#real().ports;
    if (openStandby === undefined) return 'judged';
    if ((await this.#standing()) === 'down') return 'spared';
    return Number((await store.flags.get(SPARED_FLAG)) ?? 0) > clock.now() ? 'spared' : 'judged';
  }

  /** Does a call of the standby store own this channel? */
  async owns(channelUuid: string): Promise<boolean> {
    if (this.#opened === undefined) return false;
    const { standby } = await this.#opened;
    return (await standby.store.calls.legByChannel(channelUuid)) !== undefined;
  }

  /** At the end of the process: the last try. Answers how many calls are lost with it. */
  async settle(): Promise<number> {
    this.#cancelTry?.();
    if (this.#opened === undefined) return 0;
    await this.#handOver().catch((thrown: unknown) => this.#tellFailure(thrown));
    return this.#kept.size;
  }

  async #beginHere<T>(begin: (context: AppContext) => Promise<T>): Promise<T> {
    if (this.#kept.size + this.#entering >= this.#most)
      throw new Fault('store-unavailable', `${this.#most} calls wait for the store already`);
    this.#entering += 1;
    try {
      this.#opened ??= this.#open();
      return await begin((await this.#opened).context);
    } finally {
      this.#entering -= 1;
    }
  }

  async #open(): Promise<Opened> {
    const real = this.#real();
    const standby = await real.ports.openStandby?.();
    if (standby === undefined) throw new Fault('store-unavailable', 'there is no standby store');
    real.ports.logger.warn({}, 'the store cannot be written: calls are kept in memory until it can');
    const context: AppContext = {
      ...real,
      ports: { ...real.ports, store: standby.store },
      queues: new QueueDesk(() => context),
    };
    this.#tryLater();
    return { standby, context };
  }

  #tryLater(): void {
    this.#cancelTry = this.#real().ports.clock.after(RETRY_MS, () => {
      this.#tryNow().catch((thrown: unknown) => {
        this.#tellFailure(thrown);
        this.#tryLater();
      });
    });
  }

  async #tryNow(): Promise<void> {
    if ((await this.#standing()) === 'ready') {
      if (this.#isQuiet()) return this.#handOver();
      const { store, clock } = this.#real().ports;
      await store.flags.set(SPARED_FLAG, String(clock.now() + SPARED_MS));
    }
    this.#tryLater();
  }

  #isQuiet(): boolean {
    const { calls } = this.#real();
    return this.#entering === 0 && [...this.#kept.keys()].every((id) => !calls.has(id));
  }

  async #handOver(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    const { standby } = await opened;
    await standby.handOver();
    const kept = [...this.#kept.values()];
    this.#opened = undefined;
    this.#kept.clear();
    await standby.close();
    this.#real().ports.logger.warn({ calls: kept.length }, 'calls that were kept in memory are stored');
    for (const call of kept) if (call !== undefined) await attributeLater(this.#real(), call);
  }

  #tellFailure(thrown: unknown): void {
    const fields = { calls: this.#kept.size, why: messageOf(thrown) };
    this.#real().ports.logger.warn(fields, 'calls that are kept in memory were not stored');
  }

  #standing(): Promise<StoreStanding> {
    const { clock } = this.#real().ports;
    if (this.#known !== undefined && this.#known.until > clock.now())
      return Promise.resolve(this.#known.standing);
    this.#probe ??= this.#look().finally(() => (this.#probe = undefined));
    let calm = (): void => undefined;
    const impatience = new Promise<StoreStanding>((resolve) => {
      calm = clock.after(PATIENCE_MS, () => resolve(this.#note('down')));
    });
    return Promise.race([this.#probe, impatience]).finally(() => calm());
  }

  async #look(): Promise<StoreStanding> {
    const { ok } = await this.#real().ports.store.health();
    return this.#note(ok ? 'ready' : 'down');
  }

  #note(standing: StoreStanding): StoreStanding {
    this.#known = { standing, until: this.#real().ports.clock.now() + LOOK_MS };
    return standing;
  }
}

interface Opened {
  readonly standby: Standby;
  /** The application's, over the standby store. */
  readonly context: AppContext;
}

function isUnavailable(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.code === 'store-unavailable';
}
