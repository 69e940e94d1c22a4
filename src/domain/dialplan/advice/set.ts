/** Advice about the telephony beside the plans, and about the numbers that lead to them. */
import { nearestName } from '../../values/nearest.js';
import type { Telephony } from '../../routing/telephony.js';
import type { StepShape } from '../verb.js';
import type { Check, Finding, LintWorld, NumberRow } from './advice.js';
import { fieldOf } from './flow.js';

type TelephonyCheck = (telephony: Telephony, world: LintWorld) => readonly Omit<Finding, 'in'>[];

function ofTelephony(check: TelephonyCheck): Check {
  return (world) =>
    world.telephony === undefined
      ? []
      : check(world.telephony, world).map((found) => ({ in: 'telephony', ...found }));
}

export const closedHours: Check = ofTelephony(({ hours }) =>
  Object.values(hours)
    .filter(({ week, exceptions }) =>
      [...Object.values(week), ...Object.values(exceptions)].every((intervals) => intervals.length === 0),
    )
    .map(({ name }) => ({ path: ['hours', name], message: `${name} never opens` })),
);

export const emptyGroups: Check = ofTelephony(({ groups }) =>
  Object.values(groups)
    .filter(({ operators }) => operators.length === 0)
    .map(({ name }) => ({ path: ['groups', name, 'operators'], message: `group ${name} has no operators` })),
);

/** A number needs a trunk to be dialled through; one is enough. */
export const deadDevices: Check = ofTelephony(({ operators, trunks }) =>
  Object.values(operators)
    .filter(
      ({ devices }) =>
        Object.keys(trunks).length === 0 &&
        devices.length > 0 &&
        devices.every(({ kind }) => kind === 'number'),
    )
    .map(({ name }) => ({
      path: ['operators', name],
      message: `no phone of ${name} can be rung: there is no trunk to dial a number through`,
    })),
);

export const refusedCallerIds: Check = (world) => {
  const { telephony } = world;
  if (telephony === undefined) return [];
  const policies = Object.values(telephony.callbacks).flatMap(
    ({ name, callerId, trunk }): readonly Finding[] =>
      refused(telephony, callerId, trunk).map((message) => ({
        in: 'telephony',
        path: ['callbacks', name, 'callerId'],
        message,
      })),
  );
  const steps = Object.entries(world.plans).flatMap(([plan, { steps: all }]) =>
    Object.entries(all).flatMap(([id, step]) =>
      refused(telephony, literalCallerId(step), textField(step, 'trunk')).map((message) => ({
        in: { plan },
        path: ['steps', id, 'callerId'],
        message,
      })),
    ),
  );
  return [...policies, ...steps];
};

function textField(step: StepShape, name: string): string | undefined {
  const value = fieldOf(step, name);
  return typeof value === 'string' ? value : undefined;
}

function literalCallerId(step: StepShape): string | undefined {
  const callerId = fieldOf(step, 'callerId') as
    { readonly op?: string; readonly value?: unknown } | undefined;
  return callerId?.op === 'literal' ? String(callerId.value) : undefined;
}

/** A trunk that does not say which numbers it may show takes any. Without a trunk's name the first one dials. */
function refused(
  { trunks }: Telephony,
  callerId: string | undefined,
  name: string | undefined,
): readonly string[] {
  const trunk = name === undefined ? Object.values(trunks)[0] : trunks[name];
  const allowed = trunk?.callerIds;
  if (callerId === undefined || trunk === undefined || allowed === undefined) return [];
  return allowed.some((number) => number === callerId)
    ? []
    : [`trunk ${trunk.name} may not show ${callerId}`];
}

type NumberCheck = (
  numbers: readonly NumberRow[],
  world: LintWorld,
) => readonly (NumberRow & { message: string; suggestion?: string })[];

function ofNumbers(check: NumberCheck): Check {
  return (world) =>
    check(world.numbers ?? [], world).map(({ place, message, suggestion }) => ({
      in: { place },
      path: [],
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
    }));
}

export const numbersTwice: Check = ofNumbers((numbers) => {
  const first = new Map<string, NumberRow>();
  return numbers.flatMap((row) => {
    const earlier = first.get(row.number);
    if (earlier === undefined) first.set(row.number, row);
    if (earlier === undefined || earlier.plan === row.plan) return [];
    const plans = `${earlier.plan ?? 'the inbound plan'} (${earlier.place}) and ${row.plan ?? 'the inbound plan'}`;
    return [{ ...row, message: `${row.number} leads to ${plans}` }];
  });
});

export const numbersNowhere: Check = ofNumbers((numbers, { plans, inboundPlan }) =>
  numbers.flatMap((row) => {
    const plan = row.plan ?? inboundPlan;
    if (plan === undefined)
      return [{ ...row, message: `${row.number} leads to no plan, and calls.inboundPlan names none` }];
    if (Object.hasOwn(plans, plan)) return [];
    const nearest = nearestName(plan, Object.keys(plans));
    const message = `${row.number} leads to ${plan}, which is not there`;
    return [{ ...row, message, ...(nearest === undefined ? {} : { suggestion: nearest }) }];
  }),
);
