/**
 * One simulated stretch of business: leads come in, operators and clients behave as people do, and the program is killed
 * at random places and started again over the same store and the same world. Everything follows from the seed.
 */
import { resolve } from 'node:path';
import { createApp, type App } from '../../../src/app/app.js';
import type { SendOutcome, SendRequest } from '../../../src/app/ports/ports.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { Plans } from '../../../src/domain/dialplan/session.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { openStore, type OpenedStore } from '../../../src/store/open-store.js';
import { settled, SimClock, SimRandom } from '../../../src/cli/simulate/sim-clock.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { SimJobs } from '../../../src/cli/simulate/sim-jobs.js';
import { storeOfLife, type Sabotage } from '../../../src/cli/simulate/sim-store.js';
import { SimSwitch, type Life } from '../../../src/cli/simulate/sim-switch.js';
import { simPorts } from '../../../src/cli/simulate/sim-ports.js';
import { OPENS_AT, simTelephony, USERS } from '../../../src/cli/simulate/sim-telephony.js';
import { SimWorld, type PhoneLogEntry } from '../../../src/cli/simulate/sim-world.js';

export interface SimulationOptions {
  readonly seed: number;
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
  readonly crashes: number;
  readonly faults: readonly string[];
}

const DAY_MS = 86_400_000;
const PLANS = resolve(import.meta.dirname, '../../../dialplans');
let plans: Plans | undefined;

async function shippedPlans(): Promise<Plans> {
  if (plans !== undefined) return plans;
  const loaded = await loadDialplans(PLANS);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return (plans = loaded.plans);
}

export async function simulate(options: SimulationOptions): Promise<Traces> {
  const simulation = new Simulation(options, await shippedPlans());
  return simulation.run();
}

class Simulation {
  private readonly options: SimulationOptions;
  private readonly plans: Plans;
  private readonly clock = new SimClock(OPENS_AT + 3_600_000);
  private readonly random: SimRandom;
  private readonly world: SimWorld;
  private readonly answered: { leadId: string; phone: string }[] = [];
  private readonly webhooks = new Map<string, Traces['webhooks'][number]>();
  private readonly faults: string[] = [];
  private crashes = 0;
  private lives = 0;
  private ids = 0;
  private pointsToCrash = Infinity;
  private current: { app: App; life: { alive: boolean } & Life; telephone: SimSwitch } | undefined;

  constructor(options: SimulationOptions, shipped: Plans) {
    this.options = options;
    this.plans = shipped;
    this.random = new SimRandom(options.seed);
    this.world = new SimWorld(this.clock, new SimRandom(options.seed ^ 0x5bd1e995));
  }

  async run(): Promise<Traces> {
    const store = await openStore({
      path: ':memory:',
      durability: 'normal',
      clock: this.clock,
      ids: { next: () => this.nextId() },
    });
    await this.startLife(store);
    this.planCrash();
    this.planLeads();
    this.planCallers();
    this.planSignallingLoss();
    const end = this.clock.now() + 4 * DAY_MS;
    while (await this.clock.step(end)) {
      if (this.current?.life.isAlive() !== true) await this.restart(store);
      if (await this.isQuiet(store)) break;
    }
    const traces = await this.traces(store);
    if (this.current !== undefined) this.current.life.alive = false;
    await settled();
    await store.close();
    return traces;
  }

  private nextId(): string {
    return (this.ids += 1).toString().padStart(8, '0');
  }

  private planCrash(): void {
    this.pointsToCrash = this.crashes < this.options.crashes ? this.random.whole(1, 400) : Infinity;
  }

  /** Now and then the control connection of the switch drops and comes back. */
  private planSignallingLoss(): void {
    if (this.options.crashes === 0 || this.random.chance(0.6)) return;
    this.clock.after(this.random.between(5000, 400_000), () => {
      if (this.current?.life.isAlive() === true) this.current.telephone.loseSignalling();
    });
  }

  private planLeads(): void {
    for (let n = 0; n < this.options.leads; n += 1) {
      const phone = `+7916${String(1_000_000 + (this.random.chance(0.2) ? 0 : n)).padStart(7, '0')}`;
      const draft: LeadDraft = {
        source: 'api',
        kind: 'form',
        rawPhone: phone,
        clientName: 'Ann',
        answers: [],
        touch: {},
      };
      this.clock.after(this.random.between(0, 240_000), () => this.post(draft, phone));
    }
  }

  /** People who call in, and whose patience ends. */
  private planCallers(): void {
    for (let n = 0; n < this.options.callers; n += 1)
      this.clock.after(this.random.between(0, 240_000), () => {
        if (this.current?.life.isAlive() !== true) return;
        const caller = new SimCaller(this.current.telephone, { remoteAddress: '192.0.2.1:5060' });
        this.clock.after(this.random.between(200, 90_000), () => caller.hangUp());
      });
  }

