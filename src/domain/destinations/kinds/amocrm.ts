/**
 * amoCRM (Kommo), API v4, with a long-lived token. The contact is found by phone and compared by its last ten digits,
 * because the search is a loose one; only who is not known becomes a contact with a lead. The call is told when it is
 * over, with the recording, once: `uniq` is its id.
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
import type { AmoCrm } from '../destination.js';
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

interface Scene extends CrmScene<AmoCrm> {
  readonly phone: string;
}

function* tell(destination: AmoCrm, { occasion, memory }: Told, tools: Tools): Talk {
  const { phone, call } = occasion;
  if (phone === undefined) return NO_PHONE;
  const scene: Scene = { destination, occasion, tools, phone };
  const contact = yield* contactOf(scene, memory);
  if ('verdict' in contact) return contact.verdict;
  if (contact.ok.leadId === undefined && contact.ok.isNew === 'yes') {
    const lead = yield* newLead(scene, contact.ok.id);
    if ('verdict' in lead) return lead.verdict;
    return yield* callTold(scene, call, { ...contact.ok, leadId: lead.ok }, memory);
  }
  return yield* callTold(scene, call, contact.ok, memory);
}

interface Contact {
  readonly id: string;
  /** Made by us, without a lead yet unless `leadId` says so. */
  readonly isNew: 'yes' | 'no';
  readonly leadId?: string | undefined;
}

function* contactOf(scene: Scene, memory: Memory): Step<Contact> {
  const { contactId, isNew, leadId } = memory;
  if (contactId !== undefined)
    return { ok: { id: contactId, isNew: isNew === 'yes' ? 'yes' : 'no', leadId } };
  const { phone } = scene;
  const answer = yield ask(scene, {
    what: 'find the client by phone',
    method: 'GET',
    path: `/contacts?query=${encodeURIComponent(phone.replace('+', ''))}&with=leads`,
    assumed: { _embedded: { contacts: [] } },
    keep: (found) => {
      const id = knownContact(found, phone);
      return id === undefined ? {} : { contactId: id, isNew: 'no' };
    },
  });
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return { verdict: trouble };
  const known = knownContact(answer, phone);
  return known === undefined ? yield* newContact(scene) : { ok: { id: known, isNew: 'no' } };
}

/** 204 is an empty result. */
function knownContact(answer: VendorAnswer, phone: string): string | undefined {
  for (const contact of embedded(answer, 'contacts')) {
    const { id, custom_fields_values: fields } = objectOf(contact);
    if (listOf(fields).some((field) => holds(objectOf(field), phone))) return idOf(id);
  }
  return undefined;
}

function holds({ field_code: code, values }: Readonly<Record<string, unknown>>, phone: string): boolean {
  return (
    code === 'PHONE' && listOf(values).some((value) => isSamePhone(String(objectOf(value)['value']), phone))
  );
}

function embedded(answer: VendorAnswer, what: string): readonly unknown[] {
  return listOf(objectOf(jsonOf(answer)['_embedded'])[what]);
}

function firstId(answer: VendorAnswer, what: string): string | undefined {
  return idOf(objectOf(embedded(answer, what)[0])['id']);
}

function* newContact(scene: Scene): Step<Contact> {
  const { phone, occasion, destination } = scene;
  const { clientName, email } = occasion;
  const code = (field: string, value: string) => ({
    field_code: field,
    values: [{ value, enum_code: 'WORK' }],
  });
  const answer = yield ask(scene, {
    what: 'make a contact',
    method: 'POST',
    path: '/contacts',
    body: [
      {
        name: clientName ?? phone,
        ...responsible(destination, occasion),
        custom_fields_values: [code('PHONE', phone), ...(email === undefined ? [] : [code('EMAIL', email)])],
      },
    ],
    assumed: { _embedded: { contacts: [{ id: 1 }] } },
    keep: (made) => {
      const id = firstId(made, 'contacts');
      return id === undefined ? {} : { contactId: id, isNew: 'yes' };
    },
  });
  return made(answer, 'contacts', (id) => ({ id, isNew: 'yes' as const }));
}

