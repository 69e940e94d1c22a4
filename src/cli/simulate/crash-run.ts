/**
 * A stretch of business in which the program is killed again and again, at places chosen by the seed, and started over
 * the same store and the same world: leads and calls come in, webhooks go out, the control connection of the switch drops.
 */
import type { SendOutcome, SendRequest } from '../../app/ports/ports.js';
import type { Plans } from '../../domain/dialplan/session.js';
import type { OpenedStore } from '../../store/open-store.js';
import { inhabit, onGround, type Ground } from './ground.js';
import { SimCaller } from './sim-caller.js';
import type { SimClock, SimRandom } from './sim-clock.js';
import type { Living, SimLives } from './sim-lives.js';
import { SimPoster } from './sim-poster.js';
import type { Sabotage } from './sim-store.js';
import { OPENS_AT, simTelephony, USERS } from './sim-telephony.js';
import type { PhoneLogEntry, SimWorld } from './sim-world.js';

export interface CrashRunOptions {
  readonly seed: number;
  readonly plans: Plans;
  readonly leads: number;
  /** Calls that come in from outside. */
  readonly callers: number;
  readonly crashes: number;
  readonly sabotage?: Sabotage;
}

/** What came out of the program, for the judge: answers to posters, webhooks received, the phones' log. */
export interface Traces {
  readonly seed: number;
  readonly phones: readonly PhoneLogEntry[];
  readonly answered202: readonly { readonly leadId: string; readonly phone: string }[];
  readonly webhooks: readonly {
    readonly id: string;
    readonly type: string;
    readonly lead?: string;
    readonly call?: string;
  }[];
  readonly undelivered: number;
  readonly stillUp: readonly string[];
  /** What `GET /v1/leads` shows in the end. */
  readonly leads: readonly { readonly id: string; readonly status: string }[];
  readonly openCalls: number;
  /** Where the process died, in order. */
  readonly deaths: readonly string[];
  readonly faults: readonly string[];
}

/** Between two leads, on average. */
const LEAD_EVERY_MS = 60_000;
/** Crash points from one death to the next, at most. */
const FARTHEST_DEATH = 120;
const CHORES_EVERY_MS = 120_000;
const LOOK_EVERY_MS = 5000;
const LONGEST_MS = 20 * 86_400_000;

export function crashRun(options: CrashRunOptions): Promise<Traces> {
  return onGround(OPENS_AT + 3_600_000, (ground) => new CrashRun(options, ground).run());
}

class CrashRun {
  private readonly options: CrashRunOptions;
  private readonly clock: SimClock;
  private readonly store: OpenedStore;
  private readonly random: SimRandom;
  private readonly world: SimWorld;
  private readonly lives: SimLives;
  private readonly poster: SimPoster;
  private readonly answered: { leadId: string; phone: string }[] = [];
  private readonly webhooks = new Map<string, Traces['webhooks'][number]>();
  private readonly faults: string[] = [];

  constructor(options: CrashRunOptions, ground: Ground) {
    this.options = options;
    const { clock, store } = ground;
    this.clock = clock;
    this.store = store;
    const { seed, plans, sabotage = 'none' } = options;
    const failed = (why: string): void => void this.faults.push(why);
    const { random, world, lives } = inhabit(ground, {
      seed,
      users: USERS,
      config: { telephony: simTelephony(), plans, maximumCalls: 20, inboundPlan: 'inbound' },
      sabotage,
      choresEveryMs: CHORES_EVERY_MS,
      receive: (living, request) => this.receive(living, request),
      failed,
    });
    this.random = random;
    this.world = world;
    this.lives = lives;
    this.poster = new SimPoster({ lives: this.lives, clock, failed });
  }

