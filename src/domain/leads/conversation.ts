/**
 * A conversation of a messenger: what is remembered of it, and when it makes a lead. A push brings one message at a
 * time; the phone may stand in one, the wish in another. Pure; app/leads/hear-message.ts keeps it.
 *
 *   listening ──phone, and a word when words are asked for──► lead ──wish, once the lead is final──► lead …
 *       └──────────────opt-out word──────────► silent ──wish──► listening
 */
import type { ConnectionId, Instant, LeadId } from '../values/ids.js';
import { findPhone } from '../values/phone.js';
import { present, without } from '../values/present.js';
import type { ConnectionIntake, Touch } from './lead.js';
import type { EntryField, EntryForm, LeadEntry } from './lead-entry.js';
import { saysOneOf } from './words.js';

/** What a messenger's push says, whoever pushed it. */
export interface HeardMessage {
  readonly conversationId: string;
  readonly messageId?: string;
  /** Absent for news of the contact only. */
  readonly text?: string;
  /** Of the contact, as the messenger knows it. */
  readonly phone?: string;
  readonly clientName?: string;
  readonly email?: string;
  /** Channel it came by. */
  readonly form: EntryForm;
  /** Tracking and click ids by which an advertising system knows the conversation. */
  readonly touch: Touch;
}

export interface Conversation {
  readonly connectionId: ConnectionId;
  readonly id: string;
  readonly phone?: string;
  readonly clientName?: string;
  readonly touch: Touch;
  /** The last ones, oldest first. */
  readonly messages: readonly HeardText[];
  /** One of the words that make a lead was said. */
  readonly word?: 'yes';
  readonly optedOut?: 'yes';
  /** The last lead it made. */
  readonly leadId?: LeadId;
  readonly leads: number;
  readonly heardAt: Instant;
}

export interface HeardText {
  readonly id?: string;
  readonly text: string;
}

export interface HearingFacts {
  readonly intake: ConnectionIntake;
  /** Whose national numbers are written. */
  readonly country?: string;
  /** What became of the conversation's last lead. */
  readonly lead: 'none' | 'open' | 'final';
  readonly now: Instant;
}

export type Verdict =
  | 'repeated'
  | 'opted-out'
  | 'no-phone-yet'
  | 'no-word-yet'
  /** Its lead is told what was said. */
  | 'known'
  | 'lead';

export interface Heard {
  readonly verdict: Verdict;
  readonly conversation: Conversation;
  /** This message asks to be called. */
  readonly wish: 'yes' | 'no';
}

/** Enough to know a repeated push by, and to tell an operator what it is about. */
const KEPT_MESSAGES = 10;
const LONGEST_MESSAGE = 300;
const SPOKEN_MESSAGES = 3;

export function newConversation(connectionId: ConnectionId, id: string): Conversation {
  return { connectionId, id, touch: {}, messages: [], leads: 0, heardAt: 0 };
}

export function hear(before: Conversation, message: HeardMessage, facts: HearingFacts): Heard {
  const { intake } = facts;
  const wish = saysOneOf(message.text, intake.callbackWords) ? 'yes' : 'no';
  if (isRepeated(before, message)) return { verdict: 'repeated', conversation: before, wish };
  const conversation = remember(before, message, facts);
  if (saysOneOf(message.text, intake.optOutWords))
    return { verdict: 'opted-out', conversation: { ...conversation, optedOut: 'yes' }, wish };
  const heard = wish === 'yes' ? without(conversation, 'optedOut') : conversation;
  return { verdict: verdictOf(heard, wish, facts), conversation: heard, wish };
}

function isRepeated({ messages }: Conversation, { messageId }: HeardMessage): boolean {
  return messageId !== undefined && messages.some(({ id }) => id === messageId);
}

function verdictOf(
  { optedOut, phone, word }: Conversation,
  wish: Heard['wish'],
  { lead, intake }: HearingFacts,
): Verdict {
  if (optedOut !== undefined) return 'opted-out';
  if (phone === undefined) return 'no-phone-yet';
  if (lead === 'open' || (lead === 'final' && wish === 'no')) return 'known';
  const needsWord = (intake.leadWords ?? []).length > 0;
  return needsWord && word === undefined && wish === 'no' ? 'no-word-yet' : 'lead';
}

function remember(
  before: Conversation,
  { text, messageId, phone, clientName, touch }: HeardMessage,
  { intake, country, now }: HearingFacts,
): Conversation {
  const said = text?.trim().slice(0, LONGEST_MESSAGE);
  const word = saysOneOf(text, intake.leadWords) ? ('yes' as const) : before.word;
  return {
    ...before,
    heardAt: now,
    touch: { ...touch, ...before.touch },
    messages:
      said === undefined || said === ''
        ? before.messages
        : [...before.messages, { text: said, ...present({ id: messageId }) }].slice(-KEPT_MESSAGES),
    ...present({
      word,
      // The one that the client wrote himself is the one to call.
      phone: findPhone(text ?? '', country) ?? before.phone ?? phone,
      clientName: clientName ?? before.clientName,
    }),
  };
}

/** What was said last, oldest first; undefined when nothing is to be kept. */
export function saidLast(
  { messages }: Conversation,
  { messages: kept = SPOKEN_MESSAGES }: ConnectionIntake,
): string | undefined {
  const last = kept === 0 ? [] : messages.slice(-kept);
  return last.length === 0 ? undefined : last.map(({ text }) => text).join('\n');
}

/** The lead that a conversation makes; the second one of the same conversation has an id of its own. */
export function entryOfConversation(
  { conversation, wish }: Pick<Heard, 'conversation' | 'wish'>,
  { form, email }: Pick<HeardMessage, 'form' | 'email'>,
  intake: ConnectionIntake,
): LeadEntry {
  const { id, leads, phone, clientName, touch, heardAt } = conversation;
  const fields: Readonly<Record<string, string | undefined>> = {
    phone,
    name: clientName,
    email,
    message: saidLast(conversation, intake),
  };
  return {
    externalId: leads === 0 ? id : `${id}#${heardAt}`,
    kind: wish === 'yes' ? 'callback' : 'messenger',
    form,
    fields: Object.entries(fields).flatMap(([field, value]): EntryField[] =>
      value === undefined ? [] : [{ field, value }],
    ),
    touch,
  };
}
