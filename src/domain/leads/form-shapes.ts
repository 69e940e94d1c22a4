/** Envelopes of form builders around what the client filled in. A table: the first that recognises the body unwraps it. */
import { present } from '../values/present.js';
import { filledText, joinedText } from './plain-text.js';
import { isTree, type Tree } from './tree-fields.js';

export interface Submission {
  readonly fields: Tree;
  readonly id?: string;
  readonly formId?: string;
  readonly formName?: string;
}

type Shape = (body: Tree) => Submission | undefined;

const SHAPES: readonly Shape[] = [typeform, webflow];

/** A body without an envelope is its own fields. */
export function unwrapped(body: Tree): Submission {
  return SHAPES.map((shape) => shape(body)).find((found) => found !== undefined) ?? { fields: body };
}

function treeAt(tree: Tree, name: string): Tree | undefined {
  const value = tree[name];
  return isTree(value) ? value : undefined;
}

function treesAt(tree: Tree | undefined, name: string): readonly Tree[] {
  const value = tree?.[name];
  return Array.isArray(value) ? value.filter(isTree) : [];
}

/** `form_response {form_id, token, hidden, definition {title, fields}, answers}`: an answer names its question by id. */
function typeform(body: Tree): Submission | undefined {
  const response = treeAt(body, 'form_response');
  if (response === undefined) return undefined;
  const definition = treeAt(response, 'definition');
  const titles = new Map(treesAt(definition, 'fields').map(({ id, title }) => [id, filledText(title)]));
  const answers = treesAt(response, 'answers').map((answer) => {
    const field = treeAt(answer, 'field') ?? {};
    const labels = { title: titles.get(field['id']), name: field['ref'], type: field['type'] };
    return { ...present(labels), value: typeformValue(answer) };
  });
  return {
    fields: { ...treeAt(response, 'hidden'), answers },
    ...present({
      id: filledText(response['token']),
      formId: filledText(response['form_id']),
      formName: filledText(definition?.['title']),
    }),
  };
}

/** `{type: "choices", choices: {labels: […]}}`, `{type: "phone_number", phone_number: "…"}`. */
function typeformValue(answer: Tree): string | undefined {
  const value = answer[filledText(answer['type']) ?? ''];
  if (!isTree(value)) return joinedText(value);
  return joinedText(value['labels']) ?? filledText(value['label']) ?? filledText(value['other']);
}

/** `payload {name, id, formId, data}`, of which only `data` is the client's. */
function webflow(body: Tree): Submission | undefined {
  const payload = treeAt(body, 'payload');
  const data = payload && treeAt(payload, 'data');
  if (payload === undefined || data === undefined) return undefined;
  return {
    fields: data,
    ...present({
      id: filledText(payload['id']),
      formId: filledText(payload['formId']),
      formName: filledText(payload['name']),
    }),
  };
}
