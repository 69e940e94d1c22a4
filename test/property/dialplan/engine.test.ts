/**
 * The engine under random inputs in random order, most of which make no sense: it never throws, always comes to an end,
 * and leaves nothing ringing, playing or bridged behind. What it leaves behind is read
 * from the directives that were issued and the tables of the session.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../../src/domain/dialplan/advance.js';
import { decide } from '../../../src/domain/dialplan/decide.js';
import type { Directive } from '../../../src/domain/dialplan/directives.js';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type {
  ActivityOutcome,
  Input,
  SessionCommand,
  SessionSignal,
} from '../../../src/domain/dialplan/inputs.js';
import {
  startSession,
  type InitialLeg,
  type Plans,
  type Session,
} from '../../../src/domain/dialplan/session.js';
import type { ActivityId, CallId, LeadId, LegId } from '../../../src/domain/values/ids.js';
import { ERRAND, LABYRINTH, WINDING } from '../../support/dialplan/labyrinth.js';
import { factsWith, shippedPlan } from '../../support/dialplan/plans.js';

const PLANS: Plans = {
  callback: shippedPlan('callback'),
  inbound: shippedPlan('inbound'),
  winding: WINDING,
  labyrinth: LABYRINTH,
  errand: ERRAND,
};
const CALLER: InitialLeg = { ref: 'caller', role: 'caller', party: '+4930123456' };

/** Chosen against what goes on at its turn: `pick` selects among the legs or activities of the session. */
type Move =
  | { readonly kind: 'signal'; readonly pick: number; readonly signal: SessionSignal }
  | { readonly kind: 'outcome'; readonly pick: number; readonly outcome: ActivityOutcome }
  /** The good outcome of an activity, so that many runs come as far as a talk. */
  | { readonly kind: 'good'; readonly pick: number; readonly key: string }
  | { readonly kind: 'stale'; readonly outcome: ActivityOutcome }
  | { readonly kind: 'command'; readonly command: SessionCommand };

const CHIEF = { party: 'chief', dialled: { kind: 'uri', uri: 'sip:chief@x' } } as const;
const COMMANDS: readonly SessionCommand[] = [
  { kind: 'pause-recording' },
  { kind: 'resume-recording' },
  { kind: 'hang-up' },
  { kind: 'mark', mark: 'target' },
  { kind: 'queue-position', position: 2, waiting: 3, waitSeconds: 90 },
  { kind: 'queue-offer', operator: 'anna' },
  { kind: 'queue-offer', operator: 'nobody' },
  { kind: 'pick-up', operator: 'boris' },
  { kind: 'supervise', mode: 'listen', ...CHIEF },
  { kind: 'supervise', mode: 'barge', ...CHIEF },
  { kind: 'supervise', mode: 'three-way', ...CHIEF },
  { kind: 'member', party: 'chief', member: 'client', change: 'mute' },
  { kind: 'join', mode: 'take-over', party: 'deputy', leg: 'supervisor:x' },
  { kind: 'stop-supervising', party: 'chief' },
  { kind: 'take-over', party: 'chief' },
  { kind: 'move', ...CHIEF },
  { kind: 'hand-over', leg: 'caller', to: 'c9' as CallId, fetching: 'c9.1' as ActivityId },
  { kind: 'let-go' },
];

/** As another call gives him. */
const BORIS = {
  leg: 'transfer:boris',
  legId: 'boris' as LegId,
  about: { role: 'operator', party: 'boris', state: 'ringing' },
  device: 'registered',
  accepted: 'no',
} as const;

const ending = fc.record({
  by: fc.constantFrom('caller', 'callee', 'system', 'unknown'),
  sipStatus: fc.constantFrom(200, 404, 408, 480, 486, 487, 503, 603),
  at: fc.nat(),
});
const digit = fc.constantFrom('1', '1', '2', '3', '4', '5', '9', '#');
const signal: fc.Arbitrary<SessionSignal> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'answered' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'ringing', sipStatus: 180 } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'early-media' } as const) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'held' } as const, { kind: 'resumed' } as const) },
  { weight: 1, arbitrary: digit.map((key) => ({ kind: 'key', digit: key }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<SessionSignal>(
      { kind: 'transfer-requested', target: 'sip:carla@pbx' },
      { kind: 'transfer-requested', target: 'sip:102@us', inside: 'boris' },
      { kind: 'transfer-requested', target: 'sip:x@y', consulted: { call: 'c9' as CallId, leg: 'caller' } },
      { kind: 'transfer-requested', target: 'sip:x@y', replaces: 'client' },
    ),
  },
  { weight: 1, arbitrary: ending.map((end) => ({ kind: 'ended', ending: end }) as const) },
);
const outcome: fc.Arbitrary<ActivityOutcome> = fc.oneof(
  { weight: 5, arbitrary: digit.map((digits) => ({ kind: 'digits', digits }) as const) },
  { weight: 4, arbitrary: fc.constantFrom<ActivityOutcome>({ kind: 'answered' }, { kind: 'done' }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ActivityOutcome>(
      { kind: 'no-input' },
      { kind: 'unknown' },
      { kind: 'failed', why: 'x' },
      { kind: 'stopped' },
      { kind: 'elapsed' },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ActivityOutcome>(
      { kind: 'not-allowed', why: 'channels' },
      { kind: 'handed-over', from: 'c9' as CallId, parties: [BORIS] },
      { kind: 'leg-ended', leg: 'client' },
      { kind: 'leg-ended', leg: 'caller' },
    ),
  },
  { weight: 1, arbitrary: ending.map((end) => ({ kind: 'not-answered', ending: end }) as const) },
);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('signal' as const), pick: fc.nat(20), signal }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('outcome' as const), pick: fc.nat(20), outcome }) },
  { weight: 24, arbitrary: fc.record({ kind: fc.constant('good' as const), pick: fc.nat(20), key: digit }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale' as const), outcome }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom<SessionCommand>(...COMMANDS),
    }),
  },
);

