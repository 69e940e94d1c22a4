/**
 * An operator dials from a registered phone that gave its password: a colleague, or a client "by hand". A talk with a
 * client belongs to that client's history and ends the attempts that wait for him (settle-phone).
 */
import type { Facts } from '../../../domain/dialplan/facts.js';
import { startSession } from '../../../domain/dialplan/session.js';
import { ownerOf, planDialling, type Dialling } from '../../../domain/routing/dial-out.js';
import type { DialOut, Operator, Trunk } from '../../../domain/routing/telephony.js';
import type { CallId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { TelephonySet } from '../../config.js';
import type { AppContext } from '../../context.js';
import { listedStrike } from '../../gate/ask-gate.js';
import type { InboundCall } from '../../ports/switch.js';
import { keptFrom, newRecord, type CallSetup } from './call-setup.js';
import { claimClient } from './claim-client.js';
import { setFacts } from './gather-facts.js';
import { noteDenied } from '../routing/note-denied.js';
import { planTrunk } from '../routing/plan-trunk.js';
import { startCall } from './start-call.js';
import { callingStopped } from '../orders/stop-calling.js';

/** Plan of calls from registered phones. */
const PLAN = 'internal';
const CALLER = 'caller';

/** `stranger`: no operator. `no-plan`: there is nothing to dial. `no-talk`: the client is in a call with us. */
export type DialAnswer = 'taken' | 'stranger' | 'not-allowed' | 'emergency' | 'no-plan' | 'no-talk' | 'full';

type Allowed = Exclude<Dialling, { kind: 'denied' }>;

export async function dialOut(context: AppContext, call: InboundCall): Promise<DialAnswer> {
  const set = context.set();
  const by = ownerOf(set.telephony, call.authenticatedAs);
  if (by === undefined) return 'stranger';
  if (set.plans[PLAN] === undefined) return 'no-plan';
  const dialling = planDialling(set.telephony, by, call.dnis);
  if (dialling.kind === 'denied') {
    noteDenied(context, { by, dialled: call.dnis, ...dialling });
    return denialOf(dialling);
  }
  if (dialling.kind === 'colleague') return begin(context, { set, by, call, dialling });
  const isHelp = dialling.kind === 'emergency';
  if (!isHelp && (await callingStopped(context)) === 'stopped') return 'full';
  const { telephony } = set;
  const planned = await planTrunk(context, {
    telephony,
    number: dialling.phone,
    trunk: isHelp ? undefined : dialling.terms.trunk,
  });
  if (planned.kind === 'none') return planned.why === 'denied' ? 'not-allowed' : 'full';
  return begin(context, { set, by, call, dialling, ...present({ trunk: planned.trunk }) });
}

function denialOf({ code }: Extract<Dialling, { kind: 'denied' }>): DialAnswer {
  if (code === 'emergency') return 'emergency';
  return code === 'no-such-number' ? 'no-plan' : 'not-allowed';
}

interface Beginning {
  readonly set: TelephonySet;
  readonly by: Operator;
  readonly call: InboundCall;
  readonly dialling: Allowed;
  readonly trunk?: Trunk;
}

const REFUSED = {
  'do-not-call': 'not-allowed',
  'phone-busy': 'no-talk',
  channels: 'full',
  'too-many-calls': 'full',
} as const;

async function begin(context: AppContext, beginning: Beginning): Promise<DialAnswer> {
  const { dialling, trunk, by, call } = beginning;
  // Whoever consults a colleague may want to connect him with the call he is in.
  const talk = context.calls.legOf(by.name);
  if (talk !== undefined) call.leg.joinHome(talk);
  const callId = context.ports.ids.next() as CallId;
  const setup = await setupOf(context, callId, beginning);
  const answer = await startCall<keyof typeof REFUSED>(context, setup, async (unit) => {
    // Two who call for help at once are no conflict, and its channel may be one too many.
    if (dialling.kind !== 'number') return 'granted';
    const { phone } = dialling;
    const struck = await listedStrike(unit.tx, phone, unit.now);
    return struck === undefined ? claimClient(unit, { callId, phone, trunk }) : 'do-not-call';
  });
  return answer === 'started' ? 'taken' : REFUSED[answer];
}

async function setupOf(
  context: AppContext,
  callId: CallId,
  { set, by, call, dialling, trunk }: Beginning,
): Promise<CallSetup> {
  const at = context.ports.clock.now();
  const caller = { ref: CALLER, role: 'caller', party: by.name } as const;
  const phone = dialling.kind === 'colleague' ? undefined : dialling.phone;
  return {
    record: {
      ...newRecord({ callId, at, direction: 'outbound', dialplan: PLAN }),
      operator: by.name,
      ...present({ clientNumber: phone }),
    },
    session: startSession({ plan: PLAN, callId, legs: [caller], at }),
    facts: {
      callId,
      ...(await setFacts(context, { set, phone })),
      ...factsOf({ set, by, dialling, call, ...present({ trunk }) }),
    },
    ...keptFrom(set),
    names: { client: present({ phone }) },
    ...present({ reservedTrunk: trunk?.name }),
    caller: {
      ref: CALLER,
      leg: call.leg,
      record: {
        id: call.leg.id,
        callId,
        role: 'caller',
        party: by.name,
        state: 'new',
        identity: call.leg.identity,
        invitedAt: at,
      },
    },
  };
}

function factsOf({ by, call, dialling, trunk }: Beginning): Omit<Facts, 'callId'> {
  const { group } = dialling;
  return {
    direction: 'outbound',
    locale: by.locale ?? group?.locale ?? 'en',
    dialled: call.dnis,
    ...present({ group }),
    ...(dialling.kind === 'colleague' ? colleagueFacts(dialling, by) : numberFacts(dialling, trunk)),
  };
}

type Reached = Pick<Facts, 'operators' | 'recorded' | 'clientNumber' | 'callerId' | 'display'>;

function numberFacts(dialling: Exclude<Allowed, { kind: 'colleague' }>, trunk?: Trunk): Reached {
  const terms: Partial<DialOut> = dialling.kind === 'number' ? dialling.terms : {};
  const callerId = terms.callerId ?? trunk?.callerId;
  const { recording = 'off' } = terms;
  return { operators: [], recorded: recording, clientNumber: dialling.phone, ...present({ callerId }) };
}

function colleagueFacts({ operator }: Extract<Dialling, { kind: 'colleague' }>, by: Operator): Reached {
  return { operators: [operator], recorded: 'off', display: by.displayName };
}
