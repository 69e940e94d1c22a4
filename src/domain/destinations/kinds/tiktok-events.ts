/**
 * TikTok Events API 2.0 (`POST /event/track/`). HTTP is 200 even for errors: `code` decides. Ids of a person leave hashed;
 * `event_id` must be a text, and the same one again within 48 hours is counted once.
 */
import { present } from '../../values/present.js';
import { idOf, jsonOf, quoted, troubleOf } from '../answers.js';
import {
  oneByOne,
  type Kind,
  type Talk,
  type Told,
  type Tools,
  type VendorAnswer,
  type Verdict,
} from '../conversation.js';
import type { TikTokEvents, ToldEvent } from '../destination.js';
import type { Occasion } from '../occasion.js';

/** Offline events; the others are of no use to advertising long before. */
const LONGEST_PAST_MS = 28 * 86_400_000;

export const TIKTOK_NAMES: Readonly<Partial<Record<ToldEvent, string>>> = {
  'call.started': 'Contact',
  'call.bridged': 'Contact',
  'call.ended': 'Contact',
  'call.marked': 'SubmitApplication',
  'key.pressed': 'SubmitApplication',
  'lead.received': 'Lead',
  'lead.reached': 'SubmitApplication',
  'deal.changed': 'Purchase',
};

/** A reason when it cannot be told. */
function tiktokEvent(destination: TikTokEvents, occasion: Occasion, hash: Tools['hash']): object | string {
  const { at, now, event, id, landingPage, referrer, lead } = occasion;
  if (now - at > LONGEST_PAST_MS) return 'it is older than the 28 days that TikTok takes';
  const user = userOf(occasion, hash);
  const isLead = destination.source === 'crm' && lead?.externalId !== undefined;
  if (!isLead && Object.keys(user).every((name) => name === 'ip'))
    return 'neither phone, e-mail nor a click of TikTok is known';
  return present({
    event: destination.on[event] ?? event,
    event_time: Math.floor(at / 1000),
    event_id: id,
    user,
    properties: propertiesOf(occasion),
    page: landingPage === undefined ? undefined : present({ url: landingPage, referrer }),
    lead: isLead ? { lead_id: lead.externalId, lead_event_source: destination.crmName } : undefined,
  });
}

/** E.164 with its plus; e-mail trimmed and in lower case. Click and cookie ids stay as they came. */
function userOf({ phone, email, ids }: Occasion, hash: Tools['hash']): object {
  return present({
    phone: phone && [hash(phone)],
    email: email && [hash(email.trim().toLowerCase())],
    external_id: ids.userId && [hash(ids.userId)],
    ttclid: ids.ttclid,
    ttp: ids.ttp,
    ip: ids.ip,
  });
}

function propertiesOf({ deal, call, lead }: Occasion): object | undefined {
  const properties = present({
    value: deal?.amount,
    currency: deal?.amount === undefined ? undefined : deal.currency,
    order_id: deal?.externalId,
    description: call?.mark ?? lead?.form,
  });
  return Object.keys(properties).length === 0 ? undefined : properties;
}

function* tell(destination: TikTokEvents, { occasion }: Told, { hash, secrets, mode }: Tools): Talk {
  const event = tiktokEvent(destination, occasion, hash);
  if (typeof event === 'string') return { kind: 'skipped', why: event };
  const answer = yield {
    request: {
      what: 'tell the event',
      method: 'POST',
      url: `${destination.url}/event/track/`,
      headers: {
        'content-type': 'application/json',
        'access-token': secrets[destination.tokenRef] ?? '',
      },
      body: JSON.stringify({
        event_source: destination.source,
        event_source_id: destination.sourceId,
        ...(mode === 'test' ? present({ test_event_code: destination.testEventCode }) : {}),
        data: [event],
      }),
    },
    assumed: { code: 0, message: 'OK' },
  };
  return verdictOf(answer);
}

/** Restrictions and throttling, and troubles of the server's own. */
const PASSING: ReadonlySet<string> = new Set([
  ...['40100', '40016', '40133', '51021'],
  ...['50000', '50002', '51000', '51004'],
]);
/** No permission; token expired, empty, wrong, revoked. */
const REFUSED_ACCESS: ReadonlySet<string> = new Set(['40001', '40101', '40102', '40104', '40105', '40106']);

function verdictOf(answer: VendorAnswer): Verdict {
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  const { code, message, request_id: request } = jsonOf(answer);
  const number = idOf(code);
  if (number === '0') return { kind: 'delivered', ...present({ note: idOf(request) }) };
  const body = answer.kind === 'answered' ? answer.body : '';
  // A path without its end, or a proxy between: plain text with status 200.
  if (number === undefined) return { kind: 'retry', why: `the answer is not TikTok’s: ${quoted(body)}` };
  const why = `code ${number}: ${quoted(String(message))}`;
  if (REFUSED_ACCESS.has(number)) return { kind: 'retry', why: `access is refused, renew the token; ${why}` };
  return { kind: PASSING.has(number) ? 'retry' : 'dead', why };
}

export const TIKTOK_EVENTS: Kind<TikTokEvents> = {
  secretsOf: ({ tokenRef }) => [tokenRef],
  subjectOf: (_, { id }) => id,
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