const setting = fc.record({
  plan: fc.constantFrom(
    ...(['callback', 'callback', 'inbound', 'winding', 'labyrinth', 'labyrinth'] as const),
  ),
  strategy: fc.constantFrom('simultaneous' as const, 'sequential' as const),
  moves: fc.array(move, { minLength: 3, maxLength: 40, size: 'max' }),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

interface Run {
  readonly facts: Facts;
  session: Session;
  now: number;
  readonly issued: Directive[];
}

function begin({ plan, strategy }: Setting): Run {
  const group = {
    name: 'sales',
    operators: [],
    strategy,
    ringSeconds: 15,
    timeZone: 'Europe/Berlin',
    locale: 'en',
    country: 'DE',
  } as const;
  const facts = factsWith({ direction: plan === 'callback' ? 'callback' : 'inbound', group });
  const legs = plan === 'callback' ? [] : [CALLER];
  return { facts, session: startSession({ plan, callId: facts.callId, legs, at: 0 }), now: 0, issued: [] };
}

function feed(run: Run, input: Input): void {
  run.now += 100;
  run.session = advance(run.session, input, run.facts, PLANS, run.now);
}

/** What the runner does after every input. More than a few rounds without an input would be a loop. */
function settle(run: Run): void {
  for (let rounds = 0; ; rounds += 1) {
    const decision = decide(run.session, run.facts);
    expect(decide(run.session, run.facts)).toEqual(decision);
    if (decision.kind !== 'directives') return;
    expect(rounds).toBeLessThan(10);
    run.issued.push(...decision.directives);
    feed(run, { kind: 'issued', directives: decision.directives });
  }
}

function goodOutcome(verb: string | undefined, key: string): ActivityOutcome {
  if (verb === 'gather') return { kind: 'digits', digits: key };
  if (verb === 'webhook') return { kind: 'responded', status: 200, body: key };
  if (verb === 'wait') return { kind: 'elapsed' };
  if (verb === 'park') return { kind: 'parked', slot: '701' };
  if (verb === 'callback') return { kind: 'lead-taken', leadId: 'l1' as LeadId, status: 'queued' };
  if (verb === 'early-media') return { kind: 'done' };
  return verb === 'play' ? { kind: 'done' } : { kind: 'answered' };
}

function inputOf(run: Run, one: Move): Input {
  if (one.kind === 'command') return { kind: 'command', by: 'test', command: one.command };
  if (one.kind === 'stale')
    return { kind: 'outcome', activity: 'c1.9999' as ActivityId, outcome: one.outcome };
  if (one.kind === 'signal') {
    const legs = Object.keys(run.session.legs);
    return {
      kind: 'signal',
      leg: legs[one.pick % Math.max(1, legs.length)] ?? 'nobody',
      signal: one.signal,
      at: run.now,
    };
  }
  const all = Object.entries(run.session.activities);
  // A good talk and its recording just go on.
  const chosen =
    one.kind === 'good'
      ? all.filter(([, { verb }]) => verb !== 'bridge' && verb !== 'record' && verb !== 'queue')
      : all;
  const activities = chosen.map(([id]) => id as ActivityId);
  const activity = activities[one.pick % Math.max(1, activities.length)] ?? ('c1.1' as ActivityId);
  return {
    kind: 'outcome',
    activity,
    outcome: one.kind === 'good' ? goodOutcome(run.session.activities[activity]?.verb, one.key) : one.outcome,
  };
}

function play(chosen: Setting, each: (run: Run) => void = () => undefined): Run {
  const run = begin(chosen);
  settle(run);
  for (const one of chosen.moves) {
    feed(run, inputOf(run, one));
    settle(run);
    each(run);
  }
  return run;
}

/** Everybody hangs up and every timer runs out: then there is nothing left to wait for. */
function endEverything(run: Run): void {
  for (let rounds = 0; rounds < 30 && decide(run.session, run.facts).kind !== 'end'; rounds += 1) {
    for (const leg of Object.keys(run.session.legs)) {
      feed(run, {
        kind: 'signal',
        leg,
        signal: { kind: 'ended', ending: { by: 'callee', sipStatus: 480, at: run.now } },
        at: run.now,
      });
      settle(run);
    }
  }
}

const RUNS = { numRuns: 1500 };

describe('the dialplan engine under random inputs', () => {
  it('never throws, and ends when everybody has hung up', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const run = play(chosen);
        endEverything(run);
        expect(decide(run.session, run.facts).kind).toBe('end');
        expect(run.session.stepsLeft).toBeGreaterThanOrEqual(0);
      }),
      RUNS,
    );
  });

  it('issues nothing after the end', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const run = play(chosen);
        endEverything(run);
        const before = run.issued.length;
        for (const one of chosen.moves) {
          feed(run, inputOf(run, one));
          settle(run);
        }
        expect(run.issued.length).toBe(before);
      }),
      RUNS,
    );
  });

  it('decides the same after a JSON round trip, at every step', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        play(chosen, (run) => {
          const stored = JSON.parse(JSON.stringify(run.session)) as Session;
          expect(decide(stored, run.facts)).toEqual(decide(run.session, run.facts));
          const next: Input = { kind: 'command', by: 'test', command: { kind: 'hang-up' } };
          expect(advance(stored, next, run.facts, PLANS, 1)).toEqual(
            advance(run.session, next, run.facts, PLANS, 1),
          );
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leaves the session it was given as it was', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const run = begin(chosen);
        settle(run);
        for (const one of chosen.moves) {
          const before = JSON.stringify(run.session);
          const given = run.session;
          feed(run, inputOf(run, one));
          expect(JSON.stringify(given)).toBe(before);
          settle(run);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has hung up or seen the end of every leg it dialled, and stopped every other activity, at the end', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const run = play({
          ...chosen,
          moves: [...chosen.moves, { kind: 'command', command: { kind: 'hang-up' } }],
        });
        expect(decide(run.session, run.facts).kind).toBe('end');
        const hungUp = new Set(run.issued.flatMap((d) => (d.verb === 'hang-up' ? [d.leg] : [])));
        for (const leg of run.issued.flatMap((d) => (d.verb === 'originate' ? [d.leg] : []))) {
          expect(
            hungUp.has(leg) || run.session.legs[leg]?.ending !== undefined,
            `${leg} is still alive`,
          ).toBe(true);
        }
        expect(
          Object.values(run.session.activities).filter(
            (one) => !['originate', 'answer', 'ring'].includes(one.verb),
          ),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  it('bridges a leg at most once at a time, and records only talks of two answered legs', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        play(chosen, (run) => {
          const bridged = Object.values(run.session.activities)
            .filter((one) => one.verb === 'bridge')
            .flatMap((one) => [one.leg, one.other]);
          expect(new Set(bridged).size).toBe(bridged.length);
          const pairs = Object.values(run.session.activities)
            .filter((one) => one.verb === 'bridge')
            .map((one) => `${one.leg ?? ''} ${one.other ?? ''}`);
          for (const one of Object.values(run.session.activities)) {
            // A message is one party's.
            if (one.verb !== 'record' || one.other === undefined) continue;
            expect(pairs).toContain(`${one.leg ?? ''} ${one.other ?? ''}`);
            for (const leg of [one.leg, one.other])
              expect(run.session.legs[leg ?? '']?.answeredAt).toBeDefined();
          }
        });
      }),
      RUNS,
    );
  });

  it('reaches talks, recordings, transfers and sendings-away often enough to mean something', () => {
    const issued = fc.sample(setting, { numRuns: 1000, seed: 1 }).map((chosen) => play(chosen).issued);
    const share = (which: (d: Directive) => boolean): number =>
      issued.filter((all) => all.some(which)).length / issued.length;
    expect(share((d) => d.verb === 'record')).toBeGreaterThan(0.1);
    expect(share((d) => d.verb === 'bridge')).toBeGreaterThan(0.1);
    expect(
      share(
        (d) =>
          d.verb === 'play' && d.what.some((one) => one.kind === 'prompt' && one.prompt === 'already-taken'),
      ),
    ).toBeGreaterThan(0.02);
    expect(share((d) => d.verb === 'answer-transfer')).toBeGreaterThan(0.02);
    expect(share((d) => d.verb === 'originate' && d.leg === 'client')).toBeGreaterThan(0.1);
    for (const verb of ['queue', 'leave-queue', 'park', 'callback', 'early-media'])
      expect(
        share((d) => d.verb === verb),
        verb,
      ).toBeGreaterThan(0);
    expect(share((d) => d.verb === 'record' && d.box !== undefined)).toBeGreaterThan(0);
    expect(share((d) => d.verb === 'originate' && d.leg === 'target')).toBeGreaterThan(0);
  });

  it('never uses an activity id twice, and stops only what it started', () => {
    fc.assert(
      fc.property(setting, (chosen) => {
        const { issued } = play(chosen);
        const started = issued.flatMap((d) => ('activity' in d ? [d.activity] : []));
        expect(new Set(started).size).toBe(started.length);
        for (const d of issued) if (d.verb === 'stop') expect(started).toContain(d.stopped);
      }),
      RUNS,
    );
  });
});
