/** `hang-up`: CANCEL or BYE; the leg's `ended` signal follows from the switch. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { Scene } from '../scene.js';

export function performHangUp(
  scene: Scene,
  { leg: ref, reason }: Extract<Directive, { verb: 'hang-up' }>,
): void {
  const leg = scene.legs.leg(ref);
  if (leg !== undefined) return void leg.hangup(reason);
  // Its INVITE still waits for its second: nothing has left, so nobody but us can say that it is over.
  const at = scene.context.ports.clock.now();
  scene.post({
    kind: 'signal',
    leg: ref,
    signal: { kind: 'ended', ending: { by: 'system', reason: 'cancelled', at } },
    at,
  });
}