function made<T>(
  answer: VendorAnswer,
  what: string,
  valueOf: (id: string) => T,
): { readonly ok: T } | { readonly verdict: Verdict } {
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return { verdict: trouble };
  const id = firstId(answer, what);
  return id === undefined
    ? { verdict: { kind: 'dead', why: `the answer to new ${what} names none` } }
    : { ok: valueOf(id) };
}

function responsible(destination: AmoCrm, occasion: Occasion): object {
  const user = userOf(destination, occasion);
  return user === '' ? {} : { responsible_user_id: Number(user) };
}

/** Fields of the CRM are named by their numbers. */
function* newLead(scene: Scene, contactId: string): Step<string> {
  const { destination, occasion, tools } = scene;
  const { pipelineId, statusId } = destination;
  const fields = Object.entries(filledFields(destination, occasion, tools)).map(([name, value]) => ({
    ...(/^\d+$/.test(name) ? { field_id: Number(name) } : { field_code: name }),
    values: [{ value }],
  }));
  const answer = yield ask(scene, {
    what: 'make a lead',
    method: 'POST',
    path: '/leads',
    body: [
      {
        name: titleOf(destination, occasion, tools),
        ...responsible(destination, occasion),
        ...present({ pipeline_id: pipelineId, status_id: statusId }),
        ...(fields.length === 0 ? {} : { custom_fields_values: fields }),
        _embedded: { contacts: [{ id: Number(contactId) }] },
      },
    ],
    assumed: { _embedded: { leads: [{ id: 1 }] } },
    keep: (answered) => present({ leadId: firstId(answered, 'leads') }),
  });
  return made(answer, 'leads', (id) => id);
}

/** Talked, or not reached, or busy; the rest says nothing of the client. */
const STATUSES: Readonly<Record<string, number>> = {
  answered: 4,
  voicemail: 1,
  busy: 7,
  'invalid-number': 5,
};
const NOT_REACHED = 6;

function* callTold(
  scene: Scene,
  call: OccasionCall | undefined,
  { id, leadId }: Contact,
  memory: Memory,
): Talk {
  const { destination, occasion } = scene;
  const key = ofCall('call', occasion);
  const entity = leadId === undefined ? 'contacts' : 'leads';
  const card = cardAddress(destination.url, destination.cardPath, entity, leadId ?? id);
  if (call === undefined || occasion.event !== 'call.ended' || memory[key] !== undefined)
    return { kind: 'delivered', card };
  const answer = yield ask(scene, {
    what: 'tell the call',
    method: 'POST',
    path: '/calls',
    body: [callBody(scene, call)],
    assumed: { _embedded: { calls: [{ id: 1 }] } },
    keep: (told) => {
      const made = firstId(told, 'calls');
      return made === undefined ? {} : { [key]: made };
    },
  });
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  const refused = embedded(answer, 'errors');
  return refused.length > 0 && embedded(answer, 'calls').length === 0
    ? { kind: 'dead', why: `amoCRM found nobody with this number: ${JSON.stringify(refused).slice(0, 200)}` }
    : { kind: 'delivered', card };
}

function callBody({ destination, occasion, phone }: Scene, call: OccasionCall): object {
  return {
    direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
    uniq: call.id,
    duration: Math.round(call.talkSeconds),
    source: 'dialtrace',
    phone,
    call_status: STATUSES[call.disposition ?? ''] ?? NOT_REACHED,
    created_at: Math.floor(call.startedAt / 1000),
    ...responsible(destination, occasion),
    ...present({ link: call.recordingUrl, call_responsible: call.operator }),
  };
}

interface AmoAsk extends Pick<Ask, 'assumed'> {
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly keep: (answer: VendorAnswer) => Memory;
}

function ask({ destination, tools }: Scene, { what, method, path, body, assumed, keep }: AmoAsk): Ask {
  const authorization = `Bearer ${tools.secrets[destination.tokenRef] ?? ''}`;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    request: {
      what,
      method,
      url: `${destination.url}/api/v4${path}`,
      headers: { authorization, ...type },
      body: body === undefined ? '' : JSON.stringify(body),
    },
    assumed,
    keep,
  };
}

export const AMOCRM: Kind<AmoCrm> = {
  secretsOf: ({ tokenRef }) => [tokenRef],
  subjectOf: (_, occasion) => clientSubject(occasion),
  aloneWith: clientAlone,
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
