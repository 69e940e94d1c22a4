/** May a call of ours still ring phones? Asked in the transaction that would write the intent, so nothing slips between. */
import { emergencyRule } from '../../domain/routing/emergency.js';
import { isFinal } from '../leads/after-attempt.js';
import type { Repositories } from '../ports/store.js';
import type { CallSetup } from './begin/call-setup.js';
import { stoppedIn } from './orders/stop-calling.js';

/**
 * The emergency stop, or the withdrawal of the lead, may come from another process, or between the start of a call and
 * its first INVITE. Inbound calls are still served, and so is who calls for help.
 */
export async function isCalledOff(
  tx: Repositories,
  { record, telephony }: CallSetup,
): Promise<'called-off' | 'wanted'> {
  if (record.direction === 'inbound') return 'wanted';
  if (emergencyRule(telephony, record.clientNumber ?? '') === 'named') return 'wanted';
  if ((await stoppedIn(tx)) === 'stopped') return 'called-off';
  const lead = record.leadId && (await tx.leads.byId(record.leadId));
  return lead && isFinal(lead.status) ? 'called-off' : 'wanted';
}
