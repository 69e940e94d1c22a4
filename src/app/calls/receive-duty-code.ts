/**
 * Duty by star code: an operator dials `*41` (on duty), `*42` (paused) or `*43` (off) on his phone and hears one, two or
 * three beeps. Only a phone that gave its password may. It is no call: nothing is stored but the operator's state.
 */
import type { Duty } from '../../domain/routing/operator-state.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';
import { setDuty } from '../operators/set-duty.js';
import type { InboundCall, PlayItem } from '../ports/switch.js';
import { ownerOf } from '../../domain/routing/dial-out.js';

const BEEPS: Readonly<Record<Duty, number>> = { on: 1, paused: 2, off: 3 };
const DUTY_CODES: Readonly<Record<string, Duty>> = { '*41': 'on', '*42': 'paused', '*43': 'off' };

export function dutyOfCode(dialled: string): Duty | undefined {
  return Object.hasOwn(DUTY_CODES, dialled) ? DUTY_CODES[dialled] : undefined;
}

export async function receiveDutyCode(
  context: AppContext,
  call: InboundCall,
  duty: Duty,
): Promise<'taken' | 'stranger'> {
  const operator = ownerOf(context.set().telephony, call.authenticatedAs);
  if (operator === undefined) return 'stranger';
  await setDuty(context, { operator: operator.name, duty, by: 'phone' });
  confirm(call, BEEPS[duty]).catch((thrown: unknown) => {
    context.ports.logger.warn(
      { operator: operator.name, why: messageOf(thrown) },
      'a star code was not confirmed',
    );
  });
  return 'taken';
}

async function confirm({ leg }: InboundCall, beeps: number): Promise<void> {
  if ((await leg.answer()) === 'leg-ended') return;
  const beep: readonly PlayItem[] = [
    { kind: 'tone', tone: 'beep' },
    { kind: 'silence', ms: 200 },
  ];
  await leg.play(Array.from({ length: beeps }, () => beep).flat()).outcome;
  await leg.hangup('normal');
}
