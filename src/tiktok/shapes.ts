/** What TikTok's answers hold, as far as we read it. Ids become strings whatever they come as; more fields may come. */
import { z } from 'zod';
import { parseKeepingIds } from '../domain/values/parse-keeping-ids.js';

export const idText = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const words = z.string().nullish();

export const nothing = z.unknown().transform(() => undefined);

export const grantShape = z.object({
  access_token: z.string().min(1),
  scope: z.array(idText).catch([]),
});

export const advertiserList = z.object({ list: z.array(z.object({ advertiser_id: idText })).catch([]) });

export const advertiserInfo = z.object({
  list: z.array(
    z.object({
      advertiser_id: idText,
      name: z.string().catch(''),
      status: z.string().catch('unknown'),
      role: z.string().catch('unknown'),
      company: words,
      timezone: words,
      currency: words,
    }),
  ),
});

export const pageInfo = z.object({ page_info: z.object({ total_page: z.coerce.number().int() }) });

export const subscriptionPage = pageInfo.extend({
  subscriptions: z
    .array(
      z.object({
        subscription_id: idText,
        callback_url: z.string().catch(''),
        subscription_detail: z
          .object({ advertiser_id: idText.nullish(), page_id: idText.nullish() })
          .catch({ advertiser_id: undefined, page_id: undefined }),
      }),
    )
    .nullish()
    .transform((all) => all ?? []),
});

export const subscribed = z.object({ subscription_id: idText });

export const formPage = pageInfo.extend({
  list: z
    .array(
      z.object({
        page_id: idText,
        title: z.string().catch(''),
        status: z.string().catch('unknown'),
        transfer_status: words,
      }),
    )
    .nullish()
    .transform((all) => all ?? []),
});

/** The vendor's example has an array, its types a string. */
const fieldList = z
  .union([z.array(idText), z.string().transform(listOfText)])
  .nullish()
  .transform((fields) => fields ?? []);

function listOfText(text: string): string[] {
  const names = z.array(idText).safeParse(parseKeepingIds(text));
  return names.success ? names.data : [];
}

export const pageFields = z.object({ fields: fieldList });

export const exportTask = z.object({ task_id: idText, status: z.string().catch('RUNNING') });

const scalar = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String);

const plainRecord = z.record(z.string(), z.unknown()).transform((all) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => {
      const text = scalar.safeParse(value);
      return text.success ? [[name, text.data] as const] : [];
    }),
  ),
);

/** `meta` is written for `meta_data` in places. */
export const fetchedLead = z
  .object({
    lead_data: plainRecord.catch({}),
    meta_data: plainRecord.optional(),
    meta: plainRecord.optional(),
  })
  .transform(({ lead_data, meta_data, meta }) => ({ lead_data, meta_data: meta_data ?? meta ?? {} }))
  .pipe(
    z.object({
      lead_data: z.record(z.string(), z.string()),
      meta_data: z.object({ lead_id: z.string().min(1) }).catchall(z.string()),
    }),
  );
