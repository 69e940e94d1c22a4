/**
 * Forms of sites and form builders → entries. Flat or nested, whatever the builder: Tilda posts `Name`, `Phone`,
 * `tranid`, `formid`, `COOKIES`; Elementor `fields[name][value]` and `form[id]`; Contact Form 7 `your-name`, `your-tel`;
 * Webflow `payload.data`; Typeform answers that point at their questions (form-shapes.ts).
 */
import { present } from '../values/present.js';
import { plain } from './aliases.js';
import { unwrapped, type Submission } from './form-shapes.js';
import type { Touch } from './lead.js';
import {
  MAXIMUM_ENTRIES,
  type EntryField,
  type EntryForm,
  type LeadEntry,
  type ReadEntry,
  type ReadPush,
} from './lead-entry.js';
import { isTree, treeFields } from './tree-fields.js';
import { touchOfCookies } from './url-touch.js';

/** Never throws, whatever was posted. */
export function readFormPush(parsed: unknown): ReadPush {
  const submissions = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  if (submissions.length > MAXIMUM_ENTRIES)
    return { kind: 'unreadable', why: `more than ${MAXIMUM_ENTRIES} submissions` };
  if (!submissions.some(isTree)) return { kind: 'unreadable', why: 'the body must be an object of fields' };
  const entries = submissions.map(readSubmission);
  if (entries.every(({ kind }) => kind === 'unusable') && !Array.isArray(parsed))
    return { kind: 'unreadable', why: 'no field is filled in' };
  return { kind: 'entries', entries };
}

function readSubmission(raw: unknown): ReadEntry {
  if (!isTree(raw)) return { kind: 'unusable', why: 'a submission must be an object of fields' };
  const submission = unwrapped(raw);
  const fields = treeFields(submission.fields);
  const left = fields.filter(({ field }) => !isOurs(field));
  if (left.length > 0) return { kind: 'lead', entry: entryOf(submission, fields, left) };
  return fields.some(isTestMark)
    ? { kind: 'acknowledged', why: 'a test request without fields' }
    : { kind: 'unusable', why: 'no field is filled in' };
}

/** Names that builders give to what belongs to the submission, not to the client; the first that is filled wins. */
const ENTRY_ID = ['external_id', 'submission_id', 'tranid', 'entry_id', 'response_id', 'event_id', 'lead_id'];
const FORM_ID = ['form_id', '_wpcf7', 'form.id'];
const FORM_NAME = ['form_name', 'form_title', 'form.name', 'form.title', 'form'];
const TEST = ['test', 'is_test'];
const COOKIES = 'cookies';
const OURS = new Set([...ENTRY_ID, ...FORM_ID, ...FORM_NAME, ...TEST, COOKIES].map(plain));

const isOurs = (field: string): boolean => OURS.has(plain(field));

function first(fields: readonly EntryField[], names: readonly string[]): string | undefined {
  return names
    .map((name) => fields.find(({ field }) => plain(field) === plain(name))?.value)
    .find((value) => value !== undefined);
}

const MARKS: readonly string[] = ['1', 'true', 'yes', 'test'];
const isTestMark = ({ field, value }: EntryField): boolean =>
  TEST.map(plain).includes(plain(field)) && MARKS.includes(value.toLowerCase());

function entryOf(
  submission: Submission,
  all: readonly EntryField[],
  fields: readonly EntryField[],
): LeadEntry {
  const cookies = first(all, [COOKIES]);
  const touch: Touch = cookies === undefined ? {} : touchOfCookies(cookies);
  return {
    kind: 'form',
    form: formOf(submission.formId ?? first(all, FORM_ID), submission.formName ?? first(all, FORM_NAME)),
    fields,
    touch,
    ...present({
      externalId: (submission.id ?? first(all, ENTRY_ID))?.slice(0, 200),
      test: all.some(isTestMark) ? ('yes' as const) : undefined,
    }),
  };
}

/** A form without id and name: all such share one. */
function formOf(id: string | undefined, name: string | undefined): EntryForm {
  const [externalId = 'site'] = [id, name].flatMap((given) => given ?? []);
  return { externalId: externalId.slice(0, 200), displayName: (name ?? externalId).slice(0, 200) };
}
