/**
 * Measures how soon a project's visitors call, from its own calls and leases of the last months, and keeps it for the
 * attribution of the calls to come. Calls that were attributed stay as they are. It counts for seconds without a pause:
 * for a process of its own (`dialtrace attribution learn`), never for the one that has calls.
 */
import { learnRates, type CallRates } from '../../domain/attribution/call-rates.js';
import type { Sighting } from '../../domain/attribution/sighting.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { ratesFlag } from './attribute-call.js';

const DAY_MS = 86_400_000;
const LEARN_DAYS = 60;
/** With fewer calls the first rates know better. */
const ENOUGH_CALLS = 200;

export type LearnedRates =
  | { readonly kind: 'learned'; readonly calls: number; readonly rates: CallRates }
  | { readonly kind: 'too-few-calls'; readonly calls: number };

export async function learnCallRates(context: AppContext, project: string): Promise<LearnedRates> {
  const { store, clock } = context.ports;
  const until = clock.now();
  const since = until - LEARN_DAYS * DAY_MS;
  const attributions = await store.attributions.ofProject(project, { since, until });
  const calls = attributions.filter(
    ({ outcome, repeatOf }) => outcome !== 'static' && repeatOf === undefined,
  );
  if (calls.length < ENOUGH_CALLS) return { kind: 'too-few-calls', calls: calls.length };
  const sightings = new Map<string, readonly Sighting[]>();
  for (const { number } of await store.numbers.list({ project, state: 'pool' })) {
    const leases = await store.numberLeases.ofNumber(number, { since, until });
    sightings.set(
      number,
      leases.map(({ visitorId, sessionId, takenAt, seenAt, clickedAt, labels }) => ({
        visitorId,
        sessionId,
        takenAt,
        seenAt,
        labels,
        ...present({ clickedAt }),
      })),
    );
  }
  const rates = learnRates({ sightings, calls, from: since, until });
  await store.flags.set(ratesFlag(project), JSON.stringify(rates));
  return { kind: 'learned', calls: calls.length, rates };
}

/** A chore: leases that are too old to weigh anything. */
export function removeOldLeases({ ports }: AppContext): Promise<number> {
  return ports.store.numberLeases.removePastOlderThan(ports.clock.now() - LEARN_DAYS * DAY_MS);
}
