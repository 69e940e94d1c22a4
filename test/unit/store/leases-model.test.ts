/** Leases, slots and open attempts against a model, from two connections to one file and with time going on. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OpenedStore } from '../../../src/store/open-store.js';
import { countingIds, openForTest, scratchFolder } from '../../support/store/backends.js';
import { aLead, anAttempt, branded } from '../../support/store/samples.js';

interface Held {
  readonly owner: string;
  readonly until: number;
}

class Model {
  now = 0;
  readonly leases = new Map<string, Held>();
  readonly slots = new Map<string, Held>();
  readonly phones = new Map<string, string>();
}

interface Real {
  /** A fresh name per run: the file is shared by all runs. */
  readonly run: string;
  readonly stores: readonly OpenedStore[];
  attempts: number;
}

type Command = fc.AsyncCommand<Model, Real>;

const CAPACITY = 3;
const nameOf = (real: Real, text: string) => `${real.run}-${text}`;
const isFree = (held: Held | undefined, now: number) => held === undefined || held.until <= now;

function command(text: string, run: Command['run'], check: Command['check'] = () => true): Command {
  return { check, run, toString: () => text };
}

interface LeaseWish {
  readonly via: number;
  readonly resource: string;
  readonly owner: string;
  readonly ms: number;
}

const take = ({ via, resource, owner, ms }: LeaseWish) =>
  command(`take ${resource} for ${owner} ${ms}`, async (model, real) => {
    const held = model.leases.get(resource);
    const wins = isFree(held, model.now) || held?.owner === owner;
    const until = model.now + ms;
    const { leases } = real.stores[via]!;
    const got = await leases.take(nameOf(real, resource), nameOf(real, owner), until, model.now);
    expect(got).toBe(wins ? 'taken' : 'held');
    if (wins) model.leases.set(resource, { owner, until });
  });

const renew = ({ via, resource, owner, ms }: LeaseWish) =>
  command(`renew ${resource} for ${owner} ${ms}`, async (model, real) => {
    const mine = model.leases.get(resource)?.owner === owner;
    const until = model.now + ms;
    const got = await real.stores[via]!.leases.renew(nameOf(real, resource), nameOf(real, owner), until);
    expect(got).toBe(mine ? 'renewed' : 'lost');
    if (mine) model.leases.set(resource, { owner, until });
  });

const takeSlot = ({ via, owner, ms }: Omit<LeaseWish, 'resource'>) =>
  command(`slot for ${owner} ${ms}`, async (model, real) => {
    const numbers = Array.from({ length: CAPACITY }, (_, n) => n);
    const expected = numbers.find((n) => isFree(model.slots.get(`${n}`), model.now));
    const until = model.now + ms;
    const { leases } = real.stores[via]!;
    const got = await leases.takeSlot(nameOf(real, 'pool'), CAPACITY, nameOf(real, owner), until, model.now);
    expect(got).toBe(expected);
    if (expected !== undefined) model.slots.set(`${expected}`, { owner, until });
  });

const releaseOwner = ({ via, owner }: Pick<LeaseWish, 'via' | 'owner'>) =>
  command(`release all of ${owner}`, async (model, real) => {
    await real.stores[via]!.leases.releaseOwner(nameOf(real, owner));
    for (const held of [model.leases, model.slots])
      for (const [name, holder] of held) if (holder.owner === owner) held.delete(name);
  });

const openAttempt = ({ via, resource: phone }: Pick<LeaseWish, 'via' | 'resource'>) =>
  command(`attempt to ${phone}`, async (model, real) => {
    const id = nameOf(real, `attempt-${(real.attempts += 1)}`);
    const attempt = anAttempt({ id: branded(id), phone: branded(nameOf(real, phone)) });
    const expected = model.phones.has(phone) ? 'conflict' : 'opened';
    expect(await real.stores[via]!.attempts.open(attempt)).toBe(expected);
    if (expected === 'opened') model.phones.set(phone, id);
  });

const endAttempt = ({ via, resource: phone }: Pick<LeaseWish, 'via' | 'resource'>) =>
  command(
    `end of attempt to ${phone}`,
    async (model, real) => {
      await real.stores[via]!.attempts.update(branded(model.phones.get(phone)!), { state: 'ended' });
      model.phones.delete(phone);
    },
    (model) => model.phones.has(phone),
  );

const pass = (ms: number) =>
  command(`${ms} ms pass`, (model) => {
    model.now += ms;
    return Promise.resolve();
  });

const via = fc.nat({ max: 1 });
const owner = fc.constantFrom('a', 'b', 'c');
const resource = fc.constantFrom('x', 'y');
const ms = fc.integer({ min: 1, max: 20 });

it('leases, slots and open attempts hold what the model holds', async () => {
  const path = join(scratchFolder(), 'store.sqlite');
  const stores = [await openForTest({ path }), await openForTest({ path, ids: countingIds('other') })];
  await stores[0]!.leads.add(aLead());
  let runs = 0;
  const commands = fc.commands(
    [
      fc.record({ via, resource, owner, ms }).map(take),
      fc.record({ via, resource, owner, ms }).map(renew),
      fc.record({ via, owner, ms }).map(takeSlot),
      fc.record({ via, owner }).map(releaseOwner),
      fc.record({ via, resource }).map(openAttempt),
      fc.record({ via, resource }).map(endAttempt),
      ms.map(pass),
    ],
    { maxCommands: 60 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      const setup = () => ({ model: new Model(), real: { run: `run-${(runs += 1)}`, stores, attempts: 0 } });
      await fc.asyncModelRun(setup, list);
    }),
    { numRuns: 60 },
  );
}, 60_000);
