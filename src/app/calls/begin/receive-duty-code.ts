/**
 * Duty by star code: an operator dials `*41` (on duty), `*42` (paused) or `*43` (off) on his phone and hears one, two or
 * three beeps. Only a phone that gave its password may. It is no call: nothing is stored but the operator's state.
 */
import type { Duty } from '../../../domain/routing/operator-state.js';
import type { AppContext } from '../../context.js';
import { confirmByBeeps } from './confirm-by-beeps.js';
import { setDuty } from '../../operators/set-duty.js';
import type { InboundCall } from '../../ports/switch.js';
import { ownerOf } from '../../../domain/routing/dial-out.js';

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
  confirmByBeeps(context, call.leg, BEEPS[duty]);
  return 'taken';
}
