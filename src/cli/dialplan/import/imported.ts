/** What importers make of foreign dialplans: straight lists of actions, and every line they cannot translate. */
import { stringify } from 'yaml';
import { parseDialplan } from '../../../domain/dialplan/schema.js';

export type ImportedAction =
  | { readonly do: 'answer' | 'hangup' }
  | { readonly do: 'play'; readonly file: string }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'reject'; readonly sipStatus: number }
  | { readonly do: 'dial'; readonly number: string; readonly trunk?: string; readonly seconds?: number };

export interface ImportedPlan {
  readonly name: string;
  /** Tracked numbers that lead to it. */
  readonly numbers: readonly string[];
  readonly actions: readonly ImportedAction[];
}

export interface LeftOut {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface Imported {
  readonly plans: readonly ImportedPlan[];
  readonly left: readonly LeftOut[];
}

/** A name for a plan out of a foreign one. */
export function planName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return /^[a-z]/.test(name) ? name : `did-${name}`;
}

/** `+49 30 1234`, `004930…` and `4930…` → E.164; undefined for what is no number. */
export function e164Of(text: string): string | undefined {
  const digits = text.replaceAll(/[\s().-]/g, '').replace(/^(?:\+|00)/, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined;
}

type Steps = Record<string, object>;

/** Throws an error when the plan it writes would not load: a mistake of the importer, not of the file. */
export function planYaml({ name, actions }: ImportedPlan): string {
  const steps: Steps = {};
  let answered: 'yes' | 'no' = 'no';
  actions.forEach((action, index) => {
    const id = `step-${index + 1}`;
    const next = index + 1 < actions.length ? `step-${index + 2}` : 'finish';
    Object.assign(steps, stepsOf(action, { id, next, answered }));
    if (action.do === 'answer') answered = 'yes';
  });
  const last = actions.at(-1)?.do;
  if (last !== 'hangup' && last !== 'reject') steps['finish'] = { do: 'hangup' };
  const value = { name, description: 'Imported', start: actions.length === 0 ? 'finish' : 'step-1', steps };
  const parsed = parseDialplan(value);
  if (!parsed.ok)
    throw new Error(`the imported plan ${name} does not load: ${JSON.stringify(parsed.problems)}`);
  return stringify(value, { lineWidth: 0 });
}

interface Place {
  readonly id: string;
  readonly next: string;
  readonly answered: 'yes' | 'no';
}

function stepsOf(action: ImportedAction, { id, next, answered }: Place): Steps {
  switch (action.do) {
    case 'answer':
      return { [id]: { do: 'answer', next } };
    case 'hangup':
      return { [id]: { do: 'hangup' } };
    case 'play':
      return { [id]: { do: 'play', leg: 'caller', what: [{ file: action.file }], next } };
    case 'wait':
      return { [id]: { do: 'wait', seconds: action.seconds, next } };
    case 'reject':
      return { [id]: { do: 'reject', sipStatus: action.sipStatus } };
    case 'dial':
      return dialSteps(action, { id, next, answered });
  }
}

function dialSteps(
  { number, trunk, seconds }: Extract<ImportedAction, { do: 'dial' }>,
  { id, next, answered }: Place,
): Steps {
  const talk = `${id}-talk`;
  const taken = answered === 'yes' ? talk : `${id}-answer`;
  return {
    [id]: {
      do: 'originate',
      to: `'${number}'`,
      waiting: 'caller',
      ...(trunk === undefined ? {} : { trunk }),
      ...(seconds === undefined ? {} : { ringSeconds: seconds }),
      on: { answered: taken, failed: next },
    },
    ...(answered === 'yes' ? {} : { [taken]: { do: 'answer', next: talk } }),
    [talk]: { do: 'bridge', a: 'caller', b: 'client' },
  };
}
