/** `answer-transfer`, `transfer-progress`: what the party who sent a REFER is told. */
import type { Directive } from '../../../domain/dialplan/directives.js';
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
