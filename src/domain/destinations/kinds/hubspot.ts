/**
 * HubSpot, CRM API v3, with the token of a private app. A contact is found by phone or mobile phone; who is not known
 * becomes one. A call is told when it is over, with its recording, as an engagement of the contact.
 */
import { present } from '../../values/present.js';
import { idOf, jsonOf, listOf, objectOf, troubleOf } from '../answers.js';
import {
  oneByOne,
  type Ask,
  type Kind,
  type Memory,
  type Talk,
  type Told,
  type Tools,
  type VendorAnswer,
  type Verdict,
} from '../conversation.js';
import type { HubSpot } from '../destination.js';
import type { Occasion, OccasionCall } from '../occasion.js';
import {
  cardAddress,
  clientAlone,
  clientSubject,
  filledFields,
  isSamePhone,
  ofCall,
  titleOf,
  userOf,
  NO_PHONE,
  type CrmScene,
  type Step,
} from './crm-talk.js';

interface Scene extends CrmScene<HubSpot> {
  readonly phone: string;
}

function* tell(destination: HubSpot, { occasion, memory }: Told, tools: Tools): Talk {
  const { phone } = occasion;
  if (phone === undefined) return NO_PHONE;
  const scene: Scene = { destination, occasion, tools, phone };
  const contact = yield* contactOf(scene, memory);
  return 'verdict' in contact ? contact.verdict : yield* callTold(scene, contact.ok, memory);
}

/** In this order of fields; each is searched for by itself. */
const PHONES = ['phone', 'mobilephone'] as const;

function* contactOf(scene: Scene, memory: Memory): Step<string> {
  const { contactId } = memory;
  if (contactId !== undefined) return { ok: contactId };
  const { phone } = scene;
  const answer = yield post(scene, {
    what: 'find the client by phone',
    path: '/crm/v3/objects/contacts/search',
    body: {
      filterGroups: PHONES.map((propertyName) => ({
        filters: [{ propertyName, operator: 'EQ', value: phone }],
      })),
      properties: PHONES,
      limit: 10,
    },
    assumed: { total: 0, results: [] },
    keep: (found) => present({ contactId: knownContact(found, phone) }),
  });
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return { verdict: trouble };
  const known = knownContact(answer, phone);
  return known === undefined ? yield* newContact(scene) : { ok: known };
}

function knownContact(answer: VendorAnswer, phone: string): string | undefined {
  for (const result of listOf(jsonOf(answer)['results'])) {
    const { id, properties } = objectOf(result);
    const values = objectOf(properties);
    if (PHONES.some((name) => isSamePhone(String(values[name]), phone))) return idOf(id);
  }
  return undefined;
}

function* newContact(scene: Scene): Step<string> {
  const { destination, occasion, phone, tools } = scene;
  const { clientName, email } = occasion;
  const answer = yield post(scene, {
    what: 'make a contact',
    path: '/crm/v3/objects/contacts',
    body: {
      properties: {
        phone,
        ...present({ firstname: clientName, email }),
        ...ownerOf(destination, occasion),
        ...filledFields(destination, occasion, tools),
      },
    },
    assumed: { id: '1' },
    keep: (made) => present({ contactId: madeContact(made) }),
  });
  const id = madeContact(answer);
  if (id !== undefined) return { ok: id };
  return {
    verdict: troubleOf(answer) ?? { kind: 'dead', why: 'the answer to a new contact names none' },
  };
}

/** 409: a contact has this e-mail already, and the message names it. */
function madeContact(answer: VendorAnswer): string | undefined {
  if (answer.kind === 'unreachable') return undefined;
  if (answer.status === 409) return /Existing ID: (\d+)/.exec(answer.body)?.[1];
  return troubleOf(answer) === undefined ? idOf(jsonOf(answer)['id']) : undefined;
}

function ownerOf(destination: HubSpot, occasion: Occasion): object {
  const owner = userOf(destination, occasion);
  return owner === '' ? {} : { hubspot_owner_id: owner };
}

function* callTold(scene: Scene, contactId: string, memory: Memory): Talk {
  const { destination, occasion } = scene;
  const { call, event } = occasion;
  const key = ofCall('call', occasion);
  const told: Verdict = { kind: 'delivered', ...present({ card: cardOf(destination, contactId) }) };
  if (call === undefined || event !== 'call.ended' || memory[key] !== undefined) return told;
  const answer = yield post(scene, {
    what: 'tell the call',
    path: '/crm/v3/objects/calls',
    body: callBody(scene, call, contactId),
    assumed: { id: '1' },
    keep: (made) => {
      const id = idOf(jsonOf(made)['id']);
      return troubleOf(made) !== undefined || id === undefined ? {} : { [key]: id };
    },
  });
  return troubleOf(answer) ?? told;
}

function cardOf({ cardPath, portalId }: HubSpot, contactId: string): string | undefined {
  return portalId === undefined
    ? undefined
    : cardAddress('https://app.hubspot.com', cardPath.replaceAll('{portal}', portalId), 'contact', contactId);
}

const STATUSES: Readonly<Record<string, string>> = {
  answered: 'COMPLETED',
  voicemail: 'COMPLETED',
  busy: 'BUSY',
  'no-answer': 'NO_ANSWER',
  'no-operator': 'NO_ANSWER',
  abandoned: 'NO_ANSWER',
  'carrier-failure': 'FAILED',
  'invalid-number': 'FAILED',
};

function callBody(
  { destination, occasion, phone, tools }: Scene,
  call: OccasionCall,
  contactId: string,
): object {
  const inbound = call.direction === 'inbound';
  const [from, to] = inbound ? [phone, call.did] : [call.did, phone];
  return {
    properties: {
      hs_timestamp: new Date(call.startedAt).toISOString(),
      hs_call_title: titleOf(destination, occasion, tools),
      hs_call_direction: inbound ? 'INBOUND' : 'OUTBOUND',
      hs_call_duration: String(Math.round(call.talkSeconds * 1000)),
      hs_call_status: STATUSES[call.disposition ?? ''] ?? 'NO_ANSWER',
      ...present({
        hs_call_from_number: from,
        hs_call_to_number: to,
        hs_call_recording_url: call.recordingUrl,
      }),
      ...ownerOf(destination, occasion),
    },
    associations: [
      {
        to: { id: contactId },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: destination.callAssociation }],
      },
    ],
  };
}

interface HubSpotAsk extends Pick<Ask, 'assumed'> {
  readonly what: string;
  readonly path: string;
  readonly body: object;
  readonly keep: (answer: VendorAnswer) => Memory;
}

function post({ destination, tools }: Scene, { what, path, body, assumed, keep }: HubSpotAsk): Ask {
  return {
    request: {
      what,
      method: 'POST',
      url: `${destination.url}${path}`,
      headers: {
        authorization: `Bearer ${tools.secrets[destination.tokenRef] ?? ''}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    },
    assumed,
    keep,
  };
}

export const HUBSPOT: Kind<HubSpot> = {
  secretsOf: ({ tokenRef }) => [tokenRef],
  subjectOf: (_, occasion) => clientSubject(occasion),
  aloneWith: clientAlone,
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
