/** Decisions a second: `npx vitest bench --run test/unit/dialplan`. Budget of design §7: 500 k/s for `decide`. */
import { bench, describe } from 'vitest';
import { advance } from '../../../src/domain/dialplan/advance.js';
import { decide } from '../../../src/domain/dialplan/decide.js';
import type { Input } from '../../../src/domain/dialplan/inputs.js';
import { startSession, type Session } from '../../../src/domain/dialplan/session.js';
import type { ActivityId } from '../../../src/domain/values/ids.js';
import { factsWith, shippedPlan } from '../../support/dialplan/plans.js';

const facts = factsWith({});
const plans = { callback: shippedPlan('callback') };

function feed(session: Session, input: Input): Session {
  const next = advance(session, input, facts, plans, 1000);
  const decision = decide(next, facts);
  return decision.kind === 'directives'
    ? feed(next, { kind: 'issued', directives: decision.directives })
    : next;
}

function outcome(n: number, kind: 'answered'): Input;
function outcome(n: number, kind: 'digits', digits: string): Input;
function outcome(n: number, kind: 'answered' | 'digits', digits = ''): Input {
  return {
    kind: 'outcome',
    activity: `c1.${n}` as ActivityId,
    outcome: kind === 'answered' ? { kind } : { kind, digits },
  };
}

function callback(): Session {
  let session = feed(startSession({ plan: 'callback', callId: facts.callId, legs: [], at: 0 }), {
    kind: 'issued',
    directives: [],
  });
  for (const input of [outcome(1, 'answered'), outcome(2, 'digits', '1'), outcome(3, 'answered')])
    session = feed(session, input);
  return session;
}

const talking = callback();
const key: Input = { kind: 'signal', leg: 'operator:anna', signal: { kind: 'key', digit: '5' }, at: 1 };
const withKey = advance(talking, key, facts, plans, 1);

describe('dialplan engine', () => {
  bench('decide', () => void decide(withKey, facts));
  bench(
    'advance + decide, a key in a talk',
    () => void decide(advance(talking, key, facts, plans, 1), facts),
  );
  bench('a whole callback up to the talk (9 inputs, 9 decisions)', () => void callback());
});
