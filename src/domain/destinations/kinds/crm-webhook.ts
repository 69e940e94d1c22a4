/**
 * A CRM's own method, called at the start of a call, at its end, on a key of the talk, or for a lead or deal: fields by
 * templates, JSON, a form or a query. Its answer may name the client's card.
 */
import { present } from '../../values/present.js';
import { jsonOf, troubleOf } from '../answers.js';
import {
  oneByOne,
  type Kind,
  type Talk,
  type Told,
  type Tools,
  type VendorRequest,
} from '../conversation.js';
import type { CrmWebhook } from '../destination.js';
import { factsOf, type Facts, type Occasion } from '../occasion.js';

function* tell(destination: CrmWebhook, { occasion, memory }: Told, tools: Tools): Talk {
  if (memory['told'] !== undefined)
    return destination.once === 'call'
      ? { kind: 'skipped', why: 'this call was told before' }
      : { kind: 'delivered', note: 'it was told before a crash' };
  const answer = yield {
    request: requestOf(destination, occasion, tools),
    assumed: {},
    keep: (taken) => (troubleOf(taken) === undefined ? { told: 'yes' } : {}),
  };
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  return { kind: 'delivered', ...present({ card: cardOf(jsonOf(answer)[destination.cardField]) }) };
}

/** Only what a browser may open. */
function cardOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\/[^\s"<>]{1,500}$/.test(value) ? value : undefined;
}

function requestOf(
  destination: CrmWebhook,
  occasion: Occasion,
  { secrets, fill }: Pick<Tools, 'secrets' | 'fill'>,
): VendorRequest {
  const { url, urlRef, method, format, tokenRef, headers } = destination;
  const fields = fieldsOf(destination, factsOf(occasion), fill);
  const address = url ?? secrets[urlRef ?? ''] ?? '';
  const token = tokenRef === undefined ? {} : { authorization: `Bearer ${secrets[tokenRef] ?? ''}` };
  const what = 'call the CRM';
  const common = { ...headers, ...token, 'idempotency-key': occasion.id };
  if (method === 'GET') {
    const query = `${address.includes('?') ? '&' : '?'}${formOf(fields)}`;
    return { what, method, url: `${address}${query}`, headers: common, body: '' };
  }
  const type = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = format === 'json' ? JSON.stringify(fields) : formOf(fields);
  return { what, method, url: address, headers: { ...common, 'content-type': type }, body };
}

/** A field whose facts are not known is empty rather than missing: CRMs read fields by name. */
function fieldsOf({ body }: CrmWebhook, facts: Facts, fill: Tools['fill']): Facts {
  if (body === undefined) return facts;
  return Object.fromEntries(Object.entries(body).map(([name, template]) => [name, fill(template, facts)]));
}

function formOf(fields: Facts): string {
  return Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

export const CRM_WEBHOOK: Kind<CrmWebhook> = {
  secretsOf: ({ urlRef, tokenRef }) => [urlRef, tokenRef].filter((reference) => reference !== undefined),
  subjectOf: ({ once }, { call, id }) => (once === 'call' ? (call?.id ?? id) : id),
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
