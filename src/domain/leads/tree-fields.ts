/** A tree of values of any form builder → its fields with labels. A name deeper down is known by its path and its last part. */
import { leadField } from './aliases.js';
import type { EntryField } from './lead-entry.js';
import { filledText, joinedText } from './plain-text.js';

export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deeper than any form nests; also the end of a tree made to have none. */
const DEEPEST = 8;
/** A form of more fields is none; the raw push has them all. */
const MOST_FIELDS = 500;

/** Filled fields in their order. */
export function treeFields(tree: Tree): readonly EntryField[] {
  return Object.entries(tree)
    .flatMap(([name, value]) => fieldsUnder([name], value))
    .slice(0, MOST_FIELDS);
}

function fieldsUnder(path: readonly string[], value: unknown): readonly EntryField[] {
  const text = joinedText(value);
  if (text !== undefined) return [fieldAt(path, text)];
  if (path.length > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => fieldsUnder(path, item));
  if (!isTree(value)) return [];
  const labelled = labelledField(value, path.at(-1));
  if (labelled !== undefined) return labelled;
  return Object.entries(value).flatMap(([name, inner]) => fieldsUnder([...path, name], inner));
}

function fieldAt(path: readonly string[], value: string): EntryField {
  const [last = ''] = path.slice(-1);
  return path.length === 1 ? { field: last, value } : { field: path.join('.'), value, aka: [last] };
}

const LABELS = [
  'title',
  'label',
  'question',
  'field',
  'name',
  'key',
  'column_name',
  'column_id',
  'id',
  'type',
];
const VALUES = ['value', 'answer', 'values', 'answers', 'string_value'];

/** `{title: "Телефон", type: "tel", value: "…"}`: undefined when it is none, [] when nobody filled it in. */
function labelledField(item: Tree, key: string | undefined): readonly EntryField[] | undefined {
  const held = VALUES.find((name) => Object.hasOwn(item, name) && isHeld(item[name]));
  const [field = key, ...aka] = LABELS.flatMap((name) => filledText(item[name]) ?? []);
  if (held === undefined || field === undefined || namesAField(item)) return undefined;
  const value = joinedText(item[held]);
  return value === undefined ? [] : [{ field, value, aka: key === undefined ? aka : [...aka, key] }];
}

function isHeld(value: unknown): boolean {
  return value === null || (Array.isArray(value) ? !value.some(isTree) : !isTree(value));
}

/** `{name: "Anna", phone: "…", value: 3}` is no labelled field but a branch of fields. */
function namesAField(item: Tree): boolean {
  return Object.keys(item).some(
    (name) => !LABELS.includes(name) && !VALUES.includes(name) && leadField(name) !== undefined,
  );
}
