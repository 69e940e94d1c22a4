/**
 * Serves the queues of this process: whenever somebody joins or leaves, or a call ends, free operators are given to the
 * callers whose turn it is and everybody is told their place. One per application; runs one after another.
 */
import type { QueueEntry } from '../../domain/queues/queue-entry.js';
import { dispatch, type Dispatch, type FreeOperators } from '../../domain/queues/dispatch.js';
import { DEFAULT_POLICY } from '../../domain/leads/resolve-intake.js';
import type { ActivityId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import { ringing, type Ringing } from '../calls/routing/ring-facts.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { storeLead } from '../leads/take-lead.js';
import { readRoster } from '../operators/standings.js';

/** The mean wait is that of so many callers. */
const MEAN_OF = 10;

export class QueueDesk {
  private readonly context: () => AppContext;
  private state: 'idle' | 'running' | 'again' = 'idle';
  /** Places that calls know already. */
  private told = new Map<ActivityId, string>();

  constructor(context: () => AppContext) {
    this.context = context;
  }

  /** Never throws. While it runs, any number of calls mean one more run. */
  wake(): void {
    if (this.state !== 'idle') {
      this.state = 'again';
      return;
    }
    this.state = 'running';
    this.run().then(
      () => this.rest(),
      (thrown: unknown) => {
        this.context().ports.logger.warn({ why: messageOf(thrown) }, 'the queues were not served');
        this.rest();
      },
    );
  }

  private rest(): void {
    const again = this.state === 'again';
    this.state = 'idle';
    if (again) this.wake();
  }

  /** For the chore, which waits for it. */
  async run(): Promise<void> {
    const context = this.context();
    const { store, clock } = context.ports;
    const entries = await store.queue.open();
    if (entries.length === 0) {
      this.told.clear();
      return;
    }
    const free = await freeIn(context, entries);
    const decided = dispatch(
      entries,
      free,
      clock.now(),
      (entry) => context.calls.get(entry.callId) !== undefined,
    );
    for (const entry of decided.expired)
      await store.queue.move(entry.id, ['callback'], expiredAt(clock.now()));
    for (const offer of decided.offers) await this.offer(offer);
    await this.tellPositions(decided.positions);
  }

  private offer({ entry, operator }: Dispatch['offers'][number]): Promise<void> {
    return entry.state === 'callback' ? this.callBack(entry) : this.ring(entry, operator);
  }

  private async ring(entry: QueueEntry, operator: string): Promise<void> {
    const context = this.context();
    const moved = await commit(context, ({ tx, now }) =>
      tx.queue.move(entry.id, ['waiting'], { state: 'offered', operator, offeredAt: now }),
    );
    if (moved === 'lost') return;
    const asked = context.calls.get(entry.callId)?.command('queue', { kind: 'queue-offer', operator });
    if (asked?.kind === 'accepted') return;
    await context.ports.store.queue.move(entry.id, ['offered'], { state: 'waiting' });
  }

  /** Its turn has come and an operator is free: from here on it is a lead like any other. */
  private async callBack(entry: QueueEntry): Promise<void> {
    const context = this.context();
    await commit(context, async (unit) => {
      const left = { state: 'left', how: 'callback', leftAt: unit.now } as const;
      if ((await unit.tx.queue.move(entry.id, ['callback'], left)) === 'lost') return;
      const { lead } = await storeLead(context, unit, draftOf(entry), {});
      await unit.tx.queue.move(entry.id, ['left'], { leadId: lead.leadId });
      const payload = { queue: entry.queue, lead_id: lead.leadId, status: lead.status };
      unit.tell({ name: 'callback.requested', callId: entry.callId, leadId: lead.leadId, payload });
    });
  }

  private async tellPositions(positions: Dispatch['positions']): Promise<void> {
    const { calls, ports } = this.context();
    const told = new Map<ActivityId, string>();
    for (const { entry, position, waiting } of positions) {
      const place = `${position}/${waiting}`;
      told.set(entry.id, place);
      const call = entry.state === 'callback' ? undefined : calls.get(entry.callId);
      if (call === undefined || this.told.get(entry.id) === place) continue;
      const mean = await ports.store.queue.meanWait(entry.queue, MEAN_OF);
      const waitSeconds = mean === undefined ? undefined : Math.round(mean);
      call.command('queue', { kind: 'queue-position', position, waiting, ...present({ waitSeconds }) });
    }
    this.told = told;
  }
}

const expiredAt = (now: number) => ({ state: 'left', how: 'expired', leftAt: now }) as const;

function draftOf({ clientNumber, group, locale }: QueueEntry): Parameters<typeof storeLead>[2] {
  return {
    source: 'call',
    kind: 'callback',
    answers: [],
    touch: {},
    locale,
    ...present({ rawPhone: clientNumber, group }),
  };
}

/** Who could be rung now, in the order of the strategy, of each group that somebody waits for. */
async function freeIn(context: AppContext, entries: readonly QueueEntry[]): Promise<FreeOperators> {
  const { telephony } = context.set();
  const usual = telephony.callbacks[DEFAULT_POLICY]?.group;
  const nameOf = (group: string | undefined): string => group ?? usual ?? '';
  const roster = await readRoster(context, context.ports.store);
  const free = new Map<string, readonly string[]>();
  for (const name of new Set(entries.map(({ group }) => nameOf(group)))) {
    const group = telephony.groups[name];
    if (group !== undefined) free.set(name, freeOf(await ringing(context, { telephony, group }, roster)));
  }
  return { of: (group) => free.get(nameOf(group)) ?? [] };
}

function freeOf({ places, standings }: Ringing): readonly string[] {
  const free = new Set(
    standings.flatMap(({ operator, standing }) => (standing.kind === 'free' ? [operator.name] : [])),
  );
  return places.flatMap(({ operator }) => (free.has(operator.name) ? [operator.name] : []));
}
