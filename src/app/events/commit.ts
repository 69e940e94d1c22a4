/**
 * One store transaction together with the events it tells: timeline rows, outbox rows and their delivery jobs are
 * written in it, subscribers hear of them after it. Every use case that changes something goes through here.
 */
import type { EventName, TimelineEvent } from '../../domain/calls/events.js';
import type { WebhookEndpoint } from '../../domain/routing/telephony.js';
import type { CallId, EventId, Instant, LeadId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Delivery, Repositories } from '../ports/store.js';
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

/** Deliveries are retried by their own schedule; the job only must not die before them. */
const DELIVERY_JOB_TRIES = 1000;

/** Events about webhooks would make webhooks about webhooks. */
const NOT_SENT: readonly EventName[] = ['webhook.delivered', 'webhook.dead'];

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
  const endpoints = Object.values(context.set().telephony.webhooks);
  const deliveries = told.flatMap((event) => deliveriesOf(event, endpoints, unit.now));
  if (deliveries.length === 0) return;
  await unit.tx.outbox.add(deliveries);
  for (const { id, endpoint } of deliveries)
    await unit.tx.jobs.add({
      task: 'deliver-webhook',
      payload: { eventId: id, endpoint },
      runAt: unit.now,
      maxTries: DELIVERY_JOB_TRIES,
      key: `delivery:${id}:${endpoint}`,
    });
}

function deliveriesOf(event: TimelineEvent, endpoints: readonly WebhookEndpoint[], now: Instant): Delivery[] {
  if (NOT_SENT.includes(event.name)) return [];
  return endpoints
    .filter(({ events }) => events.length === 0 || events.includes(event.name))
    .map(({ name }) => ({
      id: event.id,
      endpoint: name,
      body: deliveryBody(event),
      createdAt: now,
      state: 'waiting',
      tries: 0,
    }));
}
