/**
 * Webhooks of Pancake (pages.fm): messages and changed conversations of a page, TikTok pages among them (`tt_…`).
 * Shape: external-apis reference §8.2. It knows phones that were written (`phone_info`, `recent_phone_numbers`) and the
 * advertisements a conversation began with.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { HeardMessage } from './conversation.js';
import type { Touch } from './lead.js';
import type { ReadPush } from './lead-entry.js';
import { filledText, idText, plainText } from './plain-text.js';
import { trackingTouch } from './tracking-touch.js';
import { isTree } from './tree-fields.js';

/** Absent and null are the same. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const phones = z.array(z.object({ phone_number: plainText.nullish() })).nullish();
const person = z.object({ id: idText.nullish(), name: plainText.nullish() }).nullish();

const conversationSchema = z.object({
  id: idText,
  from: person,
  recent_phone_numbers: phones,
  ad_ids: z
    .array(idText)
    .nullish()
    .transform((ids) => ids ?? []),
});

const messageSchema = z.object({
  id: idText.nullish(),
  message: z.unknown().optional(),
  original_message: z.unknown().optional(),
  from: person,
  phone_info: phones,
});

const eventSchema = z.object({
  event_type: z.string(),
  page_id: idText.nullish(),
  data: maybe(z.object({ conversation: maybe(conversationSchema), message: maybe(messageSchema) })),
});

type PancakeConversation = z.output<typeof conversationSchema>;
type PancakeMessage = z.output<typeof messageSchema>;

/** Never throws, whatever was posted. */
export function readPancakePush(parsed: unknown): ReadPush {
  const event = eventSchema.safeParse(parsed);
  if (!event.success) return { kind: 'unreadable', why: z.prettifyError(event.error) };
  const { event_type, page_id, data } = event.data;
  const page = page_id ?? 'pancake';
  const conversation = data?.conversation;
  if (conversation === undefined) return { kind: 'other', why: `event ${event_type} names no conversation` };
  if (data?.message?.from?.id === page) return { kind: 'other', why: 'a message of the business' };
  const message: HeardMessage = {
    ...heardOf(conversation, data?.message),
    form: { externalId: page, displayName: page },
    touch: touchOf(parsed, conversation),
  };
  return { kind: 'entries', entries: [{ kind: 'heard', message }] };
}

function touchOf(parsed: unknown, { ad_ids: [ad_id] }: PancakeConversation): Touch {
  return { ...(isTree(parsed) ? trackingTouch(parsed) : {}), ...present({ ad_id }) };
}

function heardOf(
  { id, from, recent_phone_numbers }: PancakeConversation,
  message: PancakeMessage | undefined,
): Omit<HeardMessage, 'form' | 'touch'> {
  const numbers = [...(message?.phone_info ?? []), ...(recent_phone_numbers ?? [])];
  return {
    conversationId: id,
    ...present({
      messageId: message?.id ?? undefined,
      text: filledText(message?.original_message) ?? withoutMarkup(filledText(message?.message)),
      phone: numbers.flatMap(({ phone_number }) => filledText(phone_number) ?? [])[0],
      clientName: filledText(from?.name),
    }),
  };
}

/** `message` is what the page shows: `<div>…</div>`. */
function withoutMarkup(text: string | undefined): string | undefined {
  return filledText(text?.replaceAll(/<[^>]*>/g, ' '));
}
