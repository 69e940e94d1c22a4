/** One share of a simulation, in a worker thread of its own; started by share-out with the share as its data. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadDialplans } from '../../settings/dialplans.js';
import { crashPoints, type CrashSabotage } from './crash-points.js';
import { runMonth, type MonthSabotage } from './run-month.js';
import type { Figures, Posted } from './share-out.js';

interface Common {
  readonly seed: number;
  readonly dialplans: string;
}

export type Share = Common &
  (
    | {
        readonly kind: 'month';
        readonly leads: number;
        readonly days: number;
        readonly sabotage?: MonthSabotage;
      }
    | { readonly kind: 'crash-points'; readonly points: number; readonly sabotage?: CrashSabotage }
  );

function tell(posted: Posted): void {
  parentPort?.postMessage(posted);
}

async function figuresOf({ dialplans, ...share }: Share): Promise<Figures> {
  const loaded = await loadDialplans(dialplans);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const terms = { plans: loaded.plans, say: (text: string) => tell({ say: text }) };
  return share.kind === 'month'
    ? { ...(await runMonth({ ...share, ...terms })) }
    : { ...(await crashPoints({ ...share, ...terms })) };
}

tell({ figures: await figuresOf(workerData as Share) });
