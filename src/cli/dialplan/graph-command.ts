/** `dialplan graph`: a plan as a picture in Mermaid or Graphviz. Registered in commands/dialplan.ts. */
import { dotText, graphOf, mermaidText } from '../../domain/dialplan/graph.js';
import { loadDialplans } from '../../settings/dialplans.js';
import type { Action } from '../context.js';
import { chosenPlan } from './chosen-plan.js';
import { reportProblems } from './lint-command.js';

export const GRAPH_FORMATS = ['mermaid', 'dot'] as const;

interface GraphOptions {
  readonly folder: string;
  readonly format: (typeof GRAPH_FORMATS)[number];
}

export const drawPlan: Action<GraphOptions> = async (context, { folder, format }, name = '') => {
  const loaded = await loadDialplans(folder);
  if (!loaded.ok) return reportProblems(context, loaded.problems);
  const graph = graphOf(chosenPlan(loaded.plans, name));
  context.output.result({ ok: true, plan: name, ...graph }, () =>
    format === 'mermaid' ? mermaidText(graph) : dotText(name, graph),
  );
  return 0;
};
