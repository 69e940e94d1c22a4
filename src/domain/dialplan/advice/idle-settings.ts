/** Advice about settings that nothing reads as the set stands: somebody wrote them and waits for their effect. */
import type { CallbackPolicy, Group, Operator, Telephony } from '../../routing/telephony.js';
import type { Check, Finding, LintWorld } from './advice.js';
import { speaksOfAnnouncement } from './recording.js';

export const idleSettings: Check = (world) => {
  const { telephony } = world;
  if (telephony === undefined) return [];
  return [
    ...Object.values(telephony.groups).flatMap(idleStages),
    ...Object.values(telephony.operators).flatMap((operator) => idleWeight(operator, telephony)),
    ...Object.values(telephony.callbacks).flatMap((policy) => [
      ...idleBacklog(policy, telephony),
      ...idleAnnouncement(policy, world),
    ]),
  ];
};

function idle(path: Finding['path'], message: string): readonly Finding[] {
  return [{ in: 'telephony', path, message }];
}

function idleStages({ name, strategy, stages }: Group): readonly Finding[] {
  if (stages === undefined || strategy === 'stages') return [];
  return idle(
    ['groups', name, 'stages'],
    `stages are not rung: the strategy of group ${name} is ${strategy}`,
  );
}

function idleWeight({ name, weight }: Operator, { groups }: Telephony): readonly Finding[] {
  const isDrawn = Object.values(groups).some(
    ({ strategy, operators }) => strategy === 'weighted' && operators.includes(name),
  );
  if (weight === undefined || isDrawn) return [];
  return idle(['operators', name, 'weight'], `no group of ${name} has the strategy weighted`);
}

/** A group has one line; the first policy that says how orders it. */
function idleBacklog({ name, group, backlog }: CallbackPolicy, { callbacks }: Telephony): readonly Finding[] {
  const first = Object.values(callbacks).find(
    (other) => other.group === group && other.backlog !== undefined,
  );
  if (backlog === undefined || first === undefined || first.backlog === backlog) return [];
  return idle(
    ['callbacks', name, 'backlog'],
    `the line of group ${group} is ordered by policy ${first.name}: ${first.backlog ?? ''}`,
  );
}

function idleAnnouncement(
  { name, dialplan, recordingAnnouncement }: CallbackPolicy,
  { plans }: LintWorld,
): readonly Finding[] {
  const plan = Object.hasOwn(plans, dialplan) ? plans[dialplan] : undefined;
  if (recordingAnnouncement === undefined || plan === undefined || speaksOfAnnouncement(plan)) return [];
  return idle(
    ['callbacks', name, 'recordingAnnouncement'],
    `dialplan ${dialplan} does not play the announcement of its policy`,
  );
}
