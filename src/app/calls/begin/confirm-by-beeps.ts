/** What a star code that is no call answers: some beeps, and it hangs up. */
import { messageOf } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import type { InboundLeg, PlayItem } from '../../ports/switch.js';

export function confirmByBeeps({ ports }: AppContext, leg: InboundLeg, beeps: number): void {
  beep(leg, beeps).catch((thrown: unknown) => {
    ports.logger.warn({ leg: leg.id, why: messageOf(thrown) }, 'a star code was not confirmed');
  });
}

async function beep(leg: InboundLeg, beeps: number): Promise<void> {
  if ((await leg.answer()) === 'leg-ended') return;
  const one: readonly PlayItem[] = [
    { kind: 'tone', tone: 'beep' },
    { kind: 'silence', ms: 200 },
  ];
  await leg.play(Array.from({ length: beeps }, () => one).flat()).outcome;
  await leg.hangup('normal');
}
