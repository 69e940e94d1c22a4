/** `ring`, `early-media`, `answer`, `reject`: what is done with the leg an inbound call began with. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import { messageOf } from '../../../errors.js';
import type { InboundLeg } from '../../ports/switch.js';
import type { Scene } from '../scene.js';

type Directing = Extract<Directive, { verb: 'ring' | 'early-media' | 'answer' | 'reject' }>;

export function performRing(scene: Scene, directive: Extract<Directive, { verb: 'ring' }>): void {
  act(scene, directive, async (leg) => {
    await leg.ring();
    return { kind: 'done' };
  });
}

export function performEarlyMedia(
  scene: Scene,
  directive: Extract<Directive, { verb: 'early-media' }>,
): void {
  act(scene, directive, async (leg) => {
    const opened = await leg.openEarly();
    return opened === 'open' ? { kind: 'done' } : { kind: 'leg-ended', leg: directive.leg };
  });
}

export function performAnswer(scene: Scene, directive: Extract<Directive, { verb: 'answer' }>): void {
  act(scene, directive, async (leg) => {
    // A supervisor who called us is to hear the talk, wherever it is.
    const beside = scene.legs.living().find(({ id }) => id !== leg.id);
    if (beside !== undefined) leg.joinHome(beside.id);
    const answered = await leg.answer();
    return answered === 'answered' ? { kind: 'answered' } : { kind: 'leg-ended', leg: directive.leg };
  });
}

export function performReject(scene: Scene, directive: Extract<Directive, { verb: 'reject' }>): void {
  act(scene, directive, async (leg) => {
    await leg.reject(directive.sipStatus);
    return { kind: 'done' };
  });
}

function act(scene: Scene, directive: Directing, work: (leg: InboundLeg) => Promise<ActivityOutcome>): void {
  const { activity, leg: ref } = directive;
  const caller = scene.inbound(ref);
  scene.begin(activity, () => undefined);
  if (caller === undefined) {
    scene.settle(activity, { kind: 'failed', why: `${ref} did not call us` });
    return;
  }
  work(caller).then(
    (outcome) => scene.settle(activity, outcome),
    (thrown: unknown) => scene.settle(activity, { kind: 'failed', why: messageOf(thrown) }),
  );
}
