/** Plans as pictures: every step and every way is in them, and nothing in a plan can break the language. */
import { describe, expect, it } from 'vitest';
import { dotText, graphOf, mermaidText } from '../../../src/domain/dialplan/graph.js';
import { expressionText } from '../../../src/domain/dialplan/expression-text.js';
import { parseExpression } from '../../../src/domain/dialplan/expressions.js';
import { planFrom, shippedPlan } from '../../support/dialplan/plans.js';

const plan = planFrom({
  name: 'quotes',
  start: 'ask',
  steps: {
    ask: {
      do: 'gather',
      leg: 'caller',
      keys: { 1: 'check', 2: 'check', '#': 'end' },
      on: { 'no-input': 'elsewhere' },
    },
    check: { do: 'if', when: `lead.form == '"<b>' or lead.attempt > 1`, on: { yes: 'end', no: 'elsewhere' } },
    elsewhere: { do: 'goto', plan: 'night' },
    end: { do: 'hangup' },
  },
});

describe('the graph of a plan', () => {
  it('joins the rows between two steps to one arrow, and shows other plans', () => {
    const { arrows, boxes } = graphOf(plan);
    expect(arrows.map(({ from, to, label }) => `${from} > ${to}: ${label}`)).toEqual([
      'ask > elsewhere: no-input',
      'ask > check: key 1, key 2',
      'ask > end: key #',
      'check > end: yes',
      'check > elsewhere: no',
      'elsewhere > dialplan night: ',
    ]);
    expect(boxes.map(({ id, shape }) => `${id} ${shape}`)).toEqual([
      'ask step',
      'check question',
      'elsewhere step',
      'end end',
      'dialplan night plan',
    ]);
  });

  it('in Mermaid has no name that Mermaid keeps for itself, and no quote inside a label', () => {
    const text = mermaidText(graphOf(plan));
    expect(text).toContain(`s1{"check<br>(lead.form == '#quot;#lt;b#gt;') or (lead.attempt #gt; 1)"}`);
    expect(text).toContain('s0 -->|"key #35;"| s3');
    for (const line of text.split('\n')) expect(line.match(/"/g)?.length ?? 0).toBeOneOf([0, 2]);
  });

  it('in Graphviz escapes quotes and line breaks', () => {
    const text = dotText(plan.name, graphOf(plan));
    expect(text).toContain(
      String.raw`"check" [shape=diamond, label="check\n(lead.form == '\"<b>') or (lead.attempt > 1)"];`,
    );
    expect(text).toMatch(/^digraph "quotes" \{\n[^]*\n\}$/);
  });

  it.each(['callback', 'inbound'])('of %s has every step', (name) => {
    const shipped = shippedPlan(name);
    const { boxes, arrows, start } = graphOf(shipped);
    expect(boxes.map(({ id }) => id)).toEqual(Object.keys(shipped.steps));
    const reached = new Set([start, ...arrows.map(({ to }) => to)]);
    expect([...reached].sort()).toEqual(Object.keys(shipped.steps).sort());
  });
});

describe('an expression as text', () => {
  it.each([
    `not (lead.form in ['Test', 'Demo'])`,
    `(lead.attempt > 1) and (lead.name != none)`,
    `((crmBody contains 'vip') or true) and (not urgent)`,
  ])('%s means the same when it is read again', (text) => {
    const first = parseExpression(text);
    const again = first.ok ? parseExpression(expressionText(first.expression)) : first;
    expect(first.ok).toBe(true);
    expect(again).toEqual(first);
  });
});
