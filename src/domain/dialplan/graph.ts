/** A dialplan as boxes and arrows, in the languages of Mermaid and Graphviz. Called by `dialplan graph`. */
import { expressionText } from './expression-text.js';
import { followsOf, namesOf } from './lint.js';
import type { Dialplan } from './schema.js';
import type { StepShape } from './verb.js';

interface Box {
  readonly id: string;
  readonly shape: 'step' | 'question' | 'end' | 'plan';
  /** Lines of its label. */
  readonly label: readonly string[];
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

export interface Graph {
  readonly start: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Steps as boxes, other plans that are gone to as boxes of their own; several rows between two steps are one arrow. */
export function graphOf(plan: Dialplan): Graph {
  const arrows = Object.entries(plan.steps).flatMap(([id, step]) => arrowsOf(id, step));
  const steps = Object.entries(plan.steps).map(([id, step]) => boxOf(id, step));
  const plans = [...new Set(arrows.map(({ to }) => to))]
    .filter((to) => !Object.hasOwn(plan.steps, to))
    .map((to): Box => ({ id: to, shape: 'plan', label: [to] }));
  return { start: plan.start, boxes: [...steps, ...plans], arrows };
}

function boxOf(id: string, step: StepShape): Box {
  const condition = step.do === 'if' ? namesOf(step).expressions?.[0]?.expression : undefined;
  if (condition !== undefined) return { id, shape: 'question', label: [id, expressionText(condition)] };
  return { id, shape: followsOf(step).length === 0 ? 'end' : 'step', label: [id, step.do] };
}

function arrowsOf(from: string, step: StepShape): readonly Arrow[] {
  const rows = new Map<string, string[]>();
  for (const { step: target, plan, path, label } of followsOf(step)) {
    const to = plan === undefined ? target : `dialplan ${plan}${target === '' ? '' : `/${target}`}`;
    rows.set(to, [...(rows.get(to) ?? []), label ?? rowText(path)]);
  }
  return [...rows].map(([to, labels]) => ({
    from,
    to,
    label: labels.filter((label) => label !== '').join(', '),
  }));
}

/** `on.busy` → busy, `keys.1` → key 1; `next` and `goto` say nothing. */
function rowText([kind, name]: readonly string[]): string {
  if (name === undefined) return '';
  return kind === 'keys' ? `key ${name}` : name;
}

const MERMAID_SHAPES: Readonly<Record<Box['shape'], readonly [string, string]>> = {
  step: ['[', ']'],
  question: ['{', '}'],
  end: ['([', '])'],
  plan: ['[[', ']]'],
};

/** Mermaid flowchart. Boxes are numbered: a step may be called `end`, which Mermaid keeps for itself. */
export function mermaidText({ start, boxes, arrows }: Graph): string {
  const number = new Map(boxes.map(({ id }, index) => [id, `s${index}`]));
  const name = (id: string): string => number.get(id) ?? '';
  return [
    'flowchart TD',
    ...boxes.map(({ id, shape, label }) => {
      const [open, close] = MERMAID_SHAPES[shape];
      return `  ${name(id)}${open}"${label.map(mermaidQuoted).join('<br>')}"${close}`;
    }),
    `  begin(( )) --> ${name(start)}`,
    ...arrows.map(({ from, to, label }) => {
      const text = label === '' ? '' : `|"${mermaidQuoted(label)}"|`;
      return `  ${name(from)} -->${text} ${name(to)}`;
    }),
  ].join('\n');
}

function mermaidQuoted(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;');
}

const DOT_SHAPES: Readonly<Record<Box['shape'], string>> = {
  step: 'box',
  question: 'diamond',
  end: 'oval',
  plan: 'component',
};

/** Graphviz digraph. */
export function dotText(name: string, { start, boxes, arrows }: Graph): string {
  return [
    `digraph ${dotQuoted(name)} {`,
    '  "" [shape=point];',
    ...boxes.map(
      ({ id, shape, label }) =>
        `  ${dotQuoted(id)} [shape=${DOT_SHAPES[shape]}, label=${dotQuoted(label.join('\n'))}];`,
    ),
    `  "" -> ${dotQuoted(start)};`,
    ...arrows.map(
      ({ from, to, label }) => `  ${dotQuoted(from)} -> ${dotQuoted(to)} [label=${dotQuoted(label)}];`,
    ),
    '}',
  ].join('\n');
}

function dotQuoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
