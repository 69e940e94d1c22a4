/** What a call to a client takes before an operator is disturbed: the phone, and a channel of the trunk. */
import type { Trunk } from '../../../domain/routing/telephony.js';
import type { CallId, E164 } from '../../../domain/values/ids.js';
import type { Unit } from '../../events/commit.js';
import { LINE_LEASE_MS, phoneLease, trunkPool } from '../routing/resources.js';

export interface ClientClaim {
  readonly callId: CallId;
  readonly phone: E164;
  readonly trunk: Trunk | undefined;
}

/** Owner of both is the call; finishCall gives them back. What was taken before a refusal is given back here. */
export async function claimClient(
  { tx, now }: Unit,
  { callId, phone, trunk }: ClientClaim,
): Promise<'granted' | 'channels' | 'phone-busy'> {
  const until = now + LINE_LEASE_MS;
  if ((await tx.leases.take(phoneLease(phone), callId, until, now)) === 'held') return 'phone-busy';
  if (trunk === undefined) return 'granted';
  const slot = await tx.leases.takeSlot(trunkPool(trunk.name), trunk.channels, callId, until, now);
  if (slot !== undefined) return 'granted';
  await tx.leases.releaseOwner(callId);
  return 'channels';
}
