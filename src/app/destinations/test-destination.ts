/**
 * What a destination would be told of a call, lead or deal, or of an example: rehearsed (nothing leaves) or tried (it does,
 * by the receiver's own way of trying where it has one). Nothing is stored or remembered.
 */
import type { Verdict } from '../../domain/destinations/conversation.js';
import { TOLD_EVENTS, type Destination, type ToldEvent } from '../../domain/destinations/destination.js';
import { withoutSecrets } from '../../domain/destinations/discreet.js';
import { exampleOccasion } from '../../domain/destinations/example.js';
import { whyNotTold } from '../../domain/destinations/filter.js';
import type { Occasion } from '../../domain/destinations/occasion.js';
import type { EventId } from '../../domain/values/ids.js';
import { nearestName } from '../../domain/values/nearest.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { gatherOccasion } from './gather-occasion.js';
import { holdConversation, readSecrets, type HeldExchange } from './hold-conversation.js';

export interface DestinationTest {
  readonly name: string;
  readonly manner: 'try' | 'rehearse';
  readonly callId?: string;
  readonly leadId?: string;
  readonly dealId?: string;
  /** Absent: the first of the destination's that fits what is told of. */
  readonly event?: string;
}

export interface TestedDestination {
  readonly kind: Destination['kind'];
  readonly event: ToldEvent;
  readonly of: 'stored' | 'example';
  /** Why the filter would keep it back; it is shown all the same. */
  readonly filtered?: string;
  /** Without secrets; everything else as it leaves. */
  readonly exchanges: readonly HeldExchange[];
  readonly verdict: Verdict;
}

/** Throws Fault `not-found` (destination, call, lead, deal), `field-invalid` (event, secret). */
export async function testDestination(
  context: AppContext,
  test: DestinationTest,
): Promise<TestedDestination> {
  const destination = destinationNamed(context, test.name);
  const event = eventOf(destination, test);
  const stored = (test.callId ?? test.leadId ?? test.dealId) !== undefined;
  const occasion = stored ? await storedOccasion(context, test, event) : exampleOf(context, event);
  const read = await readSecrets(context, destination);
  if ('missing' in read && test.manner === 'try')
    throw new Fault('field-invalid', `there is no secret ${read.missing}`);
  const secrets = 'missing' in read ? { [read.missing]: `(${read.missing})` } : read.secrets;
  const told = [{ occasion, memory: {} }];
  const { exchanges, verdicts } = await holdConversation(context, destination, {
    told,
    secrets,
    manner: test.manner,
  });
  return {
    kind: destination.kind,
    event,
    of: stored ? 'stored' : 'example',
    exchanges: exchanges.map((one) => withoutSecretsIn(one, 'missing' in read ? {} : read.secrets)),
    verdict: verdicts[0] ?? { kind: 'dead', why: 'nothing was said of it' },
    ...present({ filtered: whyNotTold(destination, occasion) }),
  };
}

function destinationNamed(context: AppContext, name: string): Destination {
  const { destinations = {} } = context.set().telephony;
  const found = Object.hasOwn(destinations, name) ? destinations[name] : undefined;
  if (found !== undefined) return found;
  const near = nearestName(name, Object.keys(destinations));
  throw new Fault(
    'not-found',
    `there is no destination ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

function eventOf({ on }: Destination, { event, callId, leadId, dealId }: DestinationTest): ToldEvent {
  const names = TOLD_EVENTS.filter((name) => Object.hasOwn(on, name));
  if (event !== undefined) {
    const known = TOLD_EVENTS.find((name) => name === event);
    if (known !== undefined) return known;
    throw new Fault(
      'field-invalid',
      `no destination is told of ${event}; there are ${TOLD_EVENTS.join(', ')}`,
    );
  }
  const noun = dealId !== undefined ? 'deal.' : leadId !== undefined ? 'lead.' : 'call.';
  const usual = { 'deal.': 'deal.changed', 'lead.': 'lead.received', 'call.': 'call.ended' } as const;
  const wanted = callId ?? leadId ?? dealId;
  if (wanted === undefined) return names[0] ?? 'call.ended';
  return names.includes(usual[noun])
    ? usual[noun]
    : (names.find((name) => name.startsWith(noun)) ?? usual[noun]);
}

function exampleOf({ ports }: AppContext, event: ToldEvent): Occasion {
  return exampleOccasion(event, ports.ids.next(), ports.clock.now());
}

async function storedOccasion(
  context: AppContext,
  { callId, leadId, dealId }: DestinationTest,
  event: ToldEvent,
): Promise<Occasion> {
  const { ids, clock } = context.ports;
  const data = present({ call_id: callId, lead_id: leadId, deal_id: dealId });
  const timestamp = new Date(clock.now()).toISOString();
  const occasion = await gatherOccasion(context, ids.next() as EventId, { type: event, timestamp, data });
  const { call, lead, deal } = occasion;
  const found =
    (callId !== undefined && call) || (leadId !== undefined && lead) || (dealId !== undefined && deal);
  if (!found) throw new Fault('not-found', `there is no ${callId ?? leadId ?? dealId ?? ''}`);
  const at =
    event === 'call.ended' ? call?.endedAt : event === 'lead.received' ? lead?.receivedAt : undefined;
  return { ...occasion, ...present({ at }) } as Occasion;
}

function withoutSecretsIn(
  { request, answer }: HeldExchange,
  secrets: Readonly<Record<string, string>>,
): HeldExchange {
  const clean = (text: string): string => withoutSecrets(text, secrets);
  return {
    answer,
    request: {
      ...request,
      url: clean(request.url),
      body: clean(request.body),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, clean(value)]),
      ),
    },
  };
}
