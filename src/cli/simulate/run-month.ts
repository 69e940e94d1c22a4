/**
 * A month of business in virtual time: the whole application over an in-memory store and the simulated world, judged by
 * the phones' log. What happens in it is in month-business.ts.
 */
import type { Plans } from '../../domain/dialplan/session.js';
import type { CallId, FormId } from '../../domain/values/ids.js';
import type { OpenedStore } from '../../store/open-store.js';
import { companyFor, MONTH_BEGINS, type Company } from './company.js';
import { MonthJudge, type Verdict } from './month-judge.js';
import { DAY_MS, HOUR_MS, MonthBusiness } from './month-business.js';
import { inhabit, onGround, type Ground } from './ground.js';
import type { SimClock, SimRandom } from './sim-clock.js';
import type { SimLives } from './sim-lives.js';
import type { Sabotage } from './sim-store.js';
import type { SimWorld } from './sim-world.js';

export const MONTH_SABOTAGES = ['ignore-hours', 'double-attempt', 'over-capacity'] as const;
export type MonthSabotage = (typeof MONTH_SABOTAGES)[number];

export interface MonthOptions {
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly plans: Plans;
  readonly sabotage?: MonthSabotage;
  readonly say: (text: string) => void;
}

export interface MonthReport extends Verdict {
  readonly leads: number;
  readonly days: number;
  readonly seed: number;
  readonly unfinished: number;
  /** Errors that the program logged, and jobs that threw. */
  readonly faults: number;
  readonly duplicates: number;
  readonly reached: number;
  readonly unreached: number;
  readonly calls: number;
  readonly rings: number;
  readonly callers: number;
  readonly restarts: number;
  readonly clock_jumps: number;
  readonly examples: readonly string[];
}

/** Leads of the last evening have this long to come to their end. */
const AFTERMATH_MS = 45 * DAY_MS;
const CHORES_EVERY_MS = 300_000;
const STORE_SABOTAGE: Readonly<Record<MonthSabotage, Sabotage>> = {
  'ignore-hours': 'none',
  'double-attempt': 'double-job',
  'over-capacity': 'no-capacity',
};

export function runMonth(options: MonthOptions): Promise<MonthReport> {
  return onGround(MONTH_BEGINS, (ground) => new Month(options, ground).run());
}

class Month {
  private readonly options: MonthOptions;
  private readonly clock: SimClock;
  private readonly store: OpenedStore;
  private readonly company: Company;
  private readonly random: SimRandom;
  private readonly world: SimWorld;
  private readonly judge: MonthJudge;
  private readonly lives: SimLives;
  private readonly faults: string[] = [];

  constructor(options: MonthOptions, ground: Ground) {
    this.options = options;
    const { clock, store } = ground;
    this.clock = clock;
    this.store = store;
    const { leads, days, seed, sabotage, plans } = options;
    this.company = companyFor(leads / days, sabotage === 'ignore-hours' ? 'lawless' : 'kept');
    const { users, telephony } = this.company;
    const judge = new MonthJudge({ ...this.company, operators: users.length });
    this.judge = judge;
    const { random, world, lives } = inhabit(ground, {
      seed,
      write: (entry) => judge.take(entry),
      users,
      config: { telephony, plans, maximumCalls: users.length * 2, inboundPlan: 'inbound' },
      sabotage: sabotage === undefined ? 'none' : STORE_SABOTAGE[sabotage],
      choresEveryMs: CHORES_EVERY_MS,
      failed: this.failed,
    });
    this.random = random;
    this.world = world;
    this.lives = lives;
  }

  private readonly failed = (why: string): void => void this.faults.push(why);

  async run(): Promise<MonthReport> {
    const { leads, days } = this.options;
    await this.lives.begin();
    const business = new MonthBusiness({
      lives: this.lives,
      clock: this.clock,
      random: this.random,
      operators: this.company.users,
      forms: await this.addForms(),
      days,
      failed: this.failed,
    });
    for (let n = 0; n < leads; n += 1) business.planLead(n);
    for (let day = 0; day < days; day += 1) {
      business.planDay(day);
      this.clock.after((day + 1) * DAY_MS - 1, () => this.endDay(day));
    }
    await this.live(business);
    const report = await this.report(business);
    await this.lives.end();
    return report;
  }

  private async live(business: MonthBusiness): Promise<void> {
    const lastLead = MONTH_BEGINS + this.options.days * DAY_MS;
    let look = lastLead;
    while (await this.clock.step(lastLead + AFTERMATH_MS)) {
      if (this.lives.current === undefined) await this.lives.begin();
      if (this.clock.trueNow() < look) continue;
      look += HOUR_MS;
      if ((await this.unfinished(business)) === 0) return;
    }
  }

  private async addForms(): Promise<readonly FormId[]> {
    const app = this.lives.current?.app;
    if (app === undefined) return [];
    const { id } = await app.addConnection({ kind: 'site', name: 'site' });
    const form = await app.addForm({ connectionId: id, externalId: 'second', policy: 'second' });
    return [form.id];
  }

  private endDay(day: number): void {
    this.options.say(`day ${day + 1}: ${this.judge.attempts} calls`);
    void this.forgetOld();
  }

  /** A month of timelines would fill the memory, and nobody reads them here. */
  private async forgetOld(): Promise<void> {
    const { store } = this;
    const dayBefore = this.clock.trueNow() - DAY_MS;
    this.world.forgetOver();
    this.lives.current?.telephone.forgetOver();
    this.judge.forget(dayBefore);
    await store.events.removeOlderThan(dayBefore);
    const { items } = await store.calls.list({ limit: 100_000, from: dayBefore - DAY_MS, to: dayBefore });
    for (const { id, state } of items) if (state === 'closed') await forgetSession(store, id);
  }

  private async unfinished({ poster }: MonthBusiness): Promise<number> {
    const counts = await this.store.leads.countByStatus();
    const open = ['queued', 'deferred', 'calling'].reduce((sum, status) => sum + (counts[status] ?? 0), 0);
    return open + poster.posted - poster.answered;
  }

  private async report(business: MonthBusiness): Promise<MonthReport> {
    const { leads, days, seed } = this.options;
    const counts = await this.store.leads.countByStatus();
    return {
      leads,
      days,
      seed,
      unfinished: await this.unfinished(business),
      ...this.judge.verdict(),
      faults: this.faults.length,
      duplicates: business.duplicates,
      reached: counts['reached'] ?? 0,
      unreached: counts['unreached'] ?? 0,
      calls: this.judge.attempts,
      rings: this.judge.rings,
      callers: business.callers,
      restarts: this.lives.deaths.length,
      clock_jumps: business.clockJumps,
      examples: [...this.judge.examples, ...this.faults.slice(0, 20)],
    };
  }
}

async function forgetSession(store: OpenedStore, id: CallId): Promise<void> {
  await store.calls.update(id, { session: undefined } as never);
}
