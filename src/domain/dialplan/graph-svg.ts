/**
 * A dialplan as an SVG picture, by a small layered layout of our own: each step stands one layer below the nearest step
 * that leads to it; within a layer steps stand under those they come from. Called by `dialplan graph`.
 */
import type { TraceEntry } from './session.js';
import type { Graph } from './graph.js';

/** How many real calls went through: into a step, along an arrow, and no further. */
export interface Traffic {
  readonly entered: ReadonlyMap<string, number>;
  /** `from → to`. */
  readonly along: ReadonlyMap<string, number>;
  /** Calls whose last step it was. */
  readonly endedIn: ReadonlyMap<string, number>;
}

export function arrowKey(from: string, to: string): string {
  return `${from} → ${to}`;
}

/** Of the steps of one plan; other plans that a call goes to end its way here. */
export function trafficOf(plan: string, traces: readonly (readonly TraceEntry[])[]): Traffic {
  const entered = new Map<string, number>();
  const along = new Map<string, number>();
  const endedIn = new Map<string, number>();
  const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);
  for (const trace of traces)
    trace.forEach((entry, index) => {
      if (entry.plan !== plan) return;
      count(entered, entry.step);
      const next = trace[index + 1];
      if (next === undefined) count(endedIn, entry.step);
      else count(along, arrowKey(entry.step, next.plan === plan ? next.step : `dialplan ${next.plan}`));
    });
  return { entered, along, endedIn };
}

interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const BOX_HEIGHT = 46;
const LAYER_GAP = 64;
const BOX_GAP = 28;
const LETTER = 7.2;
const MARGIN = 24;

export function svgText(name: string, graph: Graph, traffic?: Traffic): string {
  const placed = layout(graph);
  const all = [...placed.values()];
  const width = Math.max(...all.map((box) => box.x + box.width)) + MARGIN + 40;
  const height = Math.max(...all.map((box) => box.y)) + BOX_HEIGHT + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(name)}</title>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>',
    ...graph.arrows.flatMap(({ from, to, label }) => {
      const [start, end] = [placed.get(from), placed.get(to)];
      return start === undefined || end === undefined
        ? []
        : [arrowSvg(start, end, [label, countText(traffic?.along.get(arrowKey(from, to)))])];
    }),
    ...graph.boxes.flatMap((box) => {
      const place = placed.get(box.id);
      return place === undefined ? [] : [boxSvg(box, place, traffic)];
    }),
    '</svg>',
  ].join('\n');
}

/** Layer by layer from the start; steps that nothing leads to stand beside it. */
function layersOf({ start, boxes, arrows }: Graph): readonly (readonly string[])[] {
  const depth = new Map([[start, 0]]);
  // A map grows while it is walked.
  for (const [id, own] of depth)
    for (const { from, to } of arrows) if (from === id && !depth.has(to)) depth.set(to, own + 1);
  const layers: string[][] = [];
  for (const { id } of boxes) (layers[depth.get(id) ?? 0] ??= []).push(id);
  return layers;
}

function layout(graph: Graph): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  const widths = new Map(
    graph.boxes.map(({ id, label }) => [id, Math.max(...label.map((line) => line.length)) * LETTER + 24]),
  );
  layersOf(graph).forEach((layer, depth) => {
    const wished = new Map(layer.map((id, index) => [id, wishedCentre(graph, placed, id) ?? index]));
    const ordered = layer.toSorted((a, b) => (wished.get(a) ?? 0) - (wished.get(b) ?? 0));
    let left = MARGIN;
    for (const id of ordered) {
      const width = widths.get(id) ?? 0;
      const x = Math.max(left, (wished.get(id) ?? 0) - width / 2);
      placed.set(id, { id, x, y: MARGIN + depth * (BOX_HEIGHT + LAYER_GAP), width });
      left = x + width + BOX_GAP;
    }
  });
  return placed;
}

/** In the middle of those above that lead here. */
function wishedCentre(
  { arrows }: Graph,
  placed: ReadonlyMap<string, Placed>,
  id: string,
): number | undefined {
  const above = arrows.flatMap(({ from, to }) => {
    const parent = to === id ? placed.get(from) : undefined;
    return parent === undefined ? [] : [parent.x + parent.width / 2];
  });
  return above.length === 0 ? undefined : above.reduce((sum, x) => sum + x, 0) / above.length;
}

function arrowSvg(from: Placed, to: Placed, texts: readonly string[]): string {
  const label = texts.filter((text) => text !== '').join(' ');
  const down = to.y > from.y;
  const [x1, y1] = [from.x + from.width / 2, down ? from.y + BOX_HEIGHT : from.y + BOX_HEIGHT / 2];
  const [x2, y2] = [to.x + to.width / 2, down ? to.y : to.y + BOX_HEIGHT / 2];
  // What leads back up or stays in its layer goes round on the right.
  const side = Math.max(from.x + from.width, to.x + to.width) + 28;
  const path = down
    ? `M${round(x1)} ${round(y1)} C${round(x1)} ${round(y1 + 30)} ${round(x2)} ${round(y2 - 30)} ${round(x2)} ${round(y2)}`
    : `M${round(from.x + from.width)} ${round(y1)} C${round(side)} ${round(y1)} ${round(side)} ${round(y2)} ${round(to.x + to.width)} ${round(y2)}`;
  const [tx, ty] = down ? [x1 * 0.4 + x2 * 0.6, y1 * 0.4 + y2 * 0.6] : [side, (y1 + y2) / 2];
  return [
    `<path d="${path}" fill="none" stroke="#555"${down ? '' : ' stroke-dasharray="4 3"'} marker-end="url(#tip)"/>`,
    ...(label === ''
      ? []
      : [
          `<text x="${round(tx)}" y="${round(ty)}" text-anchor="middle" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escaped(label)}</text>`,
        ]),
  ].join('');
}

const FILLS = { step: '#eef4ff', question: '#fff6dd', end: '#eeeeee', plan: '#e9f7ec' } as const;

function boxSvg(
  { id, shape, label }: Graph['boxes'][number],
  { x, y, width }: Placed,
  traffic?: Traffic,
): string {
  const entered = traffic?.entered.get(id);
  const lost = traffic?.endedIn.get(id);
  const counts =
    traffic === undefined ? '' : `${entered ?? 0}${lost === undefined ? '' : `, ${lost} ended here`}`;
  const radius = shape === 'end' ? 20 : 6;
  const middle = round(x + width / 2);
  return [
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${BOX_HEIGHT}" rx="${radius}" fill="${FILLS[shape]}" stroke="#445"/>`,
    ...label.map(
      (line, index) =>
        `<text x="${middle}" y="${round(y + 19 + index * 16)}" text-anchor="middle"${index === 0 ? ' font-weight="bold"' : ''}>${escaped(line)}</text>`,
    ),
    ...(counts === ''
      ? []
      : [`<text x="${round(x + width)}" y="${round(y - 4)}" text-anchor="end" fill="#a33">${counts}</text>`]),
  ].join('');
}

function countText(count: number | undefined): string {
  return count === undefined ? '' : `(${count})`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
