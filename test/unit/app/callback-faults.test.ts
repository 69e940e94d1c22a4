/** What becomes of callbacks when the clock, the store or a second controller is against them (docs/callbacks.md). */
import { join, resolve } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../../src/app/app.js';
import { SimClock, SimRandom, settled } from '../../../src/cli/simulate/sim-clock.js';
import { SimLives } from '../../../src/cli/simulate/sim-lives.js';
import { OPENS_AT, simTelephony, USERS } from '../../../src/cli/simulate/sim-telephony.js';
import { SimWorld } from '../../../src/cli/simulate/sim-world.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { openStore, type OpenedStore } from '../../../src/store/open-store.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { scratchFolder } from '../../support/store/backends.js';

const HOUR_MS = 3_600_000;
const leadOf = (n: number): LeadDraft => ({
  source: 'api',
  kind: 'form',
  rawPhone: `+7916100${String(n).padStart(4, '0')}`,
  answers: [],
  touch: {},
});

describe('a clock', () => {
  let bed: AppBed;
  beforeEach(async () => {
    bed = await openAppBed();
  });
  afterEach(() => bed.close());

  const rung = (): number => bed.world.log.filter(({ what }) => what === 'invited').length;

  it('that is set back keeps a waiting lead waiting until it shows the time again', async () => {
    const callAt = bed.clock.now() + HOUR_MS;
    await bed.app.takeLead({ ...leadOf(1), callAt });
    bed.clock.jumpTo(-2 * HOUR_MS);
    await bed.pass(2.9 * HOUR_MS);
    expect(rung()).toBe(0);
    await bed.pass(0.2 * HOUR_MS);
    expect(rung()).toBeGreaterThan(0);
  });

  it('that is set back under a call that rings neither ends it nor rings anybody again', async () => {
    await bed.app.takeLead(leadOf(1));
    await bed.pass(100);
    const before = rung();
    bed.clock.jumpTo(-2 * HOUR_MS);
    await bed.pass(1000);
    expect({ calls: bed.app.liveCalls().length, rung: rung() }).toEqual({ calls: 1, rung: before });
  });

  it('that is set forward makes due what is due then', async () => {
    const { leadId } = await bed.app.takeLead({ ...leadOf(1), callAt: bed.clock.now() + HOUR_MS });
    await bed.pass(60_000);
    expect(rung()).toBe(0);
    bed.clock.jumpTo(2 * HOUR_MS);
    // Anything that adds a job makes the runner look; the real one looks every few seconds.
    await bed.app.takeLead(leadOf(2));
    await bed.pass(HOUR_MS / 4);
    expect((await bed.store.attempts.ofLead(leadId)).length).toBeGreaterThan(0);
  });
});

describe('one file of SQLite', () => {
  const clock = new SimClock(OPENS_AT + HOUR_MS);
  const world = new SimWorld(clock, new SimRandom(1));
  const faults: string[] = [];
  const opened: { readonly store: OpenedStore; readonly lives: SimLives }[] = [];
  let ids = 0;
  const nextId = (): string => `id-${(ids += 1)}`;

  async function controller(path: string): Promise<App> {
    const store = await openStore({ path, durability: 'normal', clock, ids: { next: nextId } });
    const loaded = await loadDialplans(resolve(import.meta.dirname, '../../../dialplans'));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const lives = new SimLives({
      store,
      clock,
      random: new SimRandom(opened.length),
      world,
      name: `controller-${opened.length}`,
      nextId,
      users: USERS,
      config: { telephony: simTelephony(), plans: loaded.plans, maximumCalls: 20 },
      sabotage: 'none',
      choresEveryMs: 60_000,
      failed: (why) => faults.push(why),
    });
    await lives.begin();
    opened.push({ store, lives });
    if (lives.current === undefined) throw new Error('it did not begin');
    return lives.current.app;
  }

  async function pass(ms: number): Promise<void> {
    const until = clock.trueNow() + ms;
    clock.after(ms, () => undefined);
    await settled();
    while (await clock.step(until));
  }

  afterEach(async () => {
    for (const { lives } of opened) await lives.end();
    // A store that waits for the other one waits in virtual time.
    await pass(1000);
    for (const { store } of opened.splice(0)) await store.close();
    expect(faults).toEqual([]);
  });

  it('serves two controllers: each lead is called by one, each phone rung by one at a time', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const apps = [await controller(path), await controller(path)];
    const taken = Array.from({ length: 3 }, (_, n) =>
      apps.map((app, at) => app.takeLead(leadOf(2 * n + at))),
    ).flat();
    await pass(HOUR_MS / 4);
    await Promise.all(taken);
    const [store] = opened;
    expect((await store?.store.leads.countByStatus()) ?? {}).not.toHaveProperty('queued');
    const up = new Map<string, string>();
    const clashes: string[] = [];
    for (const { what, kind, phone, invite } of world.log) {
      if (kind === 'elsewhere') continue;
      if (what === 'invited') {
        if (up.has(phone)) clashes.push(`${phone}: ${invite} while ${up.get(phone) ?? ''}`);
        up.set(phone, invite);
      }
      if (what === 'over' && up.get(phone) === invite) up.delete(phone);
    }
    expect(clashes).toEqual([]);
    const calls = world.log.filter(({ what, kind }) => what === 'invited' && kind === 'client');
    expect(new Set(calls.map(({ call, phone }) => `${call} ${phone}`)).size).toBe(calls.length);
    expect(calls.length).toBeGreaterThan(2);
  });

  it('that another process locks takes a lead when the lock goes, and refuses it when it stays', async () => {
    const path = join(scratchFolder(), 'store.sqlite');
    const app = await controller(path);
    await pass(HOUR_MS / 4);
    const rungBefore = world.log.length;
    const rival = new SqliteDatabase(path);
    rival.exec('begin immediate');
    const waiting = app.takeLead(leadOf(50));
    await pass(100);
    expect(world.log).toHaveLength(rungBefore);
    rival.exec('commit');
    await pass(1000);
    expect(await waiting).toMatchObject({ status: 'queued' });
    rival.exec('begin immediate');
    const refused = expect(app.takeLead(leadOf(51))).rejects.toMatchObject({ code: 'store-unavailable' });
    // Few steps of time: at each look SQLite itself waits 20 ms for the lock.
    for (let n = 0; n < 6; n += 1) {
      clock.jumpTo((n + 1) * 990);
      await pass(10);
    }
    await refused;
    rival.exec('rollback');
    rival.close();
    faults.length = 0;
  });
});
