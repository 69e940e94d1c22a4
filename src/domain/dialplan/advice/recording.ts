/** Advice about recording where the country asks that people are told, or agree. */
import type { Telephony } from '../../routing/telephony.js';
import { expressionText } from '../expression-text.js';
import { namesOf } from '../lint.js';
import type { Dialplan } from '../schema.js';
import type { StepShape } from '../verb.js';
import type { Check, Finding, LintWorld } from './advice.js';
import { fieldOf, flowOf, hasCaller, reachableFrom } from './flow.js';

const EUROPEAN_UNION =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/**
 * Why a recorded talk must be announced there. Everywhere in the EU and the EEA people must be told what is collected
 * (GDPR Art. 13); recording the spoken word without leave is a crime in DE (§ 201 StGB), AT (§ 120 StGB), FR (Art.
 * 226-1 Code pénal), CH (Art. 179bis StGB) and under the all-party laws of US states (Cal. Penal Code § 632).
 */
export const ANNOUNCED: ReadonlySet<string> = new Set([
  ...EUROPEAN_UNION,
  ...['IS', 'LI', 'NO', 'CH', 'GB', 'US', 'CA', 'AU'],
]);

const POLICY_PROMPT = 'policy.recordingAnnouncement';

/** A plan that speaks of the policy's announcement leaves it to the policies; then those without one are told. */
export const unannounced: Check = (world) => {
  const { telephony } = world;
  if (telephony === undefined) return [];
  return Object.entries(world.plans).flatMap(([name, plan]) =>
    speaksOfAnnouncement(plan) ? silentPolicies(name, telephony) : silentPlan(name, plan, world, telephony),
  );
};

export function speaksOfAnnouncement({ steps }: Dialplan): boolean {
  return Object.values(steps).some(isPolicyAnnouncement);
}

function silentPolicies(plan: string, telephony: Telephony): readonly Finding[] {
  return Object.values(telephony.callbacks)
    .filter((policy) => policy.dialplan === plan && policy.recordingAnnouncement === undefined)
    .flatMap(({ name, group }) => {
      const country = telephony.groups[group]?.country ?? '';
      if (!ANNOUNCED.has(country)) return [];
      const message = `talks of group ${group} are recorded in ${country} without recordingAnnouncement`;
      return [{ in: 'telephony' as const, path: ['callbacks', name], message }];
    });
}

function silentPlan(
  name: string,
  plan: Dialplan,
  { inboundPlan }: LintWorld,
  telephony: Telephony,
): readonly Finding[] {
  const recording = Object.entries(plan.steps).find(([, step]) => isRecording(step))?.[0];
  const countries = countriesOf(name, telephony, name === inboundPlan || hasCaller(plan));
  const country = countries.find((code) => ANNOUNCED.has(code));
  if (recording === undefined || country === undefined) return [];
  const flow = flowOf(plan);
  const untold = reachableFrom(flow, [plan.start], (id) => !isAnnouncement(plan.steps[id]));
  if (!untold.has(recording)) return [];
  const message = `the talk is recorded in ${country} on a way on which nobody was told`;
  return [{ in: { plan: name }, path: ['steps', recording], message }];
}

/** An inbound plan may serve any group, others those of the policies that name them. */
function countriesOf(plan: string, { groups, callbacks }: Telephony, inbound: boolean): readonly string[] {
  const meant = Object.values(callbacks)
    .filter(({ dialplan }) => dialplan === plan)
    .map(({ group }) => group);
  return Object.values(groups)
    .filter(({ name }) => inbound || meant.includes(name))
    .map(({ country }) => country);
}

function isRecording(step: StepShape): boolean {
  return step.do === 'record' && fieldOf(step, 'talks') !== 'off';
}

function isPolicyAnnouncement(step: StepShape): boolean {
  return (namesOf(step).expressions ?? []).some(({ expression }) =>
    expressionText(expression).includes(POLICY_PROMPT),
  );
}

/** By the word in the name of the prompt, or in the text. */
function isAnnouncement(step: StepShape | undefined): boolean {
  if (step === undefined || !['say', 'play', 'gather', 'menu'].includes(step.do)) return false;
  return /announce|record|consent|запис|nahráv|ghi âm/iu.test(JSON.stringify(step));
}
