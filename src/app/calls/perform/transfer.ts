/** `answer-transfer`, `transfer-progress`: what the party who sent a REFER is told. */
import type { Directive, LegRef } from '../../../domain/dialplan/directives.js';
import { performHangUp } from './hang-up.js';
import type { Scene } from '../scene.js';

export function answerTransfer(
  scene: Scene,
  { leg, answer }: Extract<Directive, { verb: 'answer-transfer' }>,
): void {
  scene.transferOf(leg)?.answer(answer);
}

export function reportTransfer(
  scene: Scene,
  { leg, sipStatus }: Extract<Directive, { verb: 'transfer-progress' }>,
): void {
  scene.transferOf(leg)?.progress(sipStatus);
}

/** Answered by `hand-over` of that call, in the same process: a phone's two dialogs are with one of us. */
export function performFetchParty(
  scene: Scene,
  { activity, from, consulted }: Extract<Directive, { verb: 'fetch-party' }>,
): void {
  const { record } = scene.setup;
  const command = { kind: 'hand-over', leg: consulted, to: record.id, fetching: activity } as const;
  scene.begin(activity, () => undefined);
  if (scene.context.calls.get(from)?.command(`call ${record.id}`, command).kind !== 'accepted')
    scene.settle(activity, { kind: 'failed', why: `call ${from} is over` });
}

/** Whom the other call does not want any more is hung up: that talk is over on both sides. */
export function performHandOver(
  scene: Scene,
  { to, fetching, parties }: Extract<Directive, { verb: 'hand-over' }>,
): void {
  const taker = scene.context.calls.get(to);
  if (taker?.expects(fetching) === true) {
    const released = scene.release(parties);
    // Whoever is still here waits for its second: no INVITE has left, and none will.
    for (const { leg } of parties) if (scene.legs.record(leg) !== undefined) hangUp(scene, leg);
    taker.deliver({ fetching, from: scene.setup.record.id }, released);
    return;
  }
  if (parties.length === 0) return;
  for (const { leg } of parties) hangUp(scene, leg);
  scene.post({ kind: 'command', by: `call ${to}`, command: { kind: 'let-go' } });
}

function hangUp(scene: Scene, leg: LegRef): void {
  performHangUp(scene, { verb: 'hang-up', leg, reason: 'normal' });
}

export function releaseConsultation(
  scene: Scene,
  { from }: Extract<Directive, { verb: 'release-consultation' }>,
): void {
  scene.context.calls.get(from)?.command(`call ${scene.setup.record.id}`, { kind: 'let-go' });
}
