/** The picture of a plan: every step once, none over another, and the counts of calls. */
import { describe, expect, it } from 'vitest';
import { graphOf } from '../../../src/domain/dialplan/graph.js';
import { svgText, trafficOf } from '../../../src/domain/dialplan/graph-svg.js';
import type { TraceEntry } from '../../../src/domain/dialplan/session.js';
import { planFrom, shippedPlan } from '../../support/dialplan/plans.js';

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function boxesOf(svg: string): readonly Rect[] {
  return [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    width: Number(width),
  }));
}

describe.each(['inbound', 'callback'])('the picture of %s', (name) => {
  const plan = shippedPlan(name);
  const svg = svgText(name, graphOf(plan));

  it('shows every step, and none over another', () => {
    const boxes = boxesOf(svg);
    expect(boxes).toHaveLength(Object.keys(plan.steps).length);
    const overlaps = boxes.some((one, index) =>
      boxes
        .slice(index + 1)
        .some((other) => one.y === other.y && one.x < other.x + other.width && other.x < one.x + one.width),
    );
    expect(overlaps).toBe(false);
  });
});

it('names are text, whatever stands in them, and loops go round', () => {
  const steps = {
    a: { do: 'if', when: "lead.ad == '<b>&'", on: { yes: 'b', no: 'c' } },
    b: { do: 'wait', seconds: 1, next: 'a' },
    c: { do: 'hangup' },
  };
  const svg = svgText('<p>', graphOf(planFrom({ name: 'p', start: 'a', steps })));
  expect(svg).toContain('&lt;b&gt;&amp;');
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('stroke-dasharray');
});

it('calls are counted into steps, along arrows, and where they ended', () => {
  const way = (...steps: string[]): readonly TraceEntry[] =>
    steps.map((step) => ({ at: 0, plan: step === 'x' ? 'other' : 'p', step, why: '' }));
  const traffic = trafficOf('p', [way('a', 'b'), way('a', 'x'), way('a', 'b', 'c')]);
  expect([...traffic.entered]).toEqual([
    ['a', 3],
    ['b', 2],
    ['c', 1],
  ]);
  expect([...traffic.along]).toEqual([
    ['a → b', 2],
    ['a → dialplan other', 1],
    ['b → c', 1],
  ]);
  expect([...traffic.endedIn]).toEqual([
    ['b', 1],
    ['c', 1],
  ]);
});
