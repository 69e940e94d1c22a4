/** `queue`, `leave-queue`, `park`, `callback`, `pick-up`: what is left to do after the step's transaction decided. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { CallId } from '../../../domain/values/ids.js';
import { messageOf } from '../../../errors.js';
import { parkingSlot } from '../routing/resources.js';
import type { Scene } from '../scene.js';

type DirectiveOf<V extends Directive['verb']> = Extract<Directive, { verb: V }>;

export function performQueue(scene: Scene, { activity }: DirectiveOf<'queue'>): void {
  const { queues } = scene.context;
  scene.begin(activity, () => queues.wake());
  performDecided(scene, { activity });
  queues.wake();
}

export function performLeaveQueue(scene: Scene, { entry }: DirectiveOf<'leave-queue'>): void {
  scene.stop(entry);
  scene.context.queues.wake();
}

/** park, callback. */
export function performDecided(scene: Scene, { activity }: Pick<DirectiveOf<'park'>, 'activity'>): void {
  const outcome = scene.decided(activity);
  if (outcome !== undefined) scene.post({ kind: 'outcome', activity, outcome });
}

/** Another process's call cannot be asked: then the slot is as good as empty. */
export function performPickUp(scene: Scene, directive: DirectiveOf<'pick-up'>): void {
  const { activity, slot, operator } = directive;
  const { ports, calls } = scene.context;
  const ask = async (): Promise<'accepted' | 'refused'> => {
    const lease = await ports.store.leases.heldBy(parkingSlot(slot));
    const parked = lease === undefined ? undefined : calls.get(lease.owner as CallId);
    return parked?.command(`call ${scene.setup.record.id}`, { kind: 'pick-up', operator }).kind ?? 'refused';
  };
  scene.begin(activity, () => undefined);
  ask().then(
    (answer) =>
      scene.settle(
        activity,
        answer === 'accepted' ? { kind: 'done' } : { kind: 'failed', why: `nobody is parked at ${slot}` },
      ),
    (thrown: unknown) => scene.settle(activity, { kind: 'failed', why: messageOf(thrown) }),
  );
}
