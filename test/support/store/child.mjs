// A second process on the same store, from the built program. `node child.mjs <deed> <path> <name>`; it answers with
// lines on stdout, and begins when it hears one on stdin. Spawned by child-process.ts.
import { once } from 'node:events';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openStore } from '../../../dist/store/open-store.js';
import { systemClock as clock } from '../../../dist/telemetry/clock.js';

const [deed, path, name] = process.argv.slice(2);
let made = 0;
const ids = { next: () => `${name}-${String((made += 1)).padStart(6, '0')}` };
const say = (line) => process.stdout.write(`${line}\n`);
const forever = Number.MAX_SAFE_INTEGER;

const deeds = {
  /** Takes whatever it can get of 200 leases, 50 slots, 50 phones and 100 jobs, and says what it got. */
  async compete(store) {
    for (let n = 0; n < 200; n += 1)
      if ((await store.leases.take(`r${n}`, name, forever, 0)) === 'taken') say(`lease r${n}`);
    for (let n = 0; n < 50; n += 1) {
      const slot = await store.leases.takeSlot('trunk', 50, name, forever, 0);
      if (slot !== undefined) say(`slot ${slot}`);
    }
    for (let n = 0; n < 50; n += 1) {
      const attempt = {
        id: ids.next(),
        leadId: 'lead-1',
        phone: `+4930000${n}`,
        number: 1,
        state: 'leased',
        startedAt: 1,
      };
      if ((await store.attempts.open(attempt)) === 'opened') say(`phone ${n}`);
    }
    for (let empty = 0; empty < 3;) {
      const jobs = await store.jobs.claim(name, clock.now(), forever, 3);
      if (jobs.length === 0) empty += 1;
      for (const job of jobs) say(`job ${job.id}`);
    }
  },
  /** Transactions without end; each is said after it was answered. A transaction is one event and one counter. */
  async write(store) {
    for (let n = 1; ; n += 1) {
      await store.transaction(async (tx) => {
        await tx.flags.set('written', String(n));
        await tx.events.append([{ id: `event-${n}`, name: 'lead.received', at: n, payload: { n } }]);
        await tx.jobs.add({ task: 'place-callback', payload: { n: String(n) }, runAt: n, maxTries: 3 });
      });
      say(String(n));
      if (n % 50 === 0) await nextTurn();
    }
  },
};

const store = await openStore({ path, durability: 'normal', clock, ids });
say('open');
await once(process.stdin, 'data');
process.stdin.destroy();
await deeds[deed](store);
await store.close();
