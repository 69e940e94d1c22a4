/** Advice about single steps: keys that mean two things, callers left without a word. */
import type { PlanCheck } from './advice.js';
import { fieldOf, flowOf, hasCaller, numberField, targetOf, type Flow } from './flow.js';
import type { StepShape } from '../verb.js';
import { VERBS } from '../verbs/table.js';

type Found = ReturnType<PlanCheck>;
type StepCheck = (id: string, step: StepShape) => Found;

const eachStep =
  (check: StepCheck): PlanCheck =>
  (plan) =>
    Object.entries(plan.steps).flatMap(([id, step]) => check(id, step));

function keysOf(step: StepShape): Readonly<Record<string, string>> {
  const keys = fieldOf(step, 'keys');
  return typeof keys === 'object' && keys !== null ? (keys as Readonly<Record<string, string>>) : {};
}

/** `ring-group` maps meanings to keys: two meanings must not share one. */
export const keysTwice: PlanCheck = eachStep((id, step) => {
  if (step.do !== 'ring-group') return [];
  const meanings = Object.entries(keysOf(step));
  return meanings.flatMap(([meaning, key], index) => {
    const earlier = meanings.slice(0, index).find(([, other]) => other === key);
    if (earlier === undefined) return [];
    return [
      {
        path: ['steps', id, 'keys', meaning],
        message: `key ${key} means ${earlier[0]} and ${meaning}; ${meaning} is never heard`,
      },
    ];
  });
});

/** A row of a menu that no caller can press. */
export const keysDead: PlanCheck = eachStep((id, step) => {
  const most = numberField(step, 'maxDigits');
  if (step.do === 'ring-group' || most === undefined) return [];
  const least = numberField(step, 'minDigits') ?? 1;
  const terminators = fieldOf(step, 'terminators');
  const ends = typeof terminators === 'string' ? terminators : '';
  return Object.keys(keysOf(step)).flatMap((keys) => {
    const why = whyDead(keys, { most, least, ends });
    return why === undefined ? [] : [{ path: ['steps', id, 'keys', keys], message: `${keys} ${why}` }];
  });
});

function whyDead(
  keys: string,
  { most, least, ends }: { readonly most: number; readonly least: number; readonly ends: string },
): string | undefined {
  if (keys.length > most) return `is longer than the ${most} digit(s) that are taken`;
  if (keys.length < least) return `is shorter than the ${least} digits that are needed`;
  return keys.split('').some((key) => ends.includes(key)) ? 'holds a key that ends the input' : undefined;
}

/** Verbs that bring somebody to the caller, and those after which the caller has heard something. */
const SEEKING: readonly string[] = ['ring-group', 'originate', 'queue', 'transfer'];
const HEARD: readonly string[] = [
  ...SEEKING,
  'say',
  'play',
  'gather',
  'menu',
  'voicemail',
  'callback',
  'collect',
  'early-media',
];
const CALLER_GONE: readonly string[] = ['gone', 'hung-up', 'later', 'spam', 'left'];

export const silentEnds: PlanCheck = (plan) => {
  if (!hasCaller(plan)) return [];
  const flow = flowOf(plan);
  return Object.entries(plan.steps)
    .filter(([, step]) => SEEKING.includes(step.do))
    .flatMap(([id, step]) =>
      Object.keys(VERBS[step.do]?.outcomes ?? {})
        .slice(1)
        .filter((outcome) => !CALLER_GONE.includes(outcome) && endsSilently(flow, step, outcome))
        .slice(0, 1)
        .map((outcome) => ({
          path: ['steps', id],
          message: `after ${outcome} the caller is hung up on without a word`,
        })),
    );
};

function endsSilently({ plan, next }: Flow, step: StepShape, outcome: string): boolean {
  const first = targetOf(step, outcome);
  if (first === undefined) return true;
  const reached = new Set([first]);
  for (const id of reached) {
    const at = plan.steps[id];
    if (at === undefined || HEARD.includes(at.do) || at.do === 'bridge') continue;
    if (at.do === 'hangup' || at.do === 'reject') return at.do === 'hangup';
    for (const to of next.get(id) ?? []) reached.add(to);
  }
  return false;
}
