/**
 * Bitrix24 by an incoming webhook (REST, scope telephony and crm). The client is found by phone first: only who is not
 * known becomes a lead, in a call at its start, so that its card opens while they talk; the end of the call goes to the
 * same card, with the recording.
 */
import { present } from '../../values/present.js';
import { idOf, jsonOf, listOf, objectOf, quoted, troubleOf } from '../answers.js';
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
import type { Bitrix24 } from '../destination.js';
import type { OccasionCall } from '../occasion.js';
import {
  cardAddress,
  clientAlone,
  clientSubject,
  filledFields,
  ofCall,
  titleOf,
  userOf,
  NO_PHONE,
  type CrmScene,
  type Step,
} from './crm-talk.js';

interface Scene extends CrmScene<Bitrix24> {
  readonly base: string;
}

interface Entity {
  readonly type: string;
  readonly id: string;
}

function* tell(destination: Bitrix24, { occasion, memory }: Told, tools: Tools): Talk {
  const { call, phone } = occasion;
  if (phone === undefined) return NO_PHONE;
  const base = (tools.secrets[destination.urlRef] ?? '').replace(/\/*$/, '/');
  const scene: Scene = { destination, occasion, tools, base };
  const client = yield* clientOf(scene, phone, memory);
  if ('verdict' in client) return client.verdict;
  const card = cardOf(scene, client.ok);
  if (call === undefined) return { kind: 'delivered', card };
  const registered = yield* register(scene, phone, client.ok, memory);
  if ('verdict' in registered) return registered.verdict;
  if (occasion.event === 'call.ended') {
    const verdict = yield* finish(scene, call, registered.ok, memory);
    if (verdict !== undefined) return verdict;
  }
  return { kind: 'delivered', note: `call ${registered.ok}`, card };
}

function cardOf({ destination, base }: Scene, { type, id }: Entity): string {
  const portal = /^https?:\/\/[^/]+/.exec(base)?.[0] ?? '';
  return cardAddress(portal, destination.cardPath, type, id);
}

function* clientOf(scene: Scene, phone: string, memory: Memory): Step<Entity> {
  const { entityType: type, entityId: id } = memory;
  if (type !== undefined && id !== undefined) return { ok: { type, id } };
  const found = yield* method(scene, 'telephony.externalCall.searchCrmEntities', {
    what: 'find the client by phone',
    params: { PHONE_NUMBER: phone },
    assumed: { result: [] },
    keep: (answer) => memoryOf(firstEntity(jsonOf(answer)['result'])),
  });
  if ('verdict' in found) return found;
  const known = firstEntity(found.ok);
  return known === undefined ? yield* newLead(scene, phone) : { ok: known };
}

/** The best match stands first. */
function firstEntity(result: unknown): Entity | undefined {
  for (const one of listOf(result)) {
    const { CRM_ENTITY_TYPE: type, CRM_ENTITY_ID: id } = objectOf(one);
    const known = idOf(id);
    if (typeof type === 'string' && known !== undefined) return { type, id: known };
  }
  return undefined;
}

function memoryOf(entity: Entity | undefined): Memory {
  return entity === undefined ? {} : { entityType: entity.type, entityId: entity.id };
}

function* newLead(scene: Scene, phone: string): Step<Entity> {
  const { destination, occasion, tools } = scene;
  const { source, clientName, email } = occasion;
  const made = yield* method(scene, 'crm.lead.add', {
    what: 'make a lead',
    params: {
      fields: {
        TITLE: titleOf(destination, occasion, tools),
        PHONE: [{ VALUE: phone, VALUE_TYPE: 'WORK' }],
        ...(email === undefined ? {} : { EMAIL: [{ VALUE: email, VALUE_TYPE: 'WORK' }] }),
        ASSIGNED_BY_ID: userOf(destination, occasion),
        ...present({
          NAME: clientName,
          SOURCE_ID: destination.source,
          UTM_SOURCE: source.source,
          UTM_MEDIUM: source.medium,
          UTM_CAMPAIGN: source.campaign,
          UTM_CONTENT: source.content,
          UTM_TERM: source.term,
        }),
        ...filledFields(destination, occasion, tools),
      },
    },
    assumed: { result: 1 },
    keep: (answer) => {
      const id = idOf(jsonOf(answer)['result']);
      return id === undefined ? {} : memoryOf({ type: 'LEAD', id });
    },
  });
  if ('verdict' in made) return made;
  const id = idOf(made.ok);
  return id === undefined
    ? { verdict: { kind: 'dead', why: 'the answer to a new lead names none' } }
    : { ok: { type: 'LEAD', id } };
}

/** What Bitrix24 calls kinds of calls. */
const TYPES: Readonly<Record<OccasionCall['direction'], number>> = {
  outbound: 1,
  'click-to-call': 1,
  inbound: 2,
  callback: 4,
};

/** The same call registered again within half an hour has the same id. */
function* register(scene: Scene, phone: string, { type, id }: Entity, memory: Memory): Step<string> {
  const { destination, occasion } = scene;
  const callId = memory[ofCall('callId', occasion)];
  if (callId !== undefined) return { ok: callId };
  const { call } = occasion;
  const params = {
    USER_ID: userOf(destination, occasion),
    PHONE_NUMBER: phone,
    TYPE: TYPES[call?.direction ?? 'inbound'],
    CALL_START_DATE: new Date(call?.startedAt ?? occasion.at).toISOString(),
    CRM_CREATE: 0,
    CRM_ENTITY_TYPE: type,
    CRM_ENTITY_ID: id,
    SHOW: destination.show === 'yes' && occasion.event !== 'call.ended' ? 1 : 0,
    ...present({ CRM_SOURCE: destination.source, LINE_NUMBER: destination.lineNumber }),
  };
  const registered = yield* method(scene, 'telephony.externalcall.register', {
    what: 'register the call',
    params,
    assumed: { result: { CALL_ID: 'externalCall.1' } },
    keep: (answer) => {
      const given = callIdOf(jsonOf(answer)['result']);
      return given === undefined ? {} : { [ofCall('callId', occasion)]: given };
    },
  });
  if ('verdict' in registered) return registered;
  const given = callIdOf(registered.ok);
  return given === undefined
    ? { verdict: { kind: 'dead', why: 'the answer to a registered call names none' } }
    : { ok: given };
}

function callIdOf(result: unknown): string | undefined {
  return idOf(objectOf(result)['CALL_ID']);
}

const STATUS_CODES: Readonly<Record<string, string>> = {
  answered: '200',
  voicemail: '200',
  busy: '486',
  rejected: '603',
  declined: '603',
  cancelled: '603-S',
  'invalid-number': '404',
  'carrier-failure': '503',
  'no-answer': '304',
  'no-operator': '304',
  abandoned: '304',
};

/** Undefined: it is done. What was done before a failure is not done again. */
function* finish(
  scene: Scene,
  call: OccasionCall,
  callId: string,
  memory: Memory,
): Generator<Ask, Verdict | undefined, VendorAnswer> {
  const { destination, occasion } = scene;
  const [finishedKey, attachedKey] = [ofCall('finished', occasion), ofCall('attached', occasion)];
  if (memory[finishedKey] === undefined) {
    const finished = yield* method(scene, 'telephony.externalcall.finish', {
      what: 'finish the call',
      params: {
        CALL_ID: callId,
        USER_ID: userOf(destination, occasion),
        DURATION: Math.round(call.talkSeconds),
        STATUS_CODE: STATUS_CODES[call.disposition ?? ''] ?? 'OTHER',
        ADD_TO_CHAT: 0,
      },
      assumed: { result: {} },
      keep: (answer) => (troubleIn(answer) === undefined ? { [finishedKey]: 'yes' } : {}),
    });
    if ('verdict' in finished) return finished.verdict;
  }
  if (call.recordingUrl === undefined || memory[attachedKey] !== undefined) return undefined;
  const attached = yield* method(scene, 'telephony.externalCall.attachRecord', {
    what: 'attach the recording',
    params: { CALL_ID: callId, FILENAME: `${call.id}.wav`, RECORD_URL: call.recordingUrl },
    assumed: { result: {} },
    keep: (answer) => (troubleIn(answer) === undefined ? { [attachedKey]: 'yes' } : {}),
  });
  return 'verdict' in attached ? attached.verdict : undefined;
}

interface Method {
  readonly what: string;
  readonly params: object;
  readonly assumed: object;
  readonly keep: (answer: VendorAnswer) => Memory;
}

function* method({ base }: Scene, name: string, { what, params, assumed, keep }: Method): Step<unknown> {
  const answer = yield {
    request: {
      what,
      method: 'POST',
      url: `${base}${name}.json`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    },
    assumed,
    keep,
  };
  const trouble = troubleIn(answer);
  return trouble === undefined ? { ok: jsonOf(answer)['result'] } : { verdict: trouble };
}

const ACCESS = [
  'expired_token',
  'invalid_token',
  'NO_AUTH_FOUND',
  'INVALID_CREDENTIALS',
  'insufficient_scope',
];
const PASSING = ['QUERY_LIMIT_EXCEEDED', 'OPERATION_TIME_LIMIT', 'INTERNAL_SERVER_ERROR', 'OVERLOAD_LIMIT'];

/** Errors are told in the body, with any status. */
function troubleIn(answer: VendorAnswer): Verdict | undefined {
  const { error, error_description: description } = jsonOf(answer);
  if (typeof error !== 'string' || error === '') return troubleOf(answer);
  const why = `${error}: ${quoted(typeof description === 'string' ? description : '')}`;
  if (ACCESS.includes(error)) return { kind: 'retry', why: `access is refused, renew the webhook; ${why}` };
  return PASSING.includes(error) ? { kind: 'retry', why, afterSeconds: 2 } : { kind: 'dead', why };
}

export const BITRIX24: Kind<Bitrix24> = {
  secretsOf: ({ urlRef }) => [urlRef],
  subjectOf: (_, occasion) => clientSubject(occasion),
  aloneWith: clientAlone,
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
