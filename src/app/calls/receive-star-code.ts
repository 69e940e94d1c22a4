/**
 * Supervision by star code: an operator dials `*71101` and hears the talk of extension 101. Only a phone that gave its
 * password may, and only an operator who supervises a group of that colleague.
 */
import type { LegRecord } from '../../domain/calls/call.js';
import type { StarCall } from '../../domain/calls/supervision.js';
import type { Operator, Telephony } from '../../domain/routing/telephony.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { InboundCall } from '../ports/switch.js';
import type { CallActor } from './call-registry.js';

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
  if (!maySupervise(telephony, supervisor, watched)) return 'stranger';
  const actor = talkOf(context, watched);
  if (actor === undefined) return 'no-talk';
  return join(context, call, { actor, star, supervisor: supervisor.name });
}

export function ownerOf(telephony: Telephony, user: string | undefined): Operator | undefined {
  return Object.values(telephony.operators).find(({ devices }) =>
    devices.some((device) => device.kind === 'registered' && device.user === user),
  );
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

async function join(
  context: AppContext,
  { leg }: InboundCall,
  {
    actor,
    star,
    supervisor,
  }: { readonly actor: CallActor; readonly star: StarCall; readonly supervisor: string },
): Promise<StarAnswer> {
  const record: LegRecord = {
    id: leg.id,
    callId: actor.callId,
    role: 'supervisor',
    party: supervisor,
    state: 'new',
    identity: leg.identity,
    invitedAt: context.ports.clock.now(),
  };
  await commit(context, ({ tx }) => tx.calls.addLeg(record));
  const visitor = { mode: star.action, party: supervisor, leg, record };
  return actor.receive(supervisor, visitor) === 'refused' ? 'no-talk' : 'taken';
}
