/** `wait`: a timer whose end is an input like any other. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { Scene } from '../scene.js';

export function performWait(scene: Scene, { activity, seconds }: Extract<Directive, { verb: 'wait' }>): void {
  const cancel = scene.context.ports.clock.after(seconds * 1000, () =>
    scene.settle(activity, { kind: 'elapsed' }),
  );
  scene.begin(activity, cancel);
}
