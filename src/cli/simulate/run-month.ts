/**
 * A month of business in virtual time: the whole application over an in-memory store and the simulated world. Leads come
 * day and night, some twice; clients call in; operators pause; the process dies and is started again; the clock is set
 * wrong and right again. Everything follows from the seed.
 */
import type { App } from '../../app/app.js';
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { Plans } from '../../domain/dialplan/session.js';
import type { CallId, FormId } from '../../domain/values/ids.js';
import { createApp } from '../../app/app.js';
import { openStore, type OpenedStore } from '../../store/open-store.js';
import { CLIENT_PREFIXES, companyFor, MONTH_BEGINS, type Company } from './company.js';
import { MonthJudge, type Verdict } from './month-judge.js';
import { SimCaller } from './sim-caller.js';
import { settled, SimClock, SimRandom } from './sim-clock.js';
import { SimJobs } from './sim-jobs.js';
import { simPorts } from './sim-ports.js';
import { storeOfLife, type Sabotage } from './sim-store.js';
import { SimSwitch, type Life } from './sim-switch.js';
import { SimWorld } from './sim-world.js';

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

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Leads of the last evening have this long to come to their end. */
const AFTERMATH_MS = 45 * DAY_MS;
const STORE_SABOTAGE: Readonly<Record<MonthSabotage, Sabotage>> = {
  'ignore-hours': 'none',
  'double-attempt': 'double-job',
  'over-capacity': 'no-capacity',
};

export async function runMonth(options: MonthOptions): Promise<MonthReport> {
  return new Month(options).run();
}

interface Living {
  readonly app: App;
  readonly life: { alive: boolean } & Life;
  readonly telephone: SimSwitch;
}

class Month {
  private readonly options: MonthOptions;
  private readonly company: Company;
  private readonly clock = new SimClock(MONTH_BEGINS);
  private readonly random: SimRandom;
  private readonly world: SimWorld;
  private readonly judge: MonthJudge;
  private readonly faults: string[] = [];
  private readonly counts = {
    posted: 0,
    answered: 0,
    duplicates: 0,
    callers: 0,
    restarts: 0,
    clock_jumps: 0,
  };
  private ids = 0;
  private lives = 0;
  private pointsToCrash = Infinity;
  private current: Living | undefined;
  private forms: readonly FormId[] = [];

  constructor(options: MonthOptions) {
    this.options = options;
    const law = options.sabotage === 'ignore-hours' ? 'lawless' : 'kept';
    this.company = companyFor(options.leads / options.days, law);
    this.random = new SimRandom(options.seed);
    this.judge = new MonthJudge({ ...this.company, operators: this.company.users.length });
    this.world = new SimWorld(this.clock, new SimRandom(options.seed ^ 0x5bd1e995), (entry) =>
      this.judge.take(entry),
    );
  }

  async run(): Promise<MonthReport> {
    const store = await openStore({
      path: ':memory:',
      durability: 'normal',
      clock: this.clock,
      ids: { next: () => this.nextId() },
    });
    await this.startLife(store);
    await this.addForms();
    for (let n = 0; n < this.options.leads; n += 1) this.planLead(n);
    for (let day = 0; day < this.options.days; day += 1) this.planDay(day, store);
    await this.live(store);
    const report = await this.report(store);
    if (this.current !== undefined) this.current.life.alive = false;
    await settled();
    await store.close();
    return report;
  }

  private async live(store: OpenedStore): Promise<void> {
    const lastLead = MONTH_BEGINS + this.options.days * DAY_MS;
    let look = lastLead;
    while (await this.clock.step(lastLead + AFTERMATH_MS)) {
      if (this.current?.life.isAlive() !== true) await this.restart(store);
      if (this.clock.trueNow() < look) continue;
      look += HOUR_MS;
      if ((await this.unfinished(store)) === 0) return;
    }
  }

  private nextId(): string {
    return (this.ids += 1).toString(36).padStart(8, '0');
  }

  private async addForms(): Promise<void> {
    const app = this.current?.app;
    if (app === undefined) return;
    const { id } = await app.addConnection({ kind: 'site', name: 'site' });
    const form = await app.addForm({ connectionId: id, externalId: 'second', policy: 'second' });
    this.forms = [form.id];
  }

  // What happens

