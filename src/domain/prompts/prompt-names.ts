/**
 * The names a prompt text may use, and the values behind them for one call. The app fills `PromptNames` from the lead
 * or the tracked call; speech/templates turns them into words.
 */
import type { Lead } from '../leads/lead.js';

export interface PromptNames {
  readonly form?: string;
  readonly ad?: string;
  readonly ad_group?: string;
  readonly campaign?: string;
  /** `{{ client }}` alone says the name. */
  readonly client?: { readonly name?: string; readonly phone?: string; readonly email?: string };
  readonly utm?: Readonly<Record<string, string>>;
  /** Each is also a name of its own, unless another name takes it. */
  readonly answers?: Readonly<Record<string, string>>;
  /** What only this prompt knows: `minutes`, `time`, `position`. */
  readonly [fact: string]: unknown;
}

/** Names that every text may use; `.*` stands for any name below. */
export const LEAD_NAMES = [
  'form',
  'ad',
  'ad_group',
  'campaign',
  'client',
  'client.name',
  'client.phone',
  'client.email',
  'utm.*',
  'answers.*',
] as const;

/** What the recordings say in place of a name that is given with the prompt. */
const RECORDED_AS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client-greeting': { key: '1' },
};

/** Does the recording of the prompt say what its text would say with these names? */
export function doesRecordingFit(prompt: string, names: Readonly<Record<string, unknown>> = {}): boolean {
  return Object.entries(RECORDED_AS[prompt] ?? {}).every(
    ([name, said]) => names[name] === undefined || names[name] === said,
  );
}

/** Prompts that the program itself speaks, with the facts it gives each. Dialplans may name any other id. */
export const PROGRAM_PROMPTS = {
  whisper: [],
  'record-ask': [],
  'record-confirm': [],
  'record-kept': [],
  'operator-keys': ['keys.accept', 'keys.repeat', 'keys.later', 'keys.not_mine', 'keys.spam'],
  'whisper-inbound': ['source', 'medium', 'page', 'number', 'caller'],
  'whisper-test': [],
  'already-taken': [],
  announcement: [],
  'client-busy': [],
  'client-greeting': [],
  'client-no-answer': [],
  'client-rejected': [],
  'client-unreachable': [],
  closed: ['day', 'time'],
  connecting: [],
  'invalid-key': [],
  'later-confirmed': ['minutes'],
  'leave-message': [],
  'no-operator': [],
  'no-phone': [],
  'not-mine-confirmed': [],
  'one-moment': [],
  'operator-goodbye': [],
  'queue-position': ['position'],
  'spam-confirmed': [],
  'survey-later-confirmed': ['time'],
  'survey-reason': [],
  'survey-result': [],
  'speak-time-ask': [],
  'time-spoken': [],
  'survey-thanks': [],
  'survey-when': [],
  'test-over': [],
  'way-out': [],
  'way-out-confirmed': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type ProgramPrompt = keyof typeof PROGRAM_PROMPTS;

/** What is said when a recording is needed for a text that has none. Fits every ear, operator's or client's. */
export const LAST_PROMPT: ProgramPrompt = 'one-moment';

/** Names that the text of a prompt may use. `declared` are those its file lists under `names`. */
export function knownNames(id: string, declared: readonly string[] = []): readonly string[] {
  const facts: readonly string[] = Object.hasOwn(PROGRAM_PROMPTS, id)
    ? PROGRAM_PROMPTS[id as ProgramPrompt]
    : [];
  return [...LEAD_NAMES, ...facts, ...declared];
}

/** The names of a lead; empty values are left out, so that the text's `default` speaks. */
export function namesOfLead(lead: Partial<Lead>): PromptNames {
  const {
    formName,
    ad,
    adGroup,
    campaign,
    clientName,
    phone,
    rawPhone,
    email,
    touch = {},
    answers = [],
  } = lead;
  return {
    ...present({ form: formName, ad, ad_group: adGroup, campaign }),
    client: present({ name: clientName, phone: phone ?? rawPhone, email }),
    utm: utmOf(touch),
    answers: present(Object.fromEntries(answers.map(({ field, value }) => [field, value]))),
  };
}

function utmOf(touch: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const tags = Object.entries(touch).filter(([name]) => name.startsWith('utm_'));
  return present(Object.fromEntries(tags.map(([name, value]) => [name.slice('utm_'.length), value])));
}

function present(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value?.trim() ? [[name, value]] : [])),
  );
}
