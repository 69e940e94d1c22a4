/** A call that was served while the store was away: who called is asked again, as of the moment it rang. */
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { attributeCall, type CallOnNumber } from './attribute-call.js';
import { attributionRecord } from './attribution-names.js';

/** Never rejects. */
export async function attributeLater(context: AppContext, call: CallOnNumber): Promise<void> {
  const attribution = await attributeCall(context, call);
  if (attribution === undefined) return;
  const { callId, ...found } = attribution;
  await commit(context, async ({ tx }) => {
    await tx.attributions.update(callId, present(found));
    await tx.calls.update(callId, { attribution: attributionRecord(attribution) });
  });
}
