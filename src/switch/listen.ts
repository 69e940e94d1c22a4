/** Every request that belongs to no dialog: new calls, registrations, OPTIONS probes of trunks, and strays. */
import { parseStarCode } from '../domain/calls/supervision.js';
import { readNumber } from '../domain/routing/number-format.js';
import type { Trunk } from '../domain/routing/telephony.js';
import type { Rejection } from '../domain/signalling/signalling.js';
import type { LegId } from '../domain/values/ids.js';
import type { InboundCall, SwitchHandlers, TextVerdict } from '../app/ports/switch.js';
import { messageOf } from '../errors.js';
import { parseNameAddr } from '../wire/sip-name-addr.js';
import type { SwitchContext } from './context.js';
import { answer } from './messages/answer.js';
import type { Door } from './door.js';
import { IncomingLeg } from './legs/incoming-leg.js';
import type { SrfRequest, SrfResponse } from './libraries.js';
import type { Registrar, RegistrarPlace } from './phones/registrar.js';
import { replacedBy } from './messages/replaces.js';
import type { Signalling } from './servers/signalling.js';

const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, REFER, UPDATE, NOTIFY, MESSAGE, REGISTER';
/** What the application answers to senders it does not know. */
const STRANGER = 403;
const COME_AGAIN = { headers: { 'Retry-After': '5' } };

/** RFC 3261 §8.2.1 and RFC 6665 §4.1.3: what a stray request is told. */
const STRAYS: Readonly<Record<string, number>> = {
  info: 481,
  notify: 481,
  subscribe: 489,
  publish: 489,
};

export interface Listening {
  readonly context: SwitchContext;
  readonly registrar: Registrar | undefined;
  readonly door: Door;
  readonly handlers: () => SwitchHandlers | undefined;
}

/** Before `connect`, so that all routes leave with the first connection. */
export function listen(listening: Listening, signalling: Signalling): void {
  const { door, context } = listening;
  const { srf } = signalling;
  srf.use('invite', (request, response) => receiveInvite(listening, { signalling, request, response }));
  srf.use('register', (request, response) => {
    if (door.isShutFor(request)) return;
    const place = { signallingNode: signalling.node, phones: phonesOn(context, signalling) };
    if (listening.registrar) void listening.registrar.handle(request, response, place);
    else answer(response, 403);
  });
  srf.use('message', (request, response) => void receiveMessage(listening, request, response));
  // Without an answer the signalling server says 503 and trunks take us for dead.
  srf.use('options', (request, response) => {
    if (door.isShutFor(request)) return;
    // Whoever probes us is to send its calls to our other servers.
    if (context.signalling.standingOf(signalling) === 'draining') answer(response, 503, COME_AGAIN);
    else answer(response, 200, { headers: { Allow: ALLOW, Accept: 'application/sdp' } });
  });
  for (const [method, status] of Object.entries(STRAYS)) {
    srf.use(method, (_request, response) => void answer(response, status, { headers: { Allow: ALLOW } }));
  }
}

/** From the only one, or the last, there is no way elsewhere. */
function phonesOn(context: SwitchContext, signalling: Signalling): RegistrarPlace['phones'] {
  const isDrained = context.signalling.standingOf(signalling) === 'draining';
  return isDrained && context.signalling.choose() !== undefined ? 'move' : 'stay';
}

function receiveInvite(
  listening: Listening,
  { signalling, request, response }: Pick<Arrival, 'signalling' | 'request' | 'response'>,
): void {
  const { context, handlers, door } = listening;
  if (door.isShutFor(request)) return;
  const listener = handlers();
  if (!listener || door.refusal(signalling) !== undefined) {
    context.metrics.count('dialtrace_calls_refused_total', { why: 'overload' });
    tellRejected(context, request, { sipStatus: 503, why: 'overload' });
    answer(response, 503, COME_AGAIN);
    return;
  }
  // RFC 3261 §8.1.1.8; the library would answer 200 and then fail to make a dialog of it.
  if (!parseNameAddr(request.get('Contact') ?? '')) {
    tellRejected(context, request, { sipStatus: 400, why: 'malformed' });
    answer(response, 400);
    return;
  }
  const arrival = { context, door, listener, signalling, request, response };
  if (actsForCaller(listening, request)) void handOverKnown(listening, arrival);
  else handOver(arrival);
}

/**
 * A star code, taking a dialog over, and any call from where phones are, acts for its caller: the phone's password is asked for first. A trunk
 * may share an address with phones.
 */
function actsForCaller({ registrar, door }: Listening, request: SrfRequest): boolean {
  if (request.has('Replaces')) return true;
  if (parseStarCode(decoded(request.calledNumber)) !== undefined) return true;
  const sender = registrar?.senderOf(request) ?? 'nobody';
  return sender === 'phone' || (sender === 'neighbour' && door.trunkOf(request) === undefined);
}

interface Arrival {
  readonly context: SwitchContext;
  readonly door: Door;
  readonly listener: SwitchHandlers;
  readonly signalling: Signalling;
  readonly request: SrfRequest;
  readonly response: SrfResponse;
}

async function handOverKnown({ registrar, context }: Listening, arrival: Arrival): Promise<void> {
  const { request, response } = arrival;
  try {
    if (registrar === undefined) answer(response, 403);
    const user = await registrar?.authenticate(request, response);
    if (user !== undefined) handOver(arrival, user);
  } catch (error) {
    context.logger.error({ why: messageOf(error) }, 'a call of a phone was not taken');
    answer(response, 500);
  }
}

