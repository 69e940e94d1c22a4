/** The script driver: what it tells of a run, and what it says about slips in a script. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  outcomeOf,
  runScript,
  transcriptOf,
  type ScriptRun,
} from '../../../src/domain/simulation/run-script.js';
import { factsWith, planFrom, shippedPlan } from '../../support/dialplan/plans.js';

const plans = {
  callback: shippedPlan('callback'),
  endless: planFrom({
    name: 'endless',
    start: 'here',
    steps: { here: { do: 'goto', step: 'there' }, there: { do: 'goto', step: 'here' } },
  }),
};

function run(...lines: string[]): ScriptRun {
  return runScript({ plan: 'callback', plans, facts: factsWith({}), legs: [], lines, startAt: 1_000_000 });
}

const stepsOf = ({ happenings }: ScriptRun): readonly string[] =>
  happenings.flatMap((one) =>
    one.kind === 'step' ? [`${one.at} ${one.entered.step}: ${one.entered.why}`] : [],
  );

describe('a run', () => {
  it('tells every step when it was entered, by which row, and on what a condition rests', () => {
    const { happenings } = run('3 operator:anna answers', '6 operator:anna presses 1', '10.5 client answers');
    const entered = happenings.flatMap((one) => (one.kind === 'step' ? [one] : []));
    expect(entered.map(({ at, entered: { plan, step, row } }) => [at, plan, step, row])).toEqual([
      [0, 'callback', 'find-operator', undefined],
      [6000, 'callback', 'call-client', 'on.accepted'],
      [10_500, 'callback', 'is-announced', 'on.answered'],
      [10_500, 'callback', 'record-talk', 'on.no'],
      [10_500, 'callback', 'talk', 'next'],
    ]);
    expect(entered[3]?.entered.why).toBe('is-announced: no (policy.recordingAnnouncement is none)');
  });

  it('says where the session waits, or how it ended', () => {
    expect(outcomeOf(run())).toEqual({ waits: 'find-operator' });
    expect(outcomeOf(run('3 operator:anna answers', '4 operator:anna presses 9'))).toMatchObject({
      disposition: 'declined',
      operatorDecision: 'spam',
    });
  });

  it('keeps steps out of the transcript that tests expect', () => {
    const found = run('3 operator:anna answers');
    expect(stepsOf(found).length).toBeGreaterThan(0);
    expect(transcriptOf(found.happenings).every((line) => /^\d+\.\d {1,3}(> )?\S/.test(line))).toBe(true);
    expect(transcriptOf(found.happenings)).toContain('3.0 > operator:anna answers');
  });

  it('of an endless plan ends', () => {
    const found = runScript({
      plan: 'endless',
      plans,
      facts: factsWith({}),
      legs: [],
      lines: [],
      startAt: 0,
    });
    expect(outcomeOf(found)['reason']).toBe('step-budget');
  });
});

describe('a slip in a script', () => {
  it.each([
    [['operator:anna answers'], /"operator:anna answers" is no script line/],
    [['-1 operator:anna answers'], /is no script line/],
    [['3 operator:anna anwsers'], /did you mean "answers"/],
    [['3 operator:anna constructor'], /a leg cannot do "constructor"/],
    [['3 client answers'], /nothing goes on for "client answers"/],
    [['3 constructor answers'], /nothing goes on/],
    [['3 operator:anna ends busy'], /expected a status or cause, not "busy"/],
    [['3 api dance'], /there is no command "dance"/],
    [['5 operator:anna rings', '3 operator:anna answers'], /"3 operator:anna answers" is earlier/],
  ])('%j is a fault of its own code', (lines, message) => {
    expect(() => run(...lines)).toThrow(message);
    expect(() => run(...lines)).toThrow(expect.objectContaining({ code: 'field-invalid' }) as Error);
  });

  it('is the only thing that is thrown, whatever the script', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'operator:anna',
        'client',
        'api',
        'wait',
        'answers',
        'ends',
        'presses',
        'is-silent',
        'fails',
      ),
      fc.constantFrom('486', '1', 'transfers-to', 'not-allowed', 'toString', 'hang-up', '__proto__'),
      fc.string({ maxLength: 6 }),
    );
    const line = fc
      .tuple(fc.integer({ min: 0, max: 9 }), fc.array(word, { maxLength: 4 }))
      .map(([at, words]) => [at, ...words].join(' '));
    let ran = 0;
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        try {
          run(...lines);
          ran += 1;
        } catch (error) {
          expect(error).toMatchObject({ code: 'field-invalid' });
        }
      }),
      { numRuns: 2000 },
    );
    expect(ran).toBeGreaterThan(20);
  });
});
