/**
 * Task `tell-destination`: one delivery to a CRM, analytics or ad platform, or all that are due where they are told
 * together. At least once, with the event's id as the stable id; what was asked for once is remembered and not again.
 */
import type { Told, Verdict } from '../../domain/destinations/conversation.js';
import type { Destination } from '../../domain/destinations/destination.js';
import {
  answerLine,
  requestLine,
  withoutPersons,
  withoutSecrets,
} from '../../domain/destinations/discreet.js';
import { whyNotTold } from '../../domain/destinations/filter.js';
import { aloneWith, subjectOf } from '../../domain/destinations/kinds/table.js';
import type { EventId, Instant } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Delivery, Exchange } from '../ports/delivery-store.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { gatherOccasion, type ToldBody } from './gather-occasion.js';
import { holdConversation, readSecrets, type HeldConversation } from './hold-conversation.js';
import { settleDelivery } from './settle-delivery.js';

/** A conversation that lasts longer has died. */
const ALONE_MS = 120_000;
const LOOK_AGAIN_SECONDS = 5;
/** Under so many deliveries of one round its exchanges are shown. */
const SHOWN_UNDER = 100;

export async function tellDestination(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const name = payload['destination'] ?? '';
  const destination = context.set().telephony.destinations?.[name];
  const deliveries = await deliveriesOf(
    context,
    name,
    payload['eventId'] as EventId | undefined,
    destination,
  );
  if (deliveries.length === 0) return { kind: 'done' };
  if (destination === undefined)
    return settleAll(context, undefined, deliveries, {
      kind: 'dead',
      why: 'the destination is no longer configured',
    });
  const read = await readSecrets(context, destination);
  if ('missing' in read)
    return settleAll(context, destination, deliveries, {
      kind: 'retry',
      why: `there is no secret ${read.missing}`,
    });
  const waits = await tellAll(context, { destination, deliveries, secrets: read.secrets });
  return nextRound(waits);
}

async function deliveriesOf(
  { ports }: AppContext,
  name: string,
  id: EventId | undefined,
  destination: Destination | undefined,
): Promise<readonly Delivery[]> {
  const { outbox } = ports.store;
  if (id !== undefined) {
    const one = await outbox.byId(id, name);
    return one?.state === 'waiting' ? [one] : [];
  }
  const most = destination !== undefined && 'most' in destination ? destination.most : 1000;
  return outbox.dueFor(name, ports.clock.now(), most);
}

async function settleAll(
  context: AppContext,
  destination: Destination | undefined,
  deliveries: readonly Delivery[],
  verdict: Verdict,
): Promise<TaskOutcome> {
  const waits: (Instant | undefined)[] = [];
  for (const delivery of deliveries)
    waits.push(await settleDelivery(context, destination, delivery, verdict));
  return nextRound(waits);
}

function nextRound(waits: readonly (Instant | undefined)[]): TaskOutcome {
  const times = waits.filter((at) => at !== undefined);
  return times.length === 0
    ? { kind: 'done' }
    : { kind: 'retry', why: 'deliveries wait for their next try', notBefore: Math.min(...times) };
}

interface Round {
  readonly destination: Destination;
  readonly deliveries: readonly Delivery[];
  readonly secrets: Readonly<Record<string, string>>;
}

async function tellAll(context: AppContext, round: Round): Promise<readonly (Instant | undefined)[]> {
  const { destination, deliveries } = round;
  const waits: (Instant | undefined)[] = [];
  const ready: { readonly delivery: Delivery; readonly told: Told }[] = [];
  for (const delivery of deliveries) {
    const told = await toldOf(context, destination, delivery);
    const verdict = await judged(context, destination, told);
    if (verdict === undefined) ready.push({ delivery, told });
    else waits.push(await settleDelivery(context, destination, delivery, verdict));
  }
  if (ready.length === 0) return waits;
  const held = await alone(
    context,
    round,
    ready.map(({ told }) => told),
  );
  await keepExchanges(
    context,
    round,
    ready.map(({ told }) => told),
    held,
  );
  for (const [place, { delivery }] of ready.entries()) {
    const verdict = held.verdicts[place] ?? { kind: 'retry', why: 'nothing was said of it' };
    waits.push(await settleDelivery(context, destination, delivery, verdict));
  }
  return waits;
}

async function toldOf(context: AppContext, destination: Destination, { id, body }: Delivery): Promise<Told> {
  const occasion = await gatherOccasion(context, id, JSON.parse(body) as ToldBody);
  const memory = await context.ports.store.destinationMemory.of(
    destination.name,
    subjectOf(destination, occasion),
  );
  return { occasion, memory };
}

/** Undefined: it is to be told now. */
async function judged(
  context: AppContext,
  destination: Destination,
  { occasion }: Told,
): Promise<Verdict | undefined> {
  const why = whyNotTold(destination, occasion);
  if (why !== undefined) return { kind: 'skipped', why };
  const { call, event, now } = occasion;
  const until = (call?.endedAt ?? 0) + (destination.waitRecordingSeconds ?? 0) * 1000;
  if (event !== 'call.ended' || call === undefined || now >= until) return undefined;
  const recordings = await context.ports.store.recordings.ofCall(call.id as never);
  return recordings.some(({ state }) => state === 'recording')
    ? { kind: 'later', why: 'the recording is not settled', afterSeconds: LOOK_AGAIN_SECONDS }
    : undefined;
}

/** Two conversations about one client would each find that he is not known. */
async function alone(context: AppContext, round: Round, told: readonly Told[]): Promise<HeldConversation> {
  const { destination, secrets } = round;
  const { store, clock, ids } = context.ports;
  const [first] = told;
  const key = first && aloneWith(destination, first.occasion);
  if (key === undefined) return holdConversation(context, destination, { told, secrets, manner: 'live' });
  const [resource, owner, now] = [`destination:${destination.name}:${key}`, ids.next(), clock.now()];
  if ((await store.leases.take(resource, owner, now + ALONE_MS, now)) === 'held')
    return {
      exchanges: [],
      verdicts: told.map(() => ({
        kind: 'later',
        why: 'the same client is being told of',
        afterSeconds: LOOK_AGAIN_SECONDS,
      })),
    };
  try {
    return await holdConversation(context, destination, { told, secrets, manner: 'live' });
  } finally {
    await store.leases.release(resource, owner);
  }
}

async function keepExchanges(
  { ports, config }: AppContext,
  { destination, secrets }: Round,
  told: readonly Told[],
  { exchanges }: HeldConversation,
): Promise<void> {
  if (config.keepExchangeDays === 0) return;
  const at = ports.clock.now();
  const occasions = told.map(({ occasion }) => occasion);
  const discreet = (text: string): string => withoutPersons(withoutSecrets(text, secrets), occasions);
  const lines = exchanges.map(({ request, answer }) => ({
    what: request.what,
    request: discreet(requestLine(request)),
    answer: discreet(answerLine(answer)),
  }));
  const rows = occasions
    .slice(0, SHOWN_UNDER)
    .flatMap(({ id }) =>
      lines.map((line): Exchange => ({ eventId: id as EventId, endpoint: destination.name, at, ...line })),
    );
  await ports.store.exchanges.add(rows);
}