  private planLead(n: number): void {
    const { days } = this.options;
    // Twice as many by day as by night.
    const at = this.random.between(0, days) * DAY_MS;
    const byNight = new Date(MONTH_BEGINS + at).getUTCHours() < 6 && this.random.chance(0.5);
    const phone = `${this.random.pick(CLIENT_PREFIXES)}${String(n).padStart(6, '0')}`;
    this.clock.after(byNight ? Math.min(at + 9 * HOUR_MS, days * DAY_MS) : at, () => this.send(phone));
  }

  private send(phone: string): void {
    const [form] = this.forms;
    const draft: LeadDraft = {
      source: 'api',
      kind: 'form',
      rawPhone: phone,
      clientName: 'Ann',
      answers: [],
      touch: {},
      ...(form !== undefined && this.random.chance(0.4) ? { formId: form } : {}),
    };
    this.post(draft);
    if (this.random.chance(0.08))
      this.clock.after(this.random.between(100, 20 * 60_000), () => this.post(draft));
    if (this.random.chance(0.03))
      this.clock.after(this.random.between(5000, 3 * HOUR_MS), () => this.callIn(phone));
  }

  /** A poster who gets no answer posts again. */
  private post(draft: LeadDraft, again: 'first' | 'again' = 'first'): void {
    const { current } = this;
    if (again === 'first') this.counts.posted += 1;
    if (current?.life.isAlive() !== true) {
      this.clock.after(1000, () => this.post(draft, 'again'));
      return;
    }
    let answered = false;
    current.app.takeLead(draft).then(
      ({ status }) => {
        answered = true;
        this.counts.answered += 1;
        if (status === 'duplicate') this.counts.duplicates += 1;
      },
      (thrown: unknown) => this.faults.push(String(thrown)),
    );
    this.clock.after(5000, () => {
      if (!answered) this.post(draft, 'again');
    });
  }

  private callIn(ani: string): void {
    if (this.current?.life.isAlive() !== true || !isWorkingTime(this.clock.trueNow())) return;
    this.counts.callers += 1;
    const caller = new SimCaller(this.current.telephone, { remoteAddress: '192.0.2.1:5060', ani });
    this.clock.after(this.random.between(5000, 120_000), () => caller.hangUp());
  }

  /** Deaths on even days, wrong clocks on odd ones: nobody can keep a lease over both at once. */
  private planDay(day: number, store: OpenedStore): void {
    const begins = day * DAY_MS;
    const noon = begins + 11 * HOUR_MS;
    if (day % 2 === 0)
      for (let n = 0; n < 2; n += 1)
        this.clock.after(begins + this.random.between(8, 17) * HOUR_MS, () => {
          this.pointsToCrash = this.random.whole(1, 400);
        });
    else {
      this.clock.after(noon, () => this.jump(this.random.between(-1200, 1200) * 1000));
      this.clock.after(noon + this.random.between(600, 3600) * 1000, () => this.jump(0));
    }
    this.clock.after(begins + this.random.between(8, 16) * HOUR_MS, () => this.takeBreak());
    this.clock.after(begins + DAY_MS - 1, () => {
      this.options.say(`day ${day + 1}: ${this.judge.attempts} calls`);
      void this.forgetOld(store);
    });
  }

  private jump(offsetMs: number): void {
    if (offsetMs !== 0) this.counts.clock_jumps += 1;
    this.clock.jumpTo(Math.round(offsetMs));
  }

  private takeBreak(): void {
    const operator = this.random.pick(this.company.users);
    const say = (duty: 'on' | 'paused'): void => {
      const { current } = this;
      if (current?.life.isAlive() !== true) this.clock.after(1000, () => say(duty));
      else void current.app.setDuty({ operator, duty, by: 'phone' }).catch(() => undefined);
    };
    say('paused');
    this.clock.after(this.random.between(600, 3600) * 1000, () => say('on'));
  }

  // The program's lives

  private async restart(store: OpenedStore): Promise<void> {
    this.counts.restarts += 1;
    this.pointsToCrash = Infinity;
    await settled();
    await this.startLife(store);
  }

