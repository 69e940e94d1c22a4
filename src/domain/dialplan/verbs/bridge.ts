/** `bridge`: lets two legs talk until one of them hangs up. Transfers asked for meanwhile are carried out. */
import { z } from 'zod';
import { activitiesOf, startBridge } from '../activities.js';
import type { LegRef } from '../directives.js';
import { isAlive, resolveLeg } from '../legs.js';
import type { Turn } from '../turn.js';
import {
  defineVerb,
  leave,
  legField,
  stay,
  stepBase,
  type Outcomes,
  type Progress,
  type StepEvent,
} from '../verb.js';
import { followTransfer, moveParty, replaceParty, requestTransfer, type Talk } from './transfer.js';

const OUTCOMES = {
  ended: { when: 'The talk is over; the other leg may still be there.', otherwise: 'end' },
  'a-left': { when: 'The first leg hung up.', otherwise: { as: 'ended' } },
  'b-left': { when: 'The second leg hung up.', otherwise: { as: 'ended' } },
  failed: {
    when: 'A leg was gone before, or the switch could not join them, or nobody knows whether it did.',
    otherwise: 'end',
  },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('bridge'),
  a: legField.default('operator').describe('Channel 0 of a recording'),
  b: legField.default('client').describe('Channel 1'),
  ...stepBase(OUTCOMES),
});

function react(turn: Turn, talk: Talk, event: StepEvent): Progress<Talk> | undefined {
  if (event.kind === 'transfer-requested') return stay(requestTransfer(turn, talk, event));
  if (event.kind === 'party-replaced' || event.kind === 'move-requested') return command(turn, talk, event);
  const followed = followTransfer(turn, talk, event);
  if (followed !== undefined) return followed === 'over' ? leave('ended') : stay(followed);
  if (event.kind === 'activity-ended')
    return isBroken(turn, talk, event.running.verb) ? leave('failed') : undefined;
  return event.kind === 'leg-ended' ? whoLeft(talk, event.leg) : undefined;
}

function whoLeft(talk: Talk, leg: LegRef): Progress<Talk> | undefined {
  if (leg === talk.a) return leave('a-left');
  return leg === talk.b ? leave('b-left') : undefined;
}

type Commanded = Extract<StepEvent, { kind: 'party-replaced' | 'move-requested' }>;

function command(turn: Turn, talk: Talk, event: Commanded): Progress<Talk> | undefined {
  const next =
    event.kind === 'move-requested' ? moveParty(turn, talk, event) : replaceParty(turn, talk, event);
  return next === undefined ? undefined : stay(next);
}

/** The bridge ended although both legs are there. */
function isBroken(turn: Turn, talk: Talk, ended: string): boolean {
  return (
    ended === 'bridge' &&
    talk.transfer === undefined &&
    !activitiesOf(turn, talk.a).some(([, running]) => running.verb === 'bridge')
  );
}

export const bridge = defineVerb<z.infer<typeof schema>, Talk>({
  summary:
    'Joins two legs until one hangs up. Keys are told as `key.pressed`; an operator may hold and transfer.',
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    usesLegs: [
      { leg: step.a, path: ['a'] },
      { leg: step.b, path: ['b'] },
    ],
  }),
  begin(turn, step) {
    const talk = { a: resolveLeg(turn, step.a), b: resolveLeg(turn, step.b) };
    if (!isAlive(turn, talk.a) || !isAlive(turn, talk.b) || talk.a === talk.b) return leave('failed');
    startBridge(turn, talk.a, talk.b);
    return stay(talk);
  },
  react: (turn, _, talk, event) => react(turn, talk, event),
});
