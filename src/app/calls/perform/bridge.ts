/** `bridge`: joins two legs until one ends or the bridge is stopped. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import type { BridgeOutcome } from '../../ports/switch.js';
import type { Scene } from '../scene.js';

export function performBridge(
  scene: Scene,
  { activity, a, b, kept }: Extract<Directive, { verb: 'bridge' }>,
): void {
  const [first, second] = [scene.legs.leg(a), scene.legs.leg(b)];
  scene.begin(activity, () => undefined);
  if (first === undefined || second === undefined) {
    scene.settle(activity, { kind: 'leg-ended', leg: first === undefined ? a : b });
    return;
  }
  const bridge = first.bridge(second, { own: kept?.[a] ?? [], others: kept?.[b] ?? [] });
  scene.begin(activity, () => bridge.stop());
  void bridge.outcome.then((outcome) => scene.settle(activity, toOutcome(scene, a, outcome)));
}

function toOutcome(scene: Scene, a: string, outcome: BridgeOutcome): ActivityOutcome {
  return outcome.kind === 'leg-ended'
    ? { kind: 'leg-ended', leg: scene.legs.refOf(outcome.legId) ?? a }
    : outcome;
}
