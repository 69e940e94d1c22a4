/** How a call might have gone on after a replay left what is known: people behave by a named model. Assumed, never known. */
import type { CallDisposition } from '../../calls/call.js';
import { advance } from '../../dialplan/advance.js';
import { decide } from '../../dialplan/decide.js';
import type { Directive } from '../../dialplan/directives.js';
import type { Plans, Session } from '../../dialplan/session.js';
import type { OpenCall } from '../replay-call.js';
import { Agenda } from './agenda.js';
import { answersOf, endsLeg, type Happens, type Surroundings } from './answers.js';
import { chanceFrom } from './chance.js';
import { USUAL_HABITS, type Habits } from './habits.js';

/** What may be assumed about people. */
export const MODELS = {
  usual: USUAL_HABITS,
  'everybody-answers': {
    ...USUAL_HABITS,
    operatorAnswers: 1,
    operatorAccepts: 1,
    clientAnswers: 1,
    clientBusy: 0,
  },
  'nobody-answers': { ...USUAL_HABITS, operatorAnswers: 0, clientAnswers: 0, clientBusy: 0 },
} as const satisfies Readonly<Record<string, Habits>>;
export type Model = keyof typeof MODELS;

/** Undefined: nothing would end the call. */
export function assumeRest(
  { session, facts, directives, at, ended }: OpenCall,
  plans: Plans,
  { model, seed }: { readonly model: Model; readonly seed: number },
): CallDisposition | undefined {
  if (ended !== undefined) return ended;
  const habits = MODELS[model];
  const world: Surroundings = { chance: chanceFrom(seed), habits, plans, busy: new Map() };
  const agenda = new Agenda<Happens['inputs']>();
  const plan = (wanted: readonly Directive[], now: Session, time: number): void => {
    for (const directive of wanted)
      for (const { after, inputs } of answersOf(world, directive, now)) agenda.put(time + after, inputs);
  };
  plan(directives, session, at);
  for (const leg of Object.keys(session.legs))
    agenda.put(
      at + world.chance.exponential(habits.patienceSeconds + habits.talkSeconds) * 1000,
      endsLeg(leg),
    );
  let current = session;
  for (let next = agenda.take(); next !== undefined; next = agenda.take())
    for (const input of next.what(current, next.at)) {
      current = advance(current, input, facts, plans, next.at);
      for (
        let decision = decide(current, facts);
        decision.kind !== 'wait';
        decision = decide(current, facts)
      ) {
        if (decision.kind === 'end') return decision.disposition;
        current = advance(
          current,
          { kind: 'issued', directives: decision.directives },
          facts,
          plans,
          next.at,
        );
        plan(decision.directives, current, next.at);
      }
    }
  return undefined;
}
