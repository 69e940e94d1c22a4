/**
 * What `dialplan sim` says is what happens: the same script, played by two phones over SIP and RTP to the whole program
 * and by hand to the pure engine, gives the same directives in the same order.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Directive } from '../../src/domain/dialplan/directives.js';
import type { Facts } from '../../src/domain/dialplan/facts.js';
import { describeDirective } from '../../src/domain/simulation/describe-directive.js';
import { runScript } from '../../src/domain/simulation/run-script.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { shippedPlan } from '../support/dialplan/plans.js';

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

/** The phones below do this. Their times are of no account: nothing here is decided by the clock. */
const SCRIPT = [
  '1 operator:anna rings',
  '2 operator:anna answers',
  '5 operator:anna presses 1',
  '6 client rings',
  '7 client answers',
  '9 operator:anna presses *1',
  '10 client hangs-up',
];

/** Only what starts something: the store keeps these, each with its activity. */
const started = (directives: readonly Directive[]): readonly string[] =>
  directives.filter((directive) => 'activity' in directive).map(describeDirective);

describe('the same script', { timeout: 60_000 }, () => {
  it('gives the same directives on real phones as in the simulation', async () => {
    office = await openOffice({
      operator: { onCall: { kind: 'answer' }, press: [{ digits: '1', when: { kind: 'after-speech' } }] },
      client: { onCall: { kind: 'answer' } },
    });
    const { operator, client, dialtrace } = office;
    office.when(
      ({ name }) => name === 'call.bridged',
      async () => operator.calls[0]?.press('*1'),
    );
    office.when(
      ({ name }) => name === 'call.marked',
      async () => client.calls[0]?.hangUp(),
    );
    await dialtrace.app.takeLead({
      source: 'api',
      kind: 'form',
      rawPhone: CLIENT,
      answers: [],
      touch: {},
    });
    const { call } = await office.nextFinished();
    const { store } = dialtrace.services;
    const live = (await store.calls.activitiesOf(call.id)).map(
      ({ directive }) => JSON.parse(directive) as Directive,
    );
    const facts = JSON.parse((await store.calls.byId(call.id))?.facts ?? '{}') as Facts;

    const { happenings, decision } = runScript({
      plan: 'callback',
      plans: { callback: shippedPlan('callback') },
      facts,
      legs: [],
      lines: SCRIPT,
      startAt: call.startedAt,
    });
    const simulated = happenings.flatMap((one) => (one.kind === 'directive' ? [one.directive] : []));

    expect(started(live)).toEqual(started(simulated));
    expect(started(live).length).toBeGreaterThan(5);
    expect(decision).toMatchObject({ kind: 'end', disposition: 'answered', outcome: { mark: 'target' } });
    expect(call).toMatchObject({ disposition: 'answered', outcome: { mark: 'target', by: 'anna' } });
  });
});
