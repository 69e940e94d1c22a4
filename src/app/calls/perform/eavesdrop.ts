/** `eavesdrop`, `eavesdrop-mode`, `conference-member`: a supervisor's ear in a talk, and who hears whom. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { EavesdropOutcome } from '../../ports/switch.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import type { Scene } from '../scene.js';

export function performEavesdrop(
  scene: Scene,
  { activity, leg: ref, watched, mode }: Extract<Directive, { verb: 'eavesdrop' }>,
): void {
  const [leg, other] = [scene.legs.leg(ref), scene.legs.leg(watched)];
  scene.begin(activity, () => undefined);
  if (leg === undefined || other === undefined) {
    scene.settle(activity, { kind: 'leg-ended', leg: leg === undefined ? ref : watched });
    return;
  }
  const listening = leg.eavesdrop(other, mode);
  scene.listeners.set(activity, listening);
  scene.begin(activity, () => listening.stop());
  void listening.outcome.then((outcome) => {
    scene.listeners.delete(activity);
    scene.settle(activity, toOutcome(outcome));
  });
}

/** A leg that ended says so by its own signal. */
function toOutcome(outcome: EavesdropOutcome): ActivityOutcome {
  return outcome.kind === 'failed' ? outcome : { kind: 'done' };
}

export function changeEavesdropMode(
  scene: Scene,
  { eavesdropping, mode }: Extract<Directive, { verb: 'eavesdrop-mode' }>,
): void {
  scene.listeners.get(eavesdropping)?.setMode(mode);
}

export function changeConferenceMember(
  scene: Scene,
  { eavesdropping, leg: ref, change }: Extract<Directive, { verb: 'conference-member' }>,
): void {
  const leg = scene.legs.leg(ref);
  if (leg !== undefined) scene.listeners.get(eavesdropping)?.setMember(leg, change);
}
