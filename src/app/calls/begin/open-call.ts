/** Opens a call inside the transaction of whoever begins it: record, its visitor frozen, session, ownership, `call.started`. */
import type { SessionId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import { Fault } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import type { Unit } from '../../events/commit.js';
import type { CallSetup } from './call-setup.js';
import { keepSnapshot } from '../../visitors/keep-snapshot.js';
import { callLease } from '../routing/resources.js';

export async function openCall(
  context: AppContext,
  { tx, now, tell }: Unit,
  setup: CallSetup,
): Promise<void> {
  const { record, caller } = setup;
  const { owner, callLeaseMs } = context.config;
  await tx.calls.add({
    ...record,
    session: JSON.stringify(setup.session),
    facts: JSON.stringify(setup.facts),
    ...present({ setVersion: setup.setVersion }),
  });
  const sessionId = record.attribution['session_id'] as SessionId | undefined;
  if (sessionId !== undefined) await keepSnapshot(tx, { owner: record.id, sessionId, at: record.startedAt });
  if (caller !== undefined) await tx.calls.addLeg(caller.record);
  if ((await tx.leases.take(callLease(record.id), owner, now + callLeaseMs, now)) === 'held')
    throw new Fault('bug', `the new call ${record.id} is owned by another process`);
  tell({
    name: 'call.started',
    callId: record.id,
    leadId: record.leadId,
    payload: { direction: record.direction, dialplan: record.dialplan },
  });
}
