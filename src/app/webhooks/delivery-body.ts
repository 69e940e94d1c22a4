/** Body of an outgoing webhook: `{type, timestamp, data}` as Standard Webhooks recommends. */
import type { TimelineEvent } from '../../domain/calls/events.js';

export function deliveryBody({ name, at, callId, leadId, payload }: TimelineEvent): string {
  return JSON.stringify({
    type: name,
    timestamp: new Date(at).toISOString(),
    data: { call_id: callId, lead_id: leadId, ...payload },
  });
}
