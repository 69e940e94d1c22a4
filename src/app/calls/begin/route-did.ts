/**
 * From the dialled number to project and dialplan: the number's own plan, its project's, or the catch-all
 * (`calls.inboundPlan`), which also takes numbers nobody knows.
 */
import type { Project } from '../../../domain/attribution/project.js';
import { FAIL_SAFE } from '../../../domain/dialplan/fail-safe.js';
import type { TrackedNumber } from '../../../domain/numbers/tracked-number.js';
import type { E164 } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import type { TelephonySet } from '../../config.js';
import type { AppContext } from '../../context.js';

export interface DidRoute {
  readonly plan: string;
  /** Absent: no tracked number. */
  readonly number?: TrackedNumber;
  readonly project?: Project;
  /** Takes the caller when the plan cannot. */
  readonly failSafe?: E164;
}

/** Undefined: unknown or switched off, and nothing takes what is left. Works with the store down. */
export async function routeDid(
  context: AppContext,
  set: TelephonySet,
  did: E164 | undefined,
): Promise<DidRoute | undefined> {
  const number = did === undefined ? undefined : await context.numbers.find(did);
  return number?.state === 'disabled' ? undefined : routeOf(set, number);
}

function routeOf(
  { telephony, plans, inboundPlan }: TelephonySet,
  number: TrackedNumber | undefined,
): DidRoute | undefined {
  const project = number === undefined ? undefined : telephony.projects[number.project];
  const wanted = [number?.dialplan, project?.dialplan, inboundPlan];
  const plan = wanted.find((name) => name !== undefined && plans[name] !== undefined);
  const failSafe = number?.failSafe ?? project?.failSafe;
  const known = present({ number, project, failSafe });
  if (plan !== undefined) return { plan, ...known };
  return failSafe === undefined ? undefined : { plan: FAIL_SAFE, ...known };
}