  private async startLife(store: OpenedStore): Promise<void> {
    this.lives += 1;
    const { sabotage, plans } = this.options;
    const life = {
      alive: true,
      isAlive: () => life.alive,
      mayDie: () => (this.pointsToCrash === Infinity ? ('no' as const) : ('yes' as const)),
      crashPoint: () => {
        if (!life.alive) return;
        this.pointsToCrash -= 1;
        if (this.pointsToCrash <= 0) life.alive = false;
      },
    };
    const { world, clock, random } = this;
    const telephone = new SimSwitch({ world, clock, random, life, users: this.company.users });
    const guarded = storeOfLife(store, life, sabotage === undefined ? 'none' : STORE_SABOTAGE[sabotage]);
    const owner = `life-${this.lives}`;
    const failed = (why: string): void => void this.faults.push(why);
    const ids = { next: () => this.nextId() };
    const receive = () => telephone.answer({ kind: 'accepted', status: 200, body: '' } as const);
    const app = createApp(simPorts({ store: guarded, telephone, clock, random, ids, receive, failed }), {
      owner,
      recordingsDirectory: '/recordings',
      maximumCalls: this.company.users.length * 2,
      callLeaseMs: 15_000,
      whisperWaitMs: 1000,
      keepRecordingDays: 0,
      keepPushDays: 0,
      keepVisitDays: 0,
      keepSignallingDays: 0,
      telephony: this.company.telephony,
      plans,
      inboundPlan: 'inbound',
    });
    const times = sabotage === 'double-attempt' ? 2 : 1;
    const jobs = new SimJobs({ store: guarded, app, clock, life, owner, times, failed });
    store.onJobsAdded(() => jobs.wake());
    this.current = { app, life, telephone };
    void app.start().catch((thrown: unknown) => failed(String(thrown)));
    jobs.wake();
    this.repeatChores(app, life, 0);
    await settled();
  }

  /** Often while a dead life's leases run out, rarely afterwards. */
  private repeatChores(app: App, life: Life, round: number): void {
    this.clock.after(round < 8 ? 5000 : 300_000, () => {
      if (!life.isAlive()) return;
      for (const chore of app.chores)
        if (chore.everySeconds <= 60)
          void chore.run().catch((thrown: unknown) => this.faults.push(`${chore.name}: ${String(thrown)}`));
      this.repeatChores(app, life, round + 1);
    });
  }

  // The end

  /** A month of timelines would fill the memory, and nobody reads them here. */
  private async forgetOld(store: OpenedStore): Promise<void> {
    const dayBefore = this.clock.trueNow() - DAY_MS;
    this.world.forgetOver();
    this.current?.telephone.forgetOver();
    this.judge.forget(dayBefore);
    await store.events.removeOlderThan(dayBefore);
    const { items } = await store.calls.list({ limit: 100_000, from: dayBefore - DAY_MS, to: dayBefore });
    for (const { id, state } of items) if (state === 'closed') await forgetSession(store, id);
  }

  private async unfinished(store: OpenedStore): Promise<number> {
    const counts = await store.leads.countByStatus();
    const open = ['queued', 'deferred', 'calling'].reduce((sum, status) => sum + (counts[status] ?? 0), 0);
    return open + this.counts.posted - this.counts.answered;
  }

  private async report(store: OpenedStore): Promise<MonthReport> {
    const { leads, days, seed } = this.options;
    const counts = await store.leads.countByStatus();
    const { duplicates, callers, restarts, clock_jumps } = this.counts;
    return {
      leads,
      days,
      seed,
      unfinished: await this.unfinished(store),
      ...this.judge.verdict(),
      faults: this.faults.length,
      duplicates,
      reached: counts['reached'] ?? 0,
      unreached: counts['unreached'] ?? 0,
      calls: this.judge.attempts,
      rings: this.judge.rings,
      callers,
      restarts,
      clock_jumps,
      examples: [...this.judge.examples, ...this.faults.slice(0, 20)],
    };
  }
}

/** Nobody calls a company by night; within these hours it is open whatever the season. */
function isWorkingTime(at: number): boolean {
  const local = new Date(at);
  const holiday = local.getUTCMonth() === 2 && local.getUTCDate() === 11;
  const [weekday, hour] = [local.getUTCDay(), local.getUTCHours()];
  return !holiday && weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 15;
}

async function forgetSession(store: OpenedStore, id: CallId): Promise<void> {
  await store.calls.update(id, { session: undefined } as never);
}
