/** What each field of an instant form becomes in a lead, and what it should perhaps become. */
import { LEAD_FIELD_ALIASES, leadField, touchName } from '../leads/aliases.js';
import type { Form } from '../leads/lead.js';

export interface FormField {
  /** As the form's leads carry it. */
  readonly field: string;
  /** Our name, or the label itself for an answer. */
  readonly becomes: string;
  /** `map`: the form's own map says so; `alias`: a name that everybody uses; `answer`: kept under its label. */
  readonly by: 'map' | 'alias' | 'answer';
  /** For an answer that looks like a field of ours. */
  readonly suggested?: string;
}

/** Ours that are worth guessing: without them a lead is not called, or not by name. */
const GUESSED = ['phone', 'client_name', 'email'] as const;

export function formFields(fields: readonly string[], fieldMap: Form['fieldMap']): readonly FormField[] {
  const read = fields.map((field) => readField(field, fieldMap));
  const taken = new Set(read.map(({ becomes }) => becomes));
  return read.map((one) => {
    const suggested = one.by === 'answer' ? guess(one.field) : undefined;
    return suggested === undefined || taken.has(suggested) ? one : { ...one, suggested };
  });
}

function readField(field: string, fieldMap: Form['fieldMap']): FormField {
  const mapped = Object.hasOwn(fieldMap, field) ? fieldMap[field] : undefined;
  if (mapped !== undefined) return { field, becomes: leadField(mapped) ?? mapped, by: 'map' };
  const alias = leadField(field) ?? touchName(field);
  return alias === undefined
    ? { field, becomes: field, by: 'answer' }
    : { field, becomes: alias, by: 'alias' };
}

const wordsOf = (label: string): readonly string[] =>
  label
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');

/** Whole words only: a hotel is no telephone. */
function guess(label: string): string | undefined {
  const said = ` ${wordsOf(label).join(' ')} `;
  return GUESSED.find((ours) =>
    LEAD_FIELD_ALIASES[ours].some((alias) => said.includes(` ${wordsOf(alias).join(' ')} `)),
  );
}

/** The map of a form that is first seen: what is suggested and nothing else gives. */
export function firstMap(fields: readonly string[]): Form['fieldMap'] {
  const map = new Map<string, string>();
  for (const { field, suggested } of formFields(fields, {}))
    if (suggested !== undefined && ![...map.values()].includes(suggested)) map.set(field, suggested);
  return Object.fromEntries(map);
}

/** Entries of the map whose field is no longer on the form. */
export function staleEntries(fields: readonly string[], fieldMap: Form['fieldMap']): readonly string[] {
  return Object.keys(fieldMap).filter((field) => !fields.includes(field));
}
