/** What becomes of a delivery after a verdict: written and told in one transaction. */
import type { Verdict } from '../../domain/destinations/conversation.js';
import type { Destination } from '../../domain/destinations/destination.js';
import type { Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit, type Told, type Unit } from '../events/commit.js';
import type { Delivery } from '../ports/delivery-store.js';
import { DELIVERY_DELAYS } from '../webhooks/deliver-webhook.js';

/** When it is tried again; undefined: it is settled. */
export async function settleDelivery(
  context: AppContext,
  destination: Destination | undefined,
  delivery: Delivery,
  verdict: Verdict,
): Promise<Instant | undefined> {
  const last = ended(delivery, verdict);
  const kind = destination?.kind ?? 'unknown';
  context.ports.metrics.count('dialtrace_destination_tells_total', { kind, result: last.kind });
  if (last.kind === 'later' || last.kind === 'retry') return postpone(context, delivery, last);
  const settled = last;
  await commit(context, (unit) => settle(unit, delivery, settled));
  if (settled.kind === 'dead')
    context.ports.logger.warn(
      { event: delivery.id, destination: delivery.endpoint, why: settled.why },
      'a destination was not told',
    );
  return undefined;
}

/** Tries are used up some day. */
function ended({ tries }: Delivery, verdict: Verdict): Verdict {
  return verdict.kind === 'retry' && DELIVERY_DELAYS[tries] === undefined
    ? { kind: 'dead', why: verdict.why }
    : verdict;
}

type Postponed = Extract<Verdict, { readonly kind: 'later' | 'retry' }>;

async function postpone(
  { ports }: AppContext,
  { id, endpoint, tries }: Delivery,
  verdict: Postponed,
): Promise<Instant | undefined> {
  const counted = verdict.kind === 'retry' ? 1 : 0;
  const usual = verdict.kind === 'retry' ? (DELIVERY_DELAYS[tries] ?? 0) : 0;
  const seconds = Math.max(usual, verdict.afterSeconds ?? 0);
  const retryAt = ports.clock.now() + seconds * 1000;
  const change = { tries: tries + counted, lastError: verdict.why, retryAt };
  return (await ports.store.outbox.update(id, endpoint, change)) === 'gone' ? undefined : retryAt;
}

type Settled = Exclude<Verdict, Postponed>;

async function settle({ tx, tell }: Unit, delivery: Delivery, verdict: Settled): Promise<void> {
  const { id, endpoint, tries, callId, leadId } = delivery;
  const said = verdict.kind === 'delivered' ? verdict.note : verdict.why;
  const change = {
    state: verdict.kind,
    tries: tries + (verdict.kind === 'skipped' ? 0 : 1),
    ...present({ lastError: said }),
  };
  if ((await tx.outbox.update(id, endpoint, change)) === 'gone') return;
  for (const told of eventsOf(delivery, verdict)) tell({ ...told, callId, leadId });
}

function eventsOf({ id, endpoint }: Delivery, verdict: Settled): readonly Told[] {
  const payload = { destination: endpoint, event_id: id };
  if (verdict.kind === 'skipped') return [];
  if (verdict.kind === 'dead')
    return [{ name: 'destination.dead', payload: { ...payload, why: verdict.why } }];
  const { note, card } = verdict;
  const told: Told = { name: 'destination.told', payload: { ...payload, ...present({ note }) } };
  return card === undefined
    ? [told]
    : [told, { name: 'crm.linked', payload: { destination: endpoint, url: card } }];
}
