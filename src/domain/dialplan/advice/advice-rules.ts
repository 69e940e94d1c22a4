/**
 * The advisory rules of `dialplan lint`: a plan that breaks one is loaded, but somebody will be sorry. One visible
 * table: the linter runs it, SARIF takes its rules from it, the manual lists it. A line is silenced by the comment
 * `# dialtrace-ignore: <code>` on it or above it.
 */
import { eachPlan, type Check, type Finding, type LintWorld, type Need } from './advice.js';
import { idleSettings } from './idle-settings.js';
import { deafLoops, endlessLoops, longWaits, unsetVariables } from './loops.js';
import { unannounced } from './recording.js';
import {
  closedHours,
  deadDevices,
  emptyGroups,
  numbersNowhere,
  numbersTwice,
  refusedCallerIds,
} from './set.js';
import { keysDead, keysTwice, silentEnds } from './steps.js';
import { longTexts, missingPrompts } from './texts.js';

export interface AdviceRule {
  readonly meaning: string;
  /** What happens to people when nobody minds it. */
  readonly reason: string;
  readonly needs: readonly Need[];
  readonly check: Check;
}

export const ADVICE_RULES = {
  'loop-endless': {
    meaning: 'No way leads out of a loop of steps.',
    reason: 'The caller goes round until the step limit ends the call.',
    needs: [],
    check: eachPlan(endlessLoops),
  },
  'loop-deaf': {
    meaning: 'A loop whose way out depends on nothing that happens in it.',
    reason: 'Its condition is the same each time round, so the way out is never taken.',
    needs: [],
    check: eachPlan(deafLoops),
  },
  'variable-unset': {
    meaning: 'A variable is read that not every way to the step sets.',
    reason: 'It reads as `none`, and the text or the condition is wrong for some calls.',
    needs: [],
    check: eachPlan(unsetVariables),
  },
  'key-twice': {
    meaning: 'One key has two meanings in a ring group.',
    reason: 'Only the first is ever heard: an operator accepts a call that was meant to be put off.',
    needs: [],
    check: eachPlan(keysTwice),
  },
  'key-dead': {
    meaning: 'A row of `keys` that nobody can press: too long, too short, or with a key that ends the input.',
    reason: 'The menu promises a choice that does nothing.',
    needs: [],
    check: eachPlan(keysDead),
  },
  'no-fail-safe': {
    meaning: 'A caller whom nobody answers is hung up on without a word.',
    reason: 'The caller thinks the number is dead, and calls the next company.',
    needs: [],
    check: eachPlan(silentEnds),
  },
  'wait-too-long': {
    meaning: 'Timeouts that add up past a caller’s patience (180 s, or `--patience`).',
    reason: 'The last steps of the way are never reached: callers have hung up.',
    needs: [],
    check: eachPlan(longWaits),
  },
  'text-too-long': {
    meaning: 'A text that takes longer to say than people listen (30 s, or `--longest-text`).',
    reason: 'What matters at its end is not heard.',
    needs: [],
    check: longTexts,
  },
  'prompt-missing': {
    meaning: 'A prompt that does not exist, or is not written in a language that groups or operators speak.',
    reason: 'The caller hears English, or “one moment, please”.',
    needs: ['prompts'],
    check: missingPrompts,
  },
  'hours-never-open': {
    meaning: 'Hours without a single open interval.',
    reason: 'Leads of the group are put off for ever.',
    needs: ['telephony'],
    check: closedHours,
  },
  'group-empty': {
    meaning: 'A group without operators.',
    reason: 'Its calls and leads reach nobody.',
    needs: ['telephony'],
    check: emptyGroups,
  },
  'operator-no-device': {
    meaning: 'An operator none of whose phones can be rung.',
    reason: 'The operator is passed over in silence.',
    needs: ['telephony'],
    check: deadDevices,
  },
  'setting-idle': {
    meaning:
      'A setting that nothing reads: `stages` or `weight` without their strategy, a second `backlog` of one group, an announcement that the plan does not play.',
    reason: 'Whoever wrote it believes that it works.',
    needs: ['telephony'],
    check: idleSettings,
  },
  'caller-id-refused': {
    meaning: 'A number is shown through a trunk whose `callerIds` do not hold it.',
    reason: 'Carriers reject such calls, or show “unknown”.',
    needs: ['telephony'],
    check: refusedCallerIds,
  },
  'recording-unannounced': {
    meaning: 'A talk is recorded unannounced in a country that asks for it (EU, EEA, CH, GB, US, CA, AU).',
    reason: 'The recording may be an offence: GDPR Art. 13, § 201 StGB, Cal. Penal Code § 632.',
    needs: ['telephony'],
    check: unannounced,
  },
  'did-two-plans': {
    meaning: 'A tracked number leads to two plans.',
    reason: 'Which of them takes the call is chance.',
    needs: ['numbers'],
    check: numbersTwice,
  },
  'did-no-plan': {
    meaning: 'A tracked number leads to no plan, or to one that does not exist.',
    reason: 'Its callers get 404 from us, and “not in service” from the carrier.',
    needs: ['numbers'],
    check: numbersNowhere,
  },
} as const satisfies Readonly<Record<string, AdviceRule>>;

export type AdviceCode = keyof typeof ADVICE_RULES;

export interface Advice extends Finding {
  readonly code: AdviceCode;
}

export interface AdviceReport {
  readonly found: readonly Advice[];
  /** Rules that could not see what they look at. */
  readonly notRun: readonly { readonly code: AdviceCode; readonly needs: Need }[];
}

const SEEN: Readonly<Record<Need, (world: LintWorld) => unknown>> = {
  telephony: (world) => world.telephony,
  prompts: (world) => world.catalogue,
  numbers: (world) => world.numbers,
};

export function adviseOn(world: LintWorld): AdviceReport {
  const found: Advice[] = [];
  const notRun: { code: AdviceCode; needs: Need }[] = [];
  for (const [name, rule] of Object.entries(ADVICE_RULES)) {
    const code = name as AdviceCode;
    const missing = rule.needs.find((need) => SEEN[need](world) === undefined);
    if (missing === undefined) found.push(...rule.check(world).map((one) => ({ ...one, code })));
    else notRun.push({ code, needs: missing });
  }
  return { found, notRun };
}
