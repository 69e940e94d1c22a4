/**
 * Webhooks of respond.io: messages, conversations and contacts. Shape: external-apis reference §8.1. A contact has one
 * conversation, whatever channels it writes by; a message names no conversation of its own.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { HeardMessage } from './conversation.js';
import type { ReadPush } from './lead-entry.js';
import { filledText, idText, plainText } from './plain-text.js';
import { trackingTouch } from './tracking-touch.js';
import { isTree } from './tree-fields.js';

const eventSchema = z.object({
  event_type: z.string(),
  contact: z
    .object({
      id: idText,
      firstName: plainText.nullish(),
      lastName: plainText.nullish(),
      phone: plainText.nullish(),
      email: plainText.nullish(),
    })
    .nullish(),
  channel: z.object({ name: plainText.nullish(), source: plainText.nullish() }).nullish(),
  message: z
    .object({
      messageId: idText.nullish(),
      traffic: plainText.nullish(),
      message: z.object({ text: z.unknown().optional() }).nullish(),
    })
    .nullish(),
});
type RespondIoEvent = z.output<typeof eventSchema>;

/** Never throws, whatever was posted. */
export function readRespondIoPush(parsed: unknown): ReadPush {
  const event = eventSchema.safeParse(parsed);
  if (!event.success) return { kind: 'unreadable', why: z.prettifyError(event.error) };
  const { event_type, contact, message } = event.data;
  if (contact === undefined || contact === null)
    return { kind: 'other', why: `event ${event_type} names no contact` };
  if (event_type === 'message.sent' || message?.traffic === 'outgoing')
    return { kind: 'other', why: 'a message of the business' };
  const heard = { ...heardOf(event.data, contact), touch: isTree(parsed) ? trackingTouch(parsed) : {} };
  return { kind: 'entries', entries: [{ kind: 'heard', message: heard }] };
}

function heardOf(
  { channel, message }: RespondIoEvent,
  { id, firstName, lastName, phone, email }: NonNullable<RespondIoEvent['contact']>,
): Omit<HeardMessage, 'touch'> {
  const source = channel?.source ?? 'contacts';
  const name = [firstName, lastName].flatMap((part) => filledText(part) ?? []).join(' ');
  return {
    conversationId: id,
    form: { externalId: source, displayName: channel?.name ?? source },
    ...present({
      messageId: message?.messageId ?? undefined,
      text: filledText(message?.message?.text),
      phone: filledText(phone),
      clientName: name === '' ? undefined : name,
      email: filledText(email),
    }),
  };
}