  /** A poster who gets no answer posts again. */
  private post(draft: LeadDraft, phone: string): void {
    const { current } = this;
    if (current?.life.isAlive() !== true) {
      this.clock.after(1000, () => this.post(draft, phone));
      return;
    }
    let answered = false;
    current.app.takeLead(draft).then(
      ({ leadId }) => {
        answered = true;
        this.answered.push({ leadId, phone });
      },
      (thrown: unknown) => this.faults.push(String(thrown)),
    );
    this.clock.after(5000, () => {
      if (!answered) this.post(draft, phone);
    });
  }

  private async restart(store: OpenedStore): Promise<void> {
    this.crashes += 1;
    this.pointsToCrash = Infinity;
    await settled();
    await this.startLife(store);
    this.planCrash();
  }

  private async startLife(store: OpenedStore): Promise<void> {
    this.lives += 1;
    const life = {
      alive: true,
      isAlive: () => life.alive,
      crashPoint: () => {
        if (!life.alive) return;
        this.pointsToCrash -= 1;
        if (this.pointsToCrash <= 0) life.alive = false;
      },
    };
    const { sabotage = 'none' } = this.options;
    const telephone = new SimSwitch({
      world: this.world,
      clock: this.clock,
      random: this.random,
      life,
      users: USERS,
    });
    const guarded = storeOfLife(store, life, sabotage);
    const owner = `life-${this.lives}`;
    const app = createApp(
      simPorts({
        store: guarded,
        telephone,
        clock: this.clock,
        random: this.random,
        ids: { next: () => this.nextId() },
        receive: (request) => this.receive(telephone, life, request),
        failed: (why) => this.faults.push(why),
      }),
      {
        owner,
        recordingsDirectory: '/recordings',
        maximumCalls: 20,
        callLeaseMs: 15_000,
        whisperWaitMs: 1000,
        keepRecordingDays: 0,
        keepPushDays: 0,
        keepVisitDays: 0,
        keepSignallingDays: 0,
        telephony: simTelephony(),
        plans: this.plans,
        inboundPlan: 'inbound',
      },
    );
    const jobs = new SimJobs({
      store: guarded,
      app,
      clock: this.clock,
      life,
      owner,
      times: sabotage === 'double-job' ? 2 : 1,
      failed: (why) => this.faults.push(why),
    });
    store.onJobsAdded(() => jobs.wake());
    this.current = { app, life, telephone };
    void app.start().catch((thrown: unknown) => this.faults.push(String(thrown)));
    jobs.wake();
    this.repeatChores(app, life, 0);
    await settled();
  }

  /** Often while a dead life's leases run out, rarely afterwards. */
  private repeatChores(app: App, life: Life, round: number): void {
    this.clock.after(round < 8 ? 5000 : 120_000, () => {
      if (!life.isAlive()) return;
      for (const chore of app.chores)
        if (chore.everySeconds <= 60)
          void chore.run().catch((thrown: unknown) => this.faults.push(`${chore.name}: ${String(thrown)}`));
      this.repeatChores(app, life, round + 1);
    });
  }

  /** A receiver that is sometimes down; what it accepts it keeps, repeated or not. */
  private receive(telephone: SimSwitch, life: Life, { headers, body }: SendRequest): Promise<SendOutcome> {
    life.crashPoint();
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
    life.crashPoint();
    return telephone.answer({ kind: 'accepted', status: 200, body: '' });
  }

  /** All leads final, no calls, nothing to deliver, and time enough for every phone to fall silent. */
  private async isQuiet(store: OpenedStore): Promise<boolean> {
    if (
      this.answered.length < this.options.leads ||
      this.world.lines.some(({ state, channel }) => state !== 'over' || channel === 'up')
    )
      return false;
    const counts = await store.leads.countByStatus();
    const waiting = ['queued', 'deferred', 'calling'].some((status) => (counts[status] ?? 0) > 0);
    return (
      !waiting &&
      (await store.calls.openCalls()).length === 0 &&
      ((await store.outbox.countByState())['waiting'] ?? 0) === 0
    );
  }

  private async traces(store: OpenedStore): Promise<Traces> {
    const { items } = await store.leads.list({ limit: 1000 });
    return {
      seed: this.options.seed,
      phones: this.world.log,
      answered202: this.answered,
      webhooks: [...this.webhooks.values()],
      undelivered: (await store.outbox.countByState())['waiting'] ?? 0,
      stillUp: this.world.lines
        .filter(({ state, channel }) => state !== 'over' || channel === 'up')
        .map(({ invite }) => invite),
      leads: items.map(({ id, status }) => ({ id, status })),
      openCalls: (await store.calls.openCalls()).length,
      crashes: this.crashes,
      faults: this.faults,
    };
  }
}
