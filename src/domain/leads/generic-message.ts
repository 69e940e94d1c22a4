/** A message of any other tool (Zwiz, Haravan, one's own bot): flat or nested, known by the usual names. */
import { present } from '../values/present.js';
import { leadField, plain, type LeadField } from './aliases.js';
import type { EntryField, ReadPush } from './lead-entry.js';
import { trackingTouch } from './tracking-touch.js';
import { isTree, treeFields } from './tree-fields.js';

/** Ours → theirs; the first that is filled wins. A dot in a path does not count: `conversation.id` is `conversation_id`. */
const NAMES = {
  conversation: [
    'conversation_id',
    'chat_id',
    'dialog_id',
    'thread_id',
    'contact_id',
    'user_id',
    'sender_id',
    'from_id',
  ],
  message: ['message_id', 'msg_id', 'mid', 'event_id'],
  text: ['text', 'message', 'message_text', 'body', 'content'],
  direction: ['direction', 'traffic'],
  channel: ['channel_source', 'channel', 'source', 'platform', 'page_id'],
} as const;
const OUTGOING: readonly string[] = ['out', 'outgoing', 'outbound', 'sent'];

/** Never throws, whatever was posted. */
export function readGenericMessage(parsed: unknown): ReadPush {
  if (!isTree(parsed)) return { kind: 'unreadable', why: 'the body must be an object of fields' };
  const fields = treeFields(parsed);
  const told = (name: keyof typeof NAMES): string | undefined => firstOf(fields, NAMES[name]);
  if (OUTGOING.includes(told('direction')?.toLowerCase() ?? ''))
    return { kind: 'other', why: 'a message of the business' };
  const phone = named(fields, 'phone');
  const conversationId = told('conversation') ?? phone;
  if (conversationId === undefined)
    return { kind: 'unreadable', why: 'there is neither a conversation_id nor a phone' };
  const channel = (told('channel') ?? 'messenger').slice(0, 200);
  const message = {
    conversationId: conversationId.slice(0, 200),
    form: { externalId: channel, displayName: channel },
    touch: trackingTouch(parsed),
    ...present({
      messageId: told('message')?.slice(0, 200),
      text: told('text'),
      phone,
      clientName: named(fields, 'client_name'),
      email: named(fields, 'email'),
    }),
  };
  return { kind: 'entries', entries: [{ kind: 'heard', message }] };
}

function firstOf(fields: readonly EntryField[], names: readonly string[]): string | undefined {
  const found = names.map((name) =>
    fields.find(({ field, aka = [] }) => [field, ...aka].some((theirs) => plain(theirs) === plain(name))),
  );
  return found.find((field) => field !== undefined)?.value;
}

function named(fields: readonly EntryField[], wanted: LeadField): string | undefined {
  return fields.find(({ field, aka = [] }) => [field, ...aka].some((name) => leadField(name) === wanted))
    ?.value;
}
