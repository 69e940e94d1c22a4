/**
 * Supervision by star code: an operator dials `*71101` and hears the talk of extension 101. Only a phone that gave its
 * password may, and only an operator who supervises a group of that colleague. `*76102` brings extension 102 into one's own
 * talk, as any operator may.
 */
import type { LegRecord } from '../../../domain/calls/call.js';
import type { StarCall } from '../../../domain/calls/supervision.js';
import { ownerOf } from '../../../domain/routing/dial-out.js';
import type { Operator, Telephony } from '../../../domain/routing/telephony.js';
import type { AppContext } from '../../context.js';
import { commit } from '../../events/commit.js';
import type { InboundCall } from '../../ports/switch.js';
import type { CallActor, Visitor } from '../call-registry.js';
import { confirmByBeeps } from './confirm-by-beeps.js';
import { superviseCall } from '../orders/supervise-call.js';

/** `stranger`: not allowed. `no-plan`: no such colleague. `no-talk`: he does not talk now. */
export type StarAnswer = 'taken' | 'stranger' | 'no-plan' | 'no-talk';

export async function receiveStarCode(
  context: AppContext,
  call: InboundCall,
  star: StarCall,
): Promise<StarAnswer> {
  const { telephony } = context.set();
  const supervisor = ownerOf(telephony, call.authenticatedAs);
  if (supervisor === undefined) return 'stranger';
  const watched = colleague(telephony, star.operator);
  if (watched === undefined) return 'no-plan';
  if (star.action === 'bring-in') return bringIn(context, call, { by: supervisor, colleague: watched });
  if (!maySupervise(telephony, supervisor, watched)) return 'stranger';
  const actor = talkOf(context, watched);
  if (actor === undefined) return 'no-talk';
  const wish = { mode: star.action, party: supervisor.name, role: 'supervisor' } as const;
  return (await visit(context, call, { actor, ...wish })) === 'taken' ? 'taken' : 'no-talk';
}

/** One beep says that the colleague's phone rings. */
async function bringIn(
  context: AppContext,
  { leg }: InboundCall,
  { by, colleague: third }: { readonly by: Operator; readonly colleague: Operator },
): Promise<StarAnswer> {
  const talk = talkOf(context, by);
  if (talk === undefined || third.name === by.name) return 'no-talk';
  const order = { callId: talk.callId, by: by.name, action: 'three-way', operator: third.name } as const;
  if ((await superviseCall(context, order)).kind === 'refused') return 'no-talk';
  confirmByBeeps(context, leg, 1);
  return 'taken';
}

function colleague({ operators }: Telephony, dialled: string): Operator | undefined {
  const all = Object.values(operators);
  return all.find(({ extension }) => extension === dialled) ?? all.find(({ name }) => name === dialled);
}

export function maySupervise({ groups }: Telephony, supervisor: Operator, watched: Operator): boolean {
  const allowed = supervisor.supervises ?? [];
  return allowed.some((name) => groups[name]?.operators.includes(watched.name) === true);
}

function talkOf({ calls }: AppContext, { name }: Operator): CallActor | undefined {
  return calls.all().find((actor) => {
    const { state, operator } = actor.describe();
    return state === 'bridged' && operator === name;
  });
}

export interface Visit extends Pick<Visitor, 'mode' | 'party' | 'replaces'> {
  readonly actor: CallActor;
  readonly role: LegRecord['role'];
}

/** The leg is stored before the call hears of it. */
export async function visit(
  context: AppContext,
  { leg }: InboundCall,
  { actor, role, ...wish }: Visit,
): Promise<'taken' | 'refused'> {
  const record: LegRecord = {
    id: leg.id,
    callId: actor.callId,
    role,
    party: wish.party,
    state: 'new',
    identity: leg.identity,
    invitedAt: context.ports.clock.now(),
  };
  await commit(context, ({ tx }) => tx.calls.addLeg(record));
  return actor.receive(wish.party, { ...wish, leg, record });
}
