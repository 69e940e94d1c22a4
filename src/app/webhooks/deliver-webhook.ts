/** Task `deliver-webhook`: sends one outbox row. At least once, with the event's id as the stable message id. */
import type { WebhookEndpoint } from '../../domain/routing/telephony.js';
import type { EventId, Instant } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { SendOutcome } from '../ports/ports.js';
import type { Delivery } from '../ports/delivery-store.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { noticeBody } from './notice-body.js';

/** Seconds before try n+1; about three days in all, as Standard Webhooks recommends. */
export const DELIVERY_DELAYS = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;
const DELIVERY_TIMEOUT_MS = 15_000;
/** The receiver says that it is gone for good. */
const GONE = 410;

export async function deliverWebhook(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const [id, name] = [payload['eventId'] as EventId, payload['endpoint'] ?? ''];
  const delivery = await context.ports.store.outbox.byId(id, name);
  if (delivery?.state !== 'waiting') return { kind: 'done' };
  const endpoint = context.set().telephony.webhooks[name];
  const secret = endpoint && (await context.ports.secrets.get(endpoint.secretRef));
  if (endpoint === undefined) return giveUp(context, delivery, 'the endpoint is no longer configured');
  if (secret === undefined) return retry(context, delivery, `there is no secret ${endpoint.secretRef}`);
  return settle(context, delivery, await send(context, delivery, endpoint, secret));
}

async function send(
  context: AppContext,
  delivery: Delivery,
  endpoint: WebhookEndpoint,
  secret: string,
): Promise<SendOutcome> {
  const { clock, sender, webhookSigner } = context.ports;
  const { id } = delivery;
  const body =
    endpoint.body === undefined ? delivery.body : await noticeBody(context, endpoint.body, delivery.body);
  return sender.send({
    url: endpoint.url,
    headers: {
      'content-type': 'application/json',
      ...webhookSigner.sign(secret, { id, at: clock.now(), body }),
    },
    body,
    timeoutMs: DELIVERY_TIMEOUT_MS,
  });
}

async function settle(context: AppContext, delivery: Delivery, outcome: SendOutcome): Promise<TaskOutcome> {
  if (outcome.kind === 'accepted') return markDelivered(context, delivery);
  if (outcome.kind === 'unreachable') return retry(context, delivery, outcome.why);
  const why = `status ${outcome.status}`;
  return outcome.status === GONE
    ? giveUp(context, delivery, why)
    : retry(context, delivery, why, outcome.retryAfterSeconds);
}

async function markDelivered(context: AppContext, delivery: Delivery): Promise<TaskOutcome> {
  await commit(context, async ({ tx, tell }) => {
    const change = { state: 'delivered', tries: delivery.tries + 1 } as const;
    if ((await tx.outbox.update(delivery.id, delivery.endpoint, change)) === 'gone') return;
    tell({ name: 'webhook.delivered', payload: { event_id: delivery.id, endpoint: delivery.endpoint } });
  });
  return { kind: 'done' };
}

async function retry(
  context: AppContext,
  delivery: Delivery,
  why: string,
  afterSeconds = 0,
): Promise<TaskOutcome> {
  const delay = DELIVERY_DELAYS[delivery.tries];
  if (delay === undefined) return giveUp(context, delivery, why);
  const { id, endpoint, tries } = delivery;
  const change = { tries: tries + 1, lastError: why };
  if ((await context.ports.store.outbox.update(id, endpoint, change)) === 'gone') return { kind: 'done' };
  const notBefore: Instant = context.ports.clock.now() + Math.max(delay, afterSeconds) * 1000;
  return { kind: 'retry', why, notBefore };
}

async function giveUp(context: AppContext, delivery: Delivery, why: string): Promise<TaskOutcome> {
  const { id, endpoint, tries } = delivery;
  await commit(context, async ({ tx, tell }) => {
    const change = { state: 'dead', tries: tries + 1, lastError: why } as const;
    if ((await tx.outbox.update(id, endpoint, change)) === 'gone') return;
    tell({ name: 'webhook.dead', payload: { event_id: id, endpoint, why } });
  });
  context.ports.logger.warn({ event: id, endpoint, why }, 'webhook given up');
  return { kind: 'done' };
}
