/**
 * One store transaction together with the events it tells: timeline rows, outbox rows and their delivery jobs are
 * written in it, subscribers hear of them after it. Every use case that changes something goes through here.
 */
import type { EventName, TimelineEvent } from '../../domain/calls/events.js';
import { toldAs, type Destination } from '../../domain/destinations/destination.js';
import type { WebhookEndpoint } from '../../domain/routing/telephony.js';
import type { CallId, EventId, Instant, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Delivery } from '../ports/delivery-store.js';
import { deliveryJob, type Receiver } from '../destinations/destination-job.js';
import type { Repositories } from '../ports/store.js';
import { deliveryBody } from '../webhooks/delivery-body.js';

export interface Told {
  readonly name: EventName;
  /** When it happened; the time of the commit when absent. */
  readonly at?: Instant;
  readonly callId?: CallId | undefined;
  readonly leadId?: LeadId | undefined;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** A transaction under way. */
export interface Unit {
  readonly tx: Repositories;
  readonly now: Instant;
  readonly tell: (event: Told) => void;
}

/** Events about webhooks would make webhooks about webhooks. */
const NOT_SENT: readonly EventName[] = ['webhook.delivered', 'webhook.dead', 'destination.told'];

export async function commit<T>(context: AppContext, work: (unit: Unit) => Promise<T>): Promise<T> {
  const { ports } = context;
  const told: TimelineEvent[] = [];
  const result = await ports.store.transaction(async (tx) => {
    const now = ports.clock.now();
    const unit: Unit = {
      tx,
      now,
      tell: (event) => void told.push(eventOf(event, ports.ids.next() as EventId, now)),
    };
    const outcome = await work(unit);
    await writeEvents(context, unit, told);
    return outcome;
  });
  if (told.length > 0) ports.events.publish(told);
  return result;
}

function eventOf({ name, at, callId, leadId, payload }: Told, id: EventId, now: Instant): TimelineEvent {
  return {
    id,
    name,
    at: at ?? now,
    ...(callId === undefined ? {} : { callId }),
    ...(leadId === undefined ? {} : { leadId }),
    payload: payload ?? {},
  };
}

async function writeEvents(context: AppContext, unit: Unit, told: readonly TimelineEvent[]): Promise<void> {
  if (told.length === 0) return;
  await unit.tx.events.append(told);
  const { webhooks, destinations = {} } = context.set().telephony;
  const wanted = told.flatMap((event) => [
    ...webhooksOf(event, Object.values(webhooks)),
    ...destinationsOf(event, Object.values(destinations)),
  ]);
  if (wanted.length === 0) return;
  await unit.tx.outbox.add(wanted.map((one) => deliveryOf(one, unit.now)));
  for (const { event, to } of wanted) await unit.tx.jobs.add(deliveryJob(to, event.id, unit.now));
}

/** One event to one receiver. */
interface Wanted {
  readonly event: TimelineEvent;
  readonly to: Receiver;
}

function webhooksOf(event: TimelineEvent, endpoints: readonly WebhookEndpoint[]): readonly Wanted[] {
  if (NOT_SENT.includes(event.name)) return [];
  return endpoints
    .filter(({ events }) => events.length === 0 || events.includes(event.name))
    .map((to) => ({ event, to }));
}

function destinationsOf(event: TimelineEvent, destinations: readonly Destination[]): readonly Wanted[] {
  return destinations.filter(({ on }) => Object.hasOwn(on, toldAs(event.name))).map((to) => ({ event, to }));
}

function deliveryOf({ event, to }: Wanted, now: Instant): Delivery {
  const { id, callId, leadId } = event;
  return {
    id,
    endpoint: to.name,
    body: deliveryBody(event),
    createdAt: now,
    state: 'waiting',
    tries: 0,
    ...present({ callId, leadId }),
  };
}
