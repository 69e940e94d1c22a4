/**
 * Part `dialplan`: decisions a second of the pure engine, beside the least a program would do that keeps a call's state as
 * JSON: read the session and write it. One decision is one input taken (`advance`) and the question what to do next
 * answered (`decide`). The seconds are of CPU time. And how long a large set of plans takes to read and lint.
 */
import { ownCpuMs } from './process-usage.js';
import { lintLargeSet } from './plan-set.js';
import { advance } from '../../domain/dialplan/advance.js';
import { decide } from '../../domain/dialplan/decide.js';
import type { Facts } from '../../domain/dialplan/facts.js';
import type { Input } from '../../domain/dialplan/inputs.js';
import { parseDialplan } from '../../domain/dialplan/schema.js';
import { startSession, type Plans, type Session } from '../../domain/dialplan/session.js';
import type { ActivityId, CallId, E164 } from '../../domain/values/ids.js';
import { figure, percentile, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';

const PLAN = {
  name: 'bench',
  start: 'by-source',
  steps: {
    'by-source': {
      do: 'switch',
      value: 'attribution.source',
      cases: [{ is: 'tiktok', step: 'share' }],
      on: { otherwise: 'share' },
    },
    share: {
      do: 'percent',
      ways: [
        { percent: 50, step: 'find' },
        { percent: 50, step: 'find' },
      ],
    },
    find: { do: 'ring-group', ask: 'nobody', on: { accepted: 'client', nobody: 'bye' } },
    client: { do: 'originate', waiting: 'operator', on: { answered: 'armed', failed: 'bye' } },
    armed: { do: 'record', next: 'talk' },
    talk: { do: 'bridge' },
    bye: { do: 'hangup' },
  },
};

const FACTS: Facts = {
  callId: 'bench' as CallId,
  direction: 'callback',
  locale: 'en',
  clientNumber: '+4930123456' as E164,
  operators: [{ name: 'anna', displayName: 'Anna', devices: [{ kind: 'registered', user: 'anna' }] }],
};

function plansOf(): Plans {
  const parsed = parseDialplan(PLAN);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { bench: parsed.plan };
}

const PLANS = plansOf();

/** Counts the decisions: one a look of the runner. */
function feed(session: Session, input: Input, count: { decisions: number }): Session {
  const next = advance(session, input, FACTS, PLANS, 1000);
  const decision = decide(next, FACTS);
  count.decisions += 1;
  return decision.kind === 'directives'
    ? feed(next, { kind: 'issued', directives: decision.directives }, count)
    : next;
}

const answered = (n: number): Input => ({
  kind: 'outcome',
  activity: `bench.${n}` as ActivityId,
  outcome: { kind: 'answered' },
});
const key: Input = { kind: 'signal', leg: 'operator:anna', signal: { kind: 'key', digit: '5' }, at: 1 };
const BEGUN: Input = { kind: 'issued', directives: [] };

/** A call from its first step to the talk. */
function wholeCall(count: { decisions: number }): Session {
  const fresh = startSession({ plan: 'bench', callId: FACTS.callId, legs: [], at: 0 });
  return [BEGUN, answered(1), answered(2)].reduce((session, input) => feed(session, input, count), fresh);
}

const ROUNDS = 5;
const ROUND_MS = 300;

function perSecond(work: () => number): number {
  const startedAt = ownCpuMs();
  let count = 0;
  while (ownCpuMs() - startedAt < ROUND_MS) for (let times = 0; times < 1000; times += 1) count += work();
  return (count * 1000) / (ownCpuMs() - startedAt);
}

/** In turns, so that a noisy moment meets all of them. */
export async function dialplanRate({ say }: BenchOptions): Promise<Figures> {
  say('dialplan: decisions of the engine');
  const talking = wholeCall({ decisions: 0 });
  if (talking.bridgedAt === undefined) throw new Error('the bench plan did not come to a talk');
  const waiting = advance(talking, key, FACTS, PLANS, 1);
  const contestants: Readonly<Record<string, () => number>> = {
    json: () => (JSON.stringify(JSON.parse(JSON.stringify(talking))) === '' ? 0 : 1),
    look: () => (decide(waiting, FACTS).kind === 'directives' ? 1 : 0),
    key: () => (decide(advance(talking, key, FACTS, PLANS, 1), FACTS).kind === 'end' ? 0 : 1),
    call() {
      const count = { decisions: 0 };
      wholeCall(count);
      return count.decisions;
    },
  };
  const rates = Object.entries(contestants).map(([name, work]) => ({ name, work, measured: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { work, measured } of rates) measured.push(perSecond(work));
  const median = (wanted: string): number =>
    percentile(rates.find(({ name }) => name === wanted)?.measured ?? [], 0.5);
  const beside = { what: 'sessions a second read from and written as JSON', value: median('json') };
  const budget = { limit: 500_000, bound: 'at least' } as const;
  return {
    decide: figure({ value: median('look'), unit: '/s', beside, budget }),
    advance_key_in_talk: figure({ value: median('key'), unit: '/s', beside, budget }),
    decisions_of_whole_calls: figure({ value: median('call'), unit: '/s', beside }),
    lint_5000_steps: await lintLargeSet(),
  };
}
