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
  const stored = nounOf(test) !== undefined;
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

/** What is told of a noun when nothing else is asked for. */
const USUAL = { callId: 'call.ended', leadId: 'lead.received', dealId: 'deal.changed' } as const;
type Noun = keyof typeof USUAL;

function nounOf(test: DestinationTest): Noun | undefined {
  return (['dealId', 'leadId', 'callId'] as const).find((noun) => test[noun] !== undefined);
}

function eventOf({ on }: Destination, test: DestinationTest): ToldEvent {
  if (test.event !== undefined) return knownEvent(test.event);
  const names = TOLD_EVENTS.filter((name) => Object.hasOwn(on, name));
  const noun = nounOf(test);
  if (noun === undefined) return names[0] ?? USUAL.callId;
  const usual = USUAL[noun];
  const prefix = usual.slice(0, usual.indexOf('.'));
  return names.includes(usual) ? usual : (names.find((name) => name.startsWith(prefix)) ?? usual);
}

function knownEvent(event: string): ToldEvent {
  const known = TOLD_EVENTS.find((name) => name === event);
  if (known !== undefined) return known;
  const problem = `no destination is told of ${event}; there are ${TOLD_EVENTS.join(', ')}`;
  throw new Fault('field-invalid', problem);
}

function exampleOf({ ports }: AppContext, event: ToldEvent): Occasion {
  return exampleOccasion(event, ports.ids.next(), ports.clock.now());
}

async function storedOccasion(
  context: AppContext,
  test: DestinationTest,
  event: ToldEvent,
): Promise<Occasion> {
  const { ids, clock } = context.ports;
  const { callId, leadId, dealId } = test;
  const data = present({ call_id: callId, lead_id: leadId, deal_id: dealId });
  const timestamp = new Date(clock.now()).toISOString();
  const occasion = await gatherOccasion(context, ids.next() as EventId, { type: event, timestamp, data });
  const named = { callId: occasion.call, leadId: occasion.lead, dealId: occasion.deal };
  const noun = nounOf(test) ?? 'callId';
  if (named[noun] === undefined) throw new Fault('not-found', `there is no ${test[noun] ?? ''}`);
  return { ...occasion, at: momentOf(occasion) };
}

/** When it happened, where the rows say; else now. */
function momentOf({ event, at, call, lead }: Occasion): number {
  if (event === 'call.ended') return call?.endedAt ?? at;
  return event === 'lead.received' ? (lead?.receivedAt ?? at) : at;
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
