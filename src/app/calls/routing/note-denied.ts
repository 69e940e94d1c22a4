/** An operator may not dial what he dialled, or asked a transfer to: counted, and said in the log with the reason. */
import type { Dialling } from '../../../domain/routing/dial-out.js';
import type { Operator } from '../../../domain/routing/telephony.js';
import { maskPhone } from '../../../domain/values/phone.js';
import type { AppContext } from '../../context.js';

type Denial = Pick<Extract<Dialling, { kind: 'denied' }>, 'code' | 'why'>;

export function noteDenied(
  { ports }: AppContext,
  { by, dialled, code, why }: Denial & { readonly by: Operator; readonly dialled: string },
): void {
  ports.metrics.count('dialtrace_calls_refused_total', { why: code });
  ports.logger.warn(
    { operator: by.name, dialled: maskPhone(dialled), code, why },
    'an operator may not dial this',
  );
}
