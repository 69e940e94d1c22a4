/** `dialplan graph`: a plan as a picture in Mermaid, Graphviz or SVG. Registered in commands/dialplan.ts. */
import { dotText, graphOf, mermaidText, type Graph } from '../../domain/dialplan/graph.js';
import { svgText, trafficOf, type Traffic } from '../../domain/dialplan/graph-svg.js';
import type { Session, TraceEntry } from '../../domain/dialplan/session.js';
import { Fault } from '../../errors.js';
import { loadDialplans } from '../../settings/dialplans.js';
import { systemClock } from '../../telemetry/clock.js';
import type { Action, CommandContext } from '../context.js';
import { withStore } from '../with-store.js';
import { chosenPlan } from './chosen-plan.js';
import { reportProblems } from './lint-command.js';
import { callsSince, whileOf } from './recent-calls.js';

export const GRAPH_FORMATS = ['mermaid', 'dot', 'svg'] as const;
type GraphFormat = (typeof GRAPH_FORMATS)[number];

interface GraphOptions {
  readonly folder: string;
  readonly format: GraphFormat;
  readonly calls?: string;
}

export const drawPlan: Action<GraphOptions> = async (context, { folder, format, calls }, name = '') => {
  const loaded = await loadDialplans(folder);
  if (!loaded.ok) return reportProblems(context, loaded.problems);
  const graph = graphOf(chosenPlan(loaded.plans, name));
  if (calls !== undefined && format !== 'svg')
    throw new Fault('field-invalid', '--calls writes its counts into a picture: --format svg');
  const traffic = calls === undefined ? undefined : await storedTraffic(context, name, calls);
  context.output.result({ ok: true, plan: name, ...graph }, () => TEXTS[format](name, graph, traffic));
  return 0;
};

const TEXTS: Readonly<Record<GraphFormat, (name: string, graph: Graph, traffic?: Traffic) => string>> = {
  mermaid: (_name, graph) => mermaidText(graph),
  dot: dotText,
  svg: svgText,
};

/** Of a call of more than 64 steps only the last ones are stored, and counted. */
async function storedTraffic(context: CommandContext, plan: string, length: string): Promise<Traffic> {
  const from = systemClock.now() - whileOf(length);
  return withStore(context, async ({ calls }) => {
    const traces: (readonly TraceEntry[])[] = [];
    for await (const { session } of callsSince(calls, from))
      traces.push((JSON.parse(session ?? '{}') as Partial<Session>).trace ?? []);
    return trafficOf(plan, traces);
  });
}