  async run(): Promise<Traces> {
    await this.lives.begin();
    this.planDeath();
    this.planLeads();
    this.planCallers();
    this.planSignallingLoss();
    const end = this.clock.now() + LONGEST_MS;
    let look = 0;
    while (await this.clock.step(end)) {
      if (this.lives.current === undefined) {
        await this.lives.begin();
        this.planDeath();
      }
      if (this.clock.now() < look) continue;
      look = this.clock.now() + LOOK_EVERY_MS;
      if (await this.isQuiet()) break;
    }
    const traces = await this.traces();
    await this.lives.end();
    return traces;
  }

  private planDeath(): void {
    if (this.lives.deaths.length < this.options.crashes)
      this.lives.dieAfter(this.random.whole(1, FARTHEST_DEATH));
  }

  /** Now and then the control connection of the switch drops and comes back. */
  private planSignallingLoss(): void {
    if (this.options.crashes === 0 || this.random.chance(0.6)) return;
    this.clock.after(this.random.between(5000, 400_000), () => {
      this.lives.current?.telephone.loseSignalling();
    });
  }

  private sometime(): number {
    return this.random.between(0, this.options.leads * LEAD_EVERY_MS);
  }

  private planLeads(): void {
    for (let n = 0; n < this.options.leads; n += 1) {
      const phone = `+7916${String(1_000_000 + (this.random.chance(0.2) ? 0 : n)).padStart(7, '0')}`;
      this.clock.after(this.sometime(), () =>
        this.poster.post(
          { source: 'api', kind: 'form', rawPhone: phone, clientName: 'Ann', answers: [], touch: {} },
          ({ leadId }) => this.answered.push({ leadId, phone }),
        ),
      );
    }
  }

  /** People who call in, and whose patience ends. */
  private planCallers(): void {
    for (let n = 0; n < this.options.callers; n += 1)
      this.clock.after(this.sometime(), () => {
        const { current } = this.lives;
        if (current === undefined) return;
        const caller = new SimCaller(current.telephone, { remoteAddress: '192.0.2.1:5060' });
        this.clock.after(this.random.between(200, 90_000), () => caller.hangUp());
      });
  }

  /** A receiver that is sometimes down; what it accepts it keeps, repeated or not. */
  private receive({ telephone, life }: Living, { headers, body }: SendRequest): Promise<SendOutcome> {
    life.crashPoint('webhook before');
    if (this.random.chance(0.1)) return telephone.answer({ kind: 'refused', status: 503, body: '' });
    const id = headers['webhook-id'] ?? '';
    const { type, data } = JSON.parse(body) as { type: string; data: { lead_id?: string; call_id?: string } };
    const heard = {
      id,
      type,
      ...(data.lead_id === undefined ? {} : { lead: data.lead_id }),
      ...(data.call_id === undefined ? {} : { call: data.call_id }),
    };
    this.webhooks.set(id, heard);
    life.crashPoint('webhook after');
    return telephone.answer({ kind: 'accepted', status: 200, body: '' });
  }

  /** All leads final, no calls, nothing to deliver, and time enough for every phone to fall silent. */
  private async isQuiet(): Promise<boolean> {
    const { store, world, poster } = this;
    if (poster.answered < this.options.leads) return false;
    world.forgetOver();
    if (world.lines.length > 0) return false;
    const counts = await store.leads.countByStatus();
    const waiting = ['queued', 'deferred', 'calling'].some((status) => (counts[status] ?? 0) > 0);
    return (
      !waiting &&
      (await store.calls.openCalls()).length === 0 &&
      ((await store.outbox.countByState())['waiting'] ?? 0) === 0
    );
  }

  private async traces(): Promise<Traces> {
    const { store, world } = this;
    const { items } = await store.leads.list({ limit: 1000 });
    world.forgetOver();
    return {
      seed: this.options.seed,
      phones: world.log,
      answered202: this.answered,
      webhooks: [...this.webhooks.values()],
      undelivered: (await store.outbox.countByState())['waiting'] ?? 0,
      stillUp: world.lines.map(({ invite }) => invite),
      leads: items.map(({ id, status }) => ({ id, status })),
      openCalls: (await store.calls.openCalls()).length,
      deaths: this.lives.deaths,
      faults: this.faults,
    };
  }
}
