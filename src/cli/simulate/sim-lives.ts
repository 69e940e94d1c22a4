/**
 * The program's lives over one store and one world: built, killed at a counted point, and started again as the next
 * process would be. Every simulation runs on it; who keeps one life only never counts points.
 */
import type { App } from '../../app/app.js';
import { createApp } from '../../app/app.js';
import type { AppConfig } from '../../app/config.js';
import type { Ports, SendOutcome, SendRequest } from '../../app/ports/ports.js';
import type { OpenedStore } from '../../store/open-store.js';
import { settled, type SimClock, type SimRandom } from './sim-clock.js';
import { SimJobs } from './sim-jobs.js';
import { simPorts } from './sim-ports.js';
import { storeOfLife, type Sabotage } from './sim-store.js';
import { SimSwitch, type Life } from './sim-switch.js';
import type { SimWorld } from './sim-world.js';

export interface SimLivesParts {
  readonly store: OpenedStore;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly world: SimWorld;
  readonly nextId: () => string;
  /** Of the controller: where several share a store, each has its own. */
  readonly name?: string;
  readonly users: readonly string[];
  readonly config: Pick<AppConfig, 'telephony' | 'plans' | 'maximumCalls'> & Partial<AppConfig>;
  readonly sabotage: Sabotage;
  /** Chores that watch over leases; `never` where nothing dies. */
  readonly choresEveryMs: number | 'never';
  readonly receive?: (life: Living, request: SendRequest) => Promise<SendOutcome>;
  /** In place of those ports. */
  readonly ports?: (usual: Ports) => Ports;
  /** Errors that the program logs, and jobs that throw. */
  readonly failed: (why: string) => void;
}

/** One life; what it holds is forgotten when it dies. */
export interface Living {
  readonly app: App;
  readonly life: Life;
  readonly telephone: SimSwitch;
}

/** Often while a dead life's leases run out. */
const SOON_MS = 5000;
const SOON_ROUNDS = 8;
const DEFAULTS = {
  recordingsDirectory: '/recordings',
  callLeaseMs: 15_000,
  whisperWaitMs: 1000,
  keepRecordingDays: 0,
  keepPushDays: 0,
  keepVisitDays: 0,
  keepSignallingDays: 0,
  keepExchangeDays: 14,
  keepPeopleDays: { phone: 0, name: 0, address: 0, answers: 0, texts: 0 },
} as const satisfies Partial<AppConfig>;

class CountedLife implements Life {
  private alive = true;
  diedAt = 'nowhere';
  private pointsLeft = Infinity;

  isAlive(): boolean {
    return this.alive;
  }

  mayDie(): 'yes' | 'no' {
    return this.pointsLeft === Infinity ? 'no' : 'yes';
  }

  crashPoint(where: string): void {
    if (!this.alive) return;
    this.pointsLeft -= 1;
    if (this.pointsLeft > 0) return;
    this.alive = false;
    this.diedAt = where;
  }

  dieAfter(points: number): void {
    this.pointsLeft = points;
  }

  end(): void {
    this.alive = false;
  }
}

export class SimLives {
  /** Where it died, each time. */
  readonly deaths: string[] = [];
  private readonly parts: SimLivesParts;
  private lives = 0;
  private life = new CountedLife();
  private living: Living | undefined;
  private stopWaking: () => void = () => undefined;

  constructor(parts: SimLivesParts) {
    this.parts = parts;
  }

  /** Undefined between a death and the next start. */
  get current(): Living | undefined {
    return this.life.isAlive() ? this.living : undefined;
  }

  /** The life of now ends at this many crash points from here. */
  dieAfter(points: number): void {
    this.life.dieAfter(points);
  }

  /** The first life, or the next one after a death. A life may die before it has begun well. */
  async begin(): Promise<void> {
    if (this.lives > 0) {
      this.deaths.push(this.life.diedAt);
      this.stopWaking();
      await settled();
    }
    this.lives += 1;
    const life = (this.life = new CountedLife());
    const living = this.build(life);
    this.living = living;
    void living.app.start().catch((thrown: unknown) => this.parts.failed(String(thrown)));
    this.repeatChores(living, 0);
    await settled();
  }

  private build(life: CountedLife): Living {
    const { store, clock, random, world, users, nextId, sabotage, failed, config } = this.parts;
    const telephone = new SimSwitch({ world, clock, random, life, users });
    const guarded = storeOfLife(store, life, sabotage);
    const owner = `${this.parts.name ?? 'life'}-${this.lives}`;
    const receive = (request: SendRequest): Promise<SendOutcome> =>
      this.parts.receive?.({ app, life, telephone }, request) ??
      telephone.answer({ kind: 'accepted', status: 200, body: '' });
    const usual = simPorts({
      store: guarded,
      telephone,
      clock,
      random,
      ids: { next: nextId },
      receive,
      failed,
    });
    const ports = this.parts.ports?.(usual) ?? usual;
    const app = createApp(ports, { ...DEFAULTS, ...config, owner });
    const times = sabotage === 'double-job' ? 2 : 1;
    const jobs = new SimJobs({ store: guarded, app, clock, life, owner, times, failed });
    this.stopWaking = store.onJobsAdded(() => jobs.wake());
    jobs.wake();
    return { app, life, telephone };
  }

  private repeatChores({ app, life }: Pick<Living, 'app' | 'life'>, round: number): void {
    const { clock, choresEveryMs, failed } = this.parts;
    if (choresEveryMs === 'never') return;
    clock.after(round < SOON_ROUNDS ? SOON_MS : choresEveryMs, () => {
      if (!life.isAlive()) return;
      for (const chore of app.chores)
        if (chore.everySeconds <= 60)
          void chore.run().catch((thrown: unknown) => failed(`${chore.name}: ${String(thrown)}`));
      this.repeatChores({ app, life }, round + 1);
    });
  }

  /** Nothing of it goes on; what it did stays in the store and in the world. */
  async end(): Promise<void> {
    this.life.end();
    await settled();
  }
}
