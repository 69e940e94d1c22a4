/** What TikTok's answers hold, as far as we read it. Ids become strings whatever they come as; more fields may come. */
import { z } from 'zod';

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