function handOver(arrival: Arrival, authenticatedAs?: string): void {
  const { context, door, listener, request, response } = arrival;
  const replaced = replacedBy(context, request);
  if (replaced.kind === 'refused') {
    tellRejected(context, request, { sipStatus: replaced.sipStatus, why: 'no-dialog' });
    answer(response, replaced.sipStatus);
    return;
  }
  const leg = new IncomingLeg(context, context.ids.next() as LegId, arrival);
  // An operator who dials what he may not is no intruder.
  if (authenticatedAs === undefined)
    leg.life.onEnd(({ sipStatus }) => sipStatus === STRANGER && door.strike(request));
  const known = {
    ...(authenticatedAs !== undefined && { authenticatedAs }),
    ...(replaced.kind === 'leg' && { replaces: replaced.legId }),
  };
  try {
    const trunk = door.trunkOf(request);
    leg.carriedBy(trunk);
    listener.inbound({ ...inboundCall(leg, request, trunk), ...known });
  } catch (error) {
    context.logger.error({ why: messageOf(error) }, 'inbound call not taken');
    void leg.reject(500);
  }
}

/** RFC 3428 §7: 200 says that it is stored; the sender is told in the answer, nothing is sent back later. */
const TEXT_ANSWERS: Readonly<Record<TextVerdict, number>> = {
  stored: 200,
  stranger: 403,
  'unknown-did': 404,
  unavailable: 503,
};

async function receiveMessage(
  { door, handlers }: Listening,
  request: SrfRequest,
  response: SrfResponse,
): Promise<void> {
  const listener = handlers();
  if (listener?.text === undefined) {
    answer(response, 405, { headers: { Allow: ALLOW } });
    return;
  }
  if (!/^text\/plain\b/i.test(request.get('Content-Type') ?? 'text/plain')) {
    answer(response, 415, { headers: { Accept: 'text/plain' } });
    return;
  }
  const { dnis, ani, remoteAddress, protocol, trunk } = signalled(request, door.trunkOf(request));
  const verdict = await listener.text({
    to: dnis,
    from: ani,
    body: request.body,
    remoteAddress,
    ...(protocol !== undefined && { protocol }),
    ...(trunk !== undefined && { trunk }),
  });
  const retry = verdict === 'unavailable' ? COME_AGAIN : {};
  answer(response, TEXT_ANSWERS[verdict], retry);
}

/** For the list of refused calls; a fault there must not cost the answer. */
function tellRejected(
  { witness, clock, logger }: SwitchContext,
  request: SrfRequest,
  { sipStatus, why }: Pick<Rejection, 'sipStatus' | 'why'>,
): void {
  const { source_address: from, protocol, calledNumber: dnis, callingNumber: ani } = request;
  try {
    witness().rejected?.({ at: clock.now(), from, protocol, dnis, ani, sipStatus, why });
  } catch (error) {
    logger.error({ why: messageOf(error) }, 'a refused call was not listed');
  }
}

function inboundCall(leg: IncomingLeg, request: SrfRequest, trunk: Trunk | undefined): InboundCall {
  const aniName = request.callingName;
  return {
    leg,
    ...signalled(request, trunk),
    ...(aniName !== '' && { aniName }),
    receivedOn: request.receivedOn ?? '',
    headers: { ...request.headers },
  };
}

type Signalled = Pick<InboundCall, 'dnis' | 'ani' | 'remoteAddress' | 'protocol' | 'trunk'>;

function signalled(request: SrfRequest, trunk: Trunk | undefined): Signalled {
  const read = (number: string) => (trunk ? readNumber(trunk, decoded(number)) : decoded(number));
  return {
    dnis: read(didOf(request, trunk)),
    ani: read(request.callingNumber),
    remoteAddress: request.source_address,
    protocol: request.protocol,
    ...(trunk && { trunk: trunk.name }),
  };
}

const DID_HEADERS: Readonly<Record<string, string>> = {
  to: 'To',
  diversion: 'Diversion',
  'p-called-party-id': 'P-Called-Party-ID',
  'history-info': 'History-Info',
};

/**
 * A carrier that leaves its header out on some calls is read by the Request-URI there. Of a list the first entry counts: in
 * History-Info it is the number that was dialled before any retargeting (RFC 7044 §5).
 */
function didOf(request: SrfRequest, trunk: Trunk | undefined): string {
  const source = trunk?.didFrom ?? 'request-uri';
  const header = source.startsWith('header:') ? source.slice('header:'.length) : DID_HEADERS[source];
  const text = header === undefined ? undefined : request.get(header);
  return (text === undefined ? undefined : numberIn(text)) ?? request.calledNumber;
}

/** A name-addr, a bare URI (sip: or tel:), or the bare number that some carriers write. */
function numberIn(text: string): string | undefined {
  const uri = parseNameAddr(text)?.uri ?? text.trim();
  const user = /^(?:sips?:([^@;>]+)@|tel:([^;>]+))/i.exec(uri);
  return user?.[1] ?? user?.[2] ?? /^[+\d][\d\s().-]*$/.exec(uri)?.[0];
}

/** `%2B49…` is the same number as `+49…`. */
function decoded(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
