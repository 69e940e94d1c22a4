/** One point of a chaos run: a lead is posted, its moment is awaited at the phones, the controller dies and comes back. */
import type { PostedLead } from './api-client.js';
import type { PlannedPoint } from './points.js';
import { pass, within } from './within.js';
import type { World } from './world.js';

export interface PlayedPoint {
  readonly lead: PostedLead;
  /** `missed`: it did not come in time (the operator's registration died with an earlier life); the kill came anyway. */
  readonly moment: 'met' | 'missed';
}

const MOMENT_DEADLINE_MS = 20_000;
/** From the new life's readiness to the hang-up of a talk that outlived the old one. */
const TALK_GOES_ON_MS = 1500;

export async function playPoint(world: World, point: PlannedPoint): Promise<PlayedPoint> {
  const { cast, controller, api, registration } = world;
  const { name, number, operator, client } = point;
  if (operator.reached === 'registered') await cast.open(operator, registration);
  if (client === 'busy') cast.busy.add(number);
  let hangUp = (): void => undefined;
  if (name === 'talk') cast.patient.set(number, new Promise((resolve) => (hangUp = resolve)));
  const lead = await api.postLead({
    number,
    operator: operator.name,
    colleagues: point.colleagues.map((one) => one.name),
  });
  const moment = await met(world, point);
  await pass(point.delayMs);
  await controller.killAndStart();
  if (name === 'talk') await pass(TALK_GOES_ON_MS);
  hangUp();
  return { lead, moment };
}

function met({ cast }: World, { after, operator, number }: PlannedPoint): Promise<PlayedPoint['moment']> {
  if (after === 'lead-answered') return Promise.resolve('met');
  const who = after.startsWith('operator') ? operator.name : number;
  return within(MOMENT_DEADLINE_MS, cast.sightings.when(after, who), after).then(
    () => 'met',
    () => 'missed',
  );
}
