/**
 * TikTok's own messages (Business Messaging): `content` is JSON within JSON. Shapes: external-apis reference §8.5. A referral
 * tells which advertisement a conversation began with, before the first message; in the EEA messages come without text
 * and conversation.
 */
import { z } from 'zod';
import { parseKeepingIds } from '../values/parse-keeping-ids.js';
import { present } from '../values/present.js';
import type { Touch } from './lead.js';
import type { ReadPush } from './lead-entry.js';
import { filledText, idText, plainText } from './plain-text.js';

const eventSchema = z.object({
  event: z.string(),
  user_openid: idText.nullish(),
  content: z.unknown().optional(),
});

const contentSchema = z.object({
  conversation_id: idText.nullish(),
  message_id: idText.nullish(),
  text: z.object({ body: z.unknown().optional() }).nullish(),
  referral: z
    .object({
      ad: z.object({ ad_id: idText.nullish(), ad_name: plainText.nullish() }).nullish(),
      short_link: z.object({ ref: plainText.nullish() }).nullish(),
    })
    .nullish(),
});
type Content = z.output<typeof contentSchema>;

/** What the client did; the business's own messages and news of its settings are none. */
const HEARD: readonly string[] = ['im_receive_msg', 'im_receive_msg_eu', 'im_referral_msg'];

/** Never throws, whatever was posted. */
export function readTikTokMessage(parsed: unknown): ReadPush {
  const event = eventSchema.safeParse(parsed);
  if (!event.success) return { kind: 'unreadable', why: z.prettifyError(event.error) };
  const { event: name, user_openid: business, content } = event.data;
  if (!HEARD.includes(name)) return { kind: 'other', why: `event ${name} is no message of a client` };
  const read = contentSchema.safeParse(typeof content === 'string' ? parseKeepingIds(content) : content);
  const conversationId = read.success ? filledText(read.data.conversation_id) : undefined;
  if (!read.success || conversationId === undefined)
    return { kind: 'other', why: `event ${name} names no conversation` };
  const message = {
    conversationId: conversationId.slice(0, 200),
    form: { externalId: business ?? 'tiktok', displayName: 'TikTok' },
    touch: touchOf(read.data),
    ...present({
      messageId: read.data.message_id ?? undefined,
      text: filledText(read.data.text?.body),
    }),
  };
  return { kind: 'entries', entries: [{ kind: 'heard', message }] };
}

/** What stands in the reference of a short link is the advertiser's; with an advertisement TikTok names it itself. */
function touchOf({ referral }: Content): Touch {
  const ad = referral?.ad ?? undefined;
  const advertisement = ad && {
    utm_medium: 'cpc',
    utm_content: ad.ad_name ?? undefined,
    ad_id: ad.ad_id ?? undefined,
  };
  const tracking_id = referral?.short_link?.ref ?? undefined;
  return present({ utm_source: 'tiktok', ...advertisement, tracking_id });
}
