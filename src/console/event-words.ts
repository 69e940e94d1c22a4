/** One sentence and a colour for each event of a timeline. An event without a sentence reads as the catalogue says it. */
import { EVENTS, type EventName } from '../domain/calls/events.js';
import type { TimelineEvent } from './records.js';
import { clock, dateAndClock, duration, plain } from './words.js';

type Payload = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (typeof value === 'string' ? plain(value) : String(value ?? ''));

/** Roles and names as they are spoken of: `operator anna`, `client +7916…`. */
const who = ({ role, party }: Payload): string =>
  [role, party].filter((part) => typeof part === 'string').join(' ');
const Who = (payload: Payload): string => who(payload).replace(/^./, (first) => first.toUpperCase());
const seconds = (value: unknown): string => (typeof value === 'number' ? duration(value) : '');
const time = (value: unknown): string => (typeof value === 'string' ? dateAndClock(value) : '');

/** A talk was ended by somebody; anything else is told by its disposition. */
function ending({ disposition, by }: Payload): string {
  if (disposition !== 'answered') return `was not connected: ${text(disposition)}`;
  return by === 'system' ? 'was let go' : 'hung up';
}

const SENTENCES: Partial<Record<EventName, (payload: Payload) => string>> = {
  'lead.received': ({ form, source }) => `Lead from ${text(form ?? source)}`,
  'lead.deferred': ({ will_call_at, reason }) => `Will be called at ${time(will_call_at)}: ${text(reason)}`,
  'lead.not-dialled': ({ reason }) => `Will not be called: ${text(reason)}`,
  'lead.blocked': ({ reason }) => `May not be called: ${text(reason)}`,
  'lead.reached': () => 'Client and operator talked',
  'lead.unreached': ({ reason }) => `Not reached: ${text(reason)}`,
  'attempt.started': ({ attempt }) => `Attempt ${text(attempt)}`,
  'attempt.ended': ({ disposition, next_attempt_at }) =>
    `Attempt ended: ${text(disposition)}${typeof next_attempt_at === 'string' ? `, next at ${clock(next_attempt_at)}` : ''}`,
  'call.started': ({ direction }) => `Call opened (${text(direction)})`,
  'call.bridged': () => 'They hear each other',
  'call.unbridged': ({ seconds: talked }) => `Talk over after ${seconds(talked)}`,
  'call.ended': ({ disposition }) => `Call closed: ${text(disposition)}`,
  'call.time-spoken': ({ operator }) =>
    `${operator === undefined ? 'An operator' : `Operator ${text(operator)}`} said when to call`,
  'leg.invited': (payload) => `Calling ${who(payload)}`,
  'leg.ringing': (payload) => `${Who(payload)} is ringing`,
  'leg.answered': (payload) => `${Who(payload)} answered`,
  'leg.ended': (payload) => `${Who(payload)} ${ending(payload)}`,
  'prompt.spoken': ({ text: words, role }) => `To the ${text(role)}: “${String(words)}”`,
  'key.pressed': ({ digit, role }) => `The ${text(role)} pressed ${text(digit)}`,
  'operator.accepted': ({ operator }) => `Operator ${text(operator)} accepted`,
  'operator.declined': ({ operator, reason }) =>
    `Operator ${text(operator)} declined${reason === undefined ? '' : `: ${text(reason)}`}`,
  'destination.told': ({ destination }) => `Told to ${text(destination)}`,
  'destination.dead': ({ destination, why }) => `Not told to ${text(destination)}: ${text(why)}`,
  'crm.linked': ({ destination }) => `Has a card in ${text(destination)}`,
  'deal.changed': ({ status, external_id }) => `Deal ${String(external_id)} is ${text(status)}`,
  'recording.started': () => 'Recording',
  'recording.ready': ({ seconds: length }) => `Recording checked, ${seconds(length)}`,
  'recording.failed': ({ failure }) => `No usable recording: ${text(failure)}`,
};

const isKnown = (name: string): name is EventName => name in EVENTS;

export function eventSentence({ name, payload }: TimelineEvent): string {
  if (!isKnown(name)) return name;
  return SENTENCES[name]?.(payload) ?? EVENTS[name];
}

const EVENT_COLOURS: readonly (readonly [string, string])[] = [
  ['lead.reached', 'green'],
  ['lead.', 'blue'],
  ['attempt.', 'gray'],
  ['call.bridged', 'green'],
  ['call.', 'cyan'],
  ['operator.declined', 'orange'],
  ['operator.', 'green'],
  ['prompt.', 'violet'],
  ['key.', 'grape'],
  ['recording.failed', 'red'],
  ['destination.dead', 'red'],
  ['destination.', 'lime'],
  ['crm.', 'lime'],
  ['deal.', 'yellow'],
  ['recording.', 'teal'],
  ['leg.answered', 'green'],
  ['leg.', 'indigo'],
];

export function eventColour(name: string): string {
  return EVENT_COLOURS.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'gray';
}
