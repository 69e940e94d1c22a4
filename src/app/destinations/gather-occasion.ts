/** Everything that destinations are told of one event, read from the store at the time of the try. */
import { SPOKEN_TIME_BOX } from '../../domain/dialplan/directives.js';
import type { CallRecord } from '../../domain/calls/call.js';
import { toldAs, type ToldEvent } from '../../domain/destinations/destination.js';
import { occasionOf, type Happened, type OccasionRows } from '../../domain/destinations/occasion-of.js';
import type { Occasion } from '../../domain/destinations/occasion.js';
import type { CallId, DealId, EventId, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Repositories } from '../ports/store.js';

/** As stored: `{type, timestamp, data}`. */
export interface ToldBody {
  readonly type: ToldEvent | 'lead.released';
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function gatherOccasion(
  context: AppContext,
  id: EventId,
  { type, timestamp, data }: ToldBody,
): Promise<Occasion> {
  const { store, clock } = context.ports;
  const rows = await readRows(store, data);
  const at = typeof data['deal_at'] === 'string' ? data['deal_at'] : timestamp;
  const ofCall = rows.call === undefined ? {} : await readCall(context, rows.call);
  const keys = type === 'key.pressed' ? await keysOf(store, id, rows.call) : undefined;
  const happened: Happened = {
    ...{ id, event: toldAs(type), said: data, earlierCalls: 0 },
    at: Date.parse(at),
    now: clock.now(),
    ...ofCall,
    ...present({ keys }),
  };
  return occasionOf(happened, rows);
}

/** A deal names its call and lead, a call its lead. */
async function readRows(store: Repositories, data: ToldBody['data']): Promise<OccasionRows> {
  const deal = await byId(data['deal_id'] as DealId | undefined, (id) => store.deals.byId(id));
  const callId = (data['call_id'] ?? deal?.callId) as CallId | undefined;
  const call = await byId(callId, (id) => store.calls.byId(id));
  const leadId = (data['lead_id'] ?? deal?.leadId ?? call?.leadId) as LeadId | undefined;
  const lead = await byId(leadId, (id) => store.leads.byId(id));
  const attribution = await byId(call?.id, (id) => store.attributions.ofCall(id));
  return present({ deal, call, lead, attribution, snapshot: await snapshotOf(store, call?.id, lead?.id) });
}

async function snapshotOf({ visitors }: Repositories, ...owners: readonly (CallId | LeadId | undefined)[]) {
  for (const owner of owners) {
    const snapshot = owner && (await visitors.snapshotOf(owner));
    if (snapshot !== undefined) return snapshot;
  }
  return undefined;
}

function byId<Id, Row>(
  id: Id | undefined,
  read: (id: Id) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  return id === undefined ? Promise.resolve(undefined) : read(id);
}

async function readCall(
  { ports: { store, clock, recordingLinks } }: AppContext,
  { id, clientNumber, startedAt }: CallRecord,
): Promise<Pick<Happened, 'earlierCalls' | 'recordingUrl'>> {
  const history = await byId(clientNumber, (phone) => store.calls.historyWith(phone, startedAt));
  const ready = (await store.recordings.ofCall(id)).some(
    ({ state, box }) => state === 'ready' && box !== SPOKEN_TIME_BOX,
  );
  const recordingUrl = ready ? recordingLinks?.urlOf(id, clock.now()) : undefined;
  return { earlierCalls: history?.calls ?? 0, ...present({ recordingUrl }) };
}

/** By the operator in the talk: the key itself, and the code of two that it ends. Anybody else’s, and before: none. */
async function keysOf(
  store: Repositories,
  id: EventId,
  call: CallRecord | undefined,
): Promise<readonly string[]> {
  if (call?.bridgedAt === undefined) return [];
  const since = call.bridgedAt;
  const events = await store.events.ofCall(call.id);
  const pressed = events
    .slice(0, events.findIndex((event) => event.id === id) + 1)
    .filter(
      ({ name, at, payload }) => name === 'key.pressed' && at >= since && payload['role'] === 'operator',
    );
  const [before, own] = [undefined, ...pressed].slice(-2).map((press) => press?.payload['digit']);
  if (pressed.at(-1)?.id !== id || typeof own !== 'string') return [];
  return before === '*' ? [own, `*${own}`] : [own];
}
