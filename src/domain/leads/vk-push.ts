/**
 * VK's Callback API: an event of a community's lead forms. Shape: external-apis reference §9.3. Other events are
 * acknowledged: VK switches a server off that refuses them. `secret` was compared by the http room.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { EntryField, LeadEntry, ReadPush } from './lead-entry.js';
import { idText, joinedText, plainText } from './plain-text.js';

const VK_LEAD = 'lead_forms_new';
export const VK_CONFIRMATION = 'confirmation';

const answer = z.object({
  key: plainText.nullish(),
  question: plainText.nullish(),
  answer: z.unknown().optional(),
  answers: z.unknown().optional(),
});

const eventSchema = z.object({
  type: z.string(),
  object: z.unknown().optional(),
});

const leadSchema = z.object({
  lead_id: idText,
  form_id: idText,
  form_name: plainText.nullish(),
  user_id: idText.nullish(),
  ad_id: idText.nullish(),
  answers: z.array(answer).default([]),
});
type VkLead = z.output<typeof leadSchema>;

/** Never throws, whatever was posted. */
export function readVkPush(parsed: unknown): ReadPush {
  const event = eventSchema.safeParse(parsed);
  if (!event.success) return { kind: 'unreadable', why: z.prettifyError(event.error) };
  if (event.data.type !== VK_LEAD) return { kind: 'other', why: `event ${event.data.type} is no lead` };
  const lead = leadSchema.safeParse(event.data.object);
  if (!lead.success)
    return { kind: 'entries', entries: [{ kind: 'unusable', why: z.prettifyError(lead.error) }] };
  return { kind: 'entries', entries: [{ kind: 'lead', entry: entryOf(lead.data) }] };
}

function entryOf(lead: VkLead): LeadEntry {
  return {
    externalId: lead.lead_id,
    kind: 'form',
    form: { externalId: lead.form_id, displayName: lead.form_name ?? lead.form_id },
    fields: lead.answers.flatMap(fieldsOf),
    touch: present({
      utm_source: 'vk',
      utm_medium: 'cpc',
      ad_id: lead.ad_id ?? undefined,
      vk_user_id: lead.user_id ?? undefined,
    }),
    ...present({ ad: lead.ad_id ?? undefined }),
  };
}

/** The question is what people read; its key is what programs know (`phone_number`, `first_name`). */
function fieldsOf({ key, question, answer: one, answers }: z.output<typeof answer>): readonly EntryField[] {
  const value = joinedText(one) ?? joinedText(answers);
  const [field, ...aka] = [question, key].flatMap((name) => name ?? []);
  return field === undefined || value === undefined ? [] : [{ field, value, aka }];
}
