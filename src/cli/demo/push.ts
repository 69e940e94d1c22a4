/** A lead push as TikTok sends it (ids are unquoted 19-digit numbers), signed with the app secret. */
import { createHmac } from 'node:crypto';
import { Fault } from '../../errors.js';

export interface PushFacts {
  readonly phone: string;
  readonly name: string;
  readonly form: string;
  readonly ad: string;
  readonly campaign: string;
  /** Milliseconds. */
  readonly at: number;
}

/** 19 digits, larger than a double can hold exactly. */
const LEAD_ID = '7301234567890123456';

/** Written as text: JSON.stringify cannot write 19-digit numbers. */
export function pushBody({ phone, name, form, ad, campaign, at }: PushFacts): string {
  const text = JSON.stringify;
  const seconds = Math.floor(at / 1000);
  return (
    `{"request_id":7301234567890999999,"object":1,"time":${seconds},"entry":[{"id":${LEAD_ID},"lead_source":"INSTANT_FORM",` +
    `"page_id":7301234567890000001,"page_name":${text(form)},"advertiser_id":7301234567890000002,"advertiser_name":"Demo shop",` +
    `"campaign_id":1790000000000000001,"campaign_name":${text(campaign)},"adgroup_id":1790000000000000002,"adgroup_name":"Everyone",` +
    `"ad_id":1790000000000000003,"ad_name":${text(ad)},"create_time":${seconds},"changes":[` +
    `{"field":"phone_number","value":${text(phone)}},{"field":"name","value":${text(name)}}]}]}`
  );
}

export interface PostedPush {
  readonly leadId: string;
  /** Milliseconds, just before the request left. */
  readonly postedAt: number;
}

/** Throws Fault when the hook does not take it. */
export async function postPush(
  url: string,
  secret: string,
  facts: PushFacts,
  now: () => number,
): Promise<PostedPush> {
  const body = pushBody(facts);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const postedAt = now();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-open-signature': signature },
    body,
  });
  const answer = (await response.json()) as {
    results?: { lead_id: string | null; why: string | null }[];
    detail?: string;
  };
  const leadId = answer.results?.[0]?.lead_id;
  if (leadId === undefined || leadId === null)
    throw new Fault('bug', `the push was not taken: ${answer.detail ?? JSON.stringify(answer)}`);
  return { leadId, postedAt };
}
