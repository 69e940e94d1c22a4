/** `bridge`: lets two legs talk until one of them hangs up. Transfers asked for meanwhile are carried out. */
import { z } from 'zod';
import type { LegRef } from '../directives.js';
import { activitiesOf, startBridge, startPlay, togglePause } from '../activities.js';
import {
  DEFAULT_LIVE_KEYS,
  liveKeysField,
  pressKey,
  sequencesOf,
  type LiveAction,
  type LiveKeys,
} from '../live-keys.js';
import { isAlive, resolveLeg } from '../legs.js';
import { markCall } from '../marks.js';
import { without } from '../../values/present.js';
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
import { beginNote, endNote } from './live-note.js';
import { followTransfer, moveParty, replaceParty, requestTransfer, type Talk } from './talk-transfer.js';

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
  keys: liveKeysField,
  ...stepBase(OUTCOMES),
});

type BridgeStep = z.infer<typeof schema>;

/** The plan's keys win over those of the policy or the project, these over the usual ones. */
function keysOf({ facts }: Turn, step: BridgeStep): LiveKeys {
  const own = facts.policy === undefined ? facts.liveKeys : facts.policy.liveKeys;
  return { ...DEFAULT_LIVE_KEYS, ...own, ...step.keys };
}

/** Only operators have keys: a client may press what he likes. A short tone in the operator's ear says it was understood. */
function takeKey(
  turn: Turn,
  step: BridgeStep,
  talk: Talk,
  { leg, digit, at }: Extract<StepEvent, { kind: 'key' }>,
): Progress<Talk> | undefined {
  const party = turn.session.legs[leg];
  if (party?.role !== 'operator' || (leg !== talk.a && leg !== talk.b)) return undefined;
  const rest = without(talk, 'typed');
  const { typed, action, keys } = pressKey(keysOf(turn, step), talk.typed, { leg, keys: digit, at });
  if (action === undefined) return stay(typed === undefined ? rest : { ...rest, typed });
  if (typeof action === 'object') return { kind: 'jump', step: action.step, row: `keys.${keys ?? ''}` };
  const acted = actOn(turn, action, rest, { leg, by: party.party });
  startPlay(turn, leg, [{ kind: 'tone', tone: 'beep' }]);
  return stay(acted);
}

interface Presser {
  readonly leg: LegRef;
  readonly by: string;
}

function actOn(turn: Turn, action: LiveAction, talk: Talk, { leg, by }: Presser): Talk {
  if (action === 'speak-time')
    return talk.note === undefined ? { ...talk, note: beginNote(turn, leg, by) } : noteOver(turn, talk);
  if (action === 'pause-recording') togglePause(turn);
  else if (action !== 'none') markCall(turn, action, by);
  return talk;
}

function noteOver(turn: Turn, talk: Talk): Talk {
  if (talk.note !== undefined) endNote(turn, talk.note);
  return without(talk, 'note');
}

/** Nothing is recorded on when the talk is over. */
function react(turn: Turn, step: BridgeStep, talk: Talk, event: StepEvent): Progress<Talk> | undefined {
  if (event.kind === 'activity-ended' && event.activity === talk.note?.timer)
    return stay(noteOver(turn, talk));
  const progress = goOn(turn, step, talk, event);
  if (progress !== undefined && progress.kind !== 'stay') noteOver(turn, talk);
  return progress;
}

function goOn(turn: Turn, step: BridgeStep, talk: Talk, event: StepEvent): Progress<Talk> | undefined {
  if (event.kind === 'key') return takeKey(turn, step, talk, event);
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

export const bridge = defineVerb<BridgeStep, Talk>({
  summary: 'Joins two legs until one hangs up. An operator may mark the call by keys, hold and transfer.',
  example: `
talk: { do: bridge, a: operator, b: client, on: { b-left: survey } }
`,
  more: `Keys of the operator during the talk, unless \`liveKeys\` of the policy or the step's \`keys\` say otherwise (a call that comes in has the \`liveKeys\` of its number's project, else of the policy \`default\`); \`none\` takes one away, \`{ step: name }\` goes to a step while the talk goes on:

| key | what it does |
| --- | --- |
| \`*1\` | marks the call as target |
| \`*2\` | marks it as not target |
| \`*3\` | marks it as "later" |
| \`*4\` | marks it as "later" and records the operator for 20 s, or until \`*4\` again: what he says is the time ([outcomes.md](outcomes.md)) |
| \`*7\` | pauses the recording, and resumes it |
| \`*0\` | puts the number on the blacklist |

The last mark counts; each is told as \`call.marked\`. A short tone in the operator's ear confirms a key; the other party hears nothing of these keys. All others, and every key of the other party, go on to whom they talk with, as long as they were pressed and in the way that phone or trunk takes keys (RFC 4733, INFO, tones); what may still become a sequence waits for the next key, 3 s at most. Every key is told as \`key.pressed\`.

A recording armed with \`record\` begins when both legs have answered, with \`a\` on channel 0. Hold and resume are followed.

An operator may transfer (REFER); an outside party may not. Blind: we dial the target; when it answers, the other party is moved over and the transferor is hung up; when it fails, the talk goes on. The transferor's phone is told 180, 200 or the failure. Attended (Replaces): the two remaining parties are joined at once, also when the consultation is a call of its own, and as soon as the consulted phone is answered when it still rings (docs/dialling-out.md).`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    usesLegs: [
      { leg: step.a, path: ['a'] },
      { leg: step.b, path: ['b'] },
    ],
    targets: Object.entries(step.keys).flatMap(([key, action]) =>
      typeof action === 'object' ? [{ step: action.step, path: ['keys', key] }] : [],
    ),
  }),
  begin(turn, step) {
    const talk = { a: resolveLeg(turn, step.a), b: resolveLeg(turn, step.b) };
    if (!isAlive(turn, talk.a) || !isAlive(turn, talk.b) || talk.a === talk.b) return leave('failed');
    const kept = sequencesOf(keysOf(turn, step));
    startBridge(turn, talk.a, talk.b, kept);
    return stay({ ...talk, kept });
  },
  react,
});
