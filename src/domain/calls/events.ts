/**
 * The one catalogue of events: the same names in the store's timeline, on /v1/events and in outgoing webhooks.
 * Past tense. `payload` is JSON in snake_case and never holds secrets.
 */
import type { CallId, EventId, Instant, LeadId } from '../values/ids.js';

export const EVENTS = {
  'lead.received': 'A lead was stored.',
  'lead.deferred': 'The lead will be called later; `will_call_at` and `reason` say when and why.',
  'lead.duplicate': 'The lead repeats another one inside the window; its contents were merged.',
  'lead.quarantined': 'The gate holds the lead for a person; `reason` and `detail` say why.',
  'lead.released': 'A person let a lead out of quarantine.',
  'lead.late':
    'No operator accepted the lead in time; `step`, `after_seconds` and `group` say what the policy does.',
  'lead.blocked': 'The lead may not be called.',
  'lead.not-dialled': 'The lead is stored but will not be called; `reason` says why.',
  'lead.reached': 'Client and operator talked. Final.',
  'lead.unreached': 'The attempts are used up. Final.',
  'lead.cancelled': 'A person or a key withdrew the lead. Final.',
  'attempt.started': 'An attempt took its lease on the phone and its call began.',
  'attempt.ended': 'An attempt ended; `disposition` and `next_attempt_at` say how it goes on.',
  'call.started': 'A call record was opened.',
  'leg.invited': 'An INVITE is leaving for this leg.',
  'leg.ringing': 'The far end sent an 18x.',
  'leg.early-media': 'The far end sends audio before answering.',
  'leg.answered': 'The far end answered.',
  'leg.held': 'The party put the call on hold.',
  'leg.resumed': 'The party resumed the call.',
  'leg.ended': 'The leg is over; `disposition` and `sip_status` say how.',
  'prompt.spoken': 'A text or recording was played; `text` and `leg` say what to whom.',
  'key.pressed': 'A party pressed a key.',
  'operator.accepted': 'An operator accepted the call.',
  'operator.declined': 'An operator declined, did not press a key, or passed it on.',
  'operator.duty-changed': 'An operator went on duty, paused or left; `by` says who said so.',
  'call.parked': 'A party was parked; `slot` says where it can be picked up.',
  'call.picked-up': 'An operator picked a parked party up.',
  'callback.requested': 'A caller asked to be called back; a lead was made of it.',
  'queue.joined': 'A caller began to wait in a queue.',
  'queue.moved': 'The place of a caller in a queue changed; `position` is 1 for the next one.',
  'queue.offered': 'An operator was free and is being rung for a waiting caller.',
  'queue.left': 'A caller left a queue; `how` is served, callback, exit, timeout or left.',
  'call.bridged': 'Two parties hear each other.',
  'call.unbridged': 'They no longer do.',
  'call.marked': 'Somebody said what the call was: `mark`, `reason`, `later_at`, `by`.',
  'call.time-spoken':
    'An operator said when the client wants to be called; `recording_id` is to be heard, and the time set by a person.',
  'call.annotated': 'Tags or a note of the call were changed; `by` says by whom.',
  'call.transferred':
    'A party transferred the call; after a consultation in a call of its own `from_call` names that, `operator` who took over.',
  'call.handed-over':
    'An attended transfer gave the consulted parties to another call, `to_call`; this one ends. `by` says who.',
  'call.commanded': 'Someone hung up or moved the call from outside; `by` says who.',
  'call.taken-over': 'A supervisor took the operator’s place; `by` says on whose order.',
  'supervision.started': 'A supervisor hears the talk; `mode` says who hears him, `by` who ordered it.',
  'supervision.changed':
    'A supervisor speaks to someone else; `mode` and `by` say to whom and on whose order.',
  'supervision.ended': 'A supervisor no longer hears the talk.',
  'call.adopted': 'A restarted controller took over a running talk.',
  'call.cut':
    'The talk ended because a server, a line or its media was lost under it; `leg`, `role`, `reason` and `bridged_seconds`.',
  'call.missed': 'An inbound call ended without a talk.',
  'call.ended': 'The call record is closed.',
  'recording.started': 'A recording began.',
  'recording.paused': 'Voices are replaced by silence from here on.',
  'recording.resumed': 'Voices are recorded again.',
  'voicemail.left': 'A caller left a message; `box` names it, `recording_id` the file.',
  'recording.ready': 'The recording was checked and can be heard.',
  'recording.failed': 'There is no usable recording; `failure` says why.',
  'deal.changed':
    'The CRM told of a deal: `deal_id`, `external_id`, `status`, `was`, `stage`, `amount`, `currency`, `deal_at`.',
  'destination.told': 'A CRM, analytics or ad platform took an event; `destination`, `event_id`, `note`.',
  'destination.dead': 'What a destination was to be told was given up; `destination`, `event_id`, `why`.',
  'crm.linked': 'A CRM named the client’s card; `destination`, `url`.',
  'do-not-call.added': 'A phone was put on the do-not-call list.',
  'do-not-call.removed': 'A phone was taken off the do-not-call list.',
  'person.erased': 'Everything stored about a phone was erased; `counts` says how much.',
  'phone.registered':
    'A phone of an operator is there; `user`, `contact`, `transport`. Renewals are not told.',
  'phone.unregistered': 'It signed off, its time ran out, or its connection is gone.',
  'number.flagged':
    'An audit called an own number and it did not come back as itself; `number`, `result`, `trunk`, `arrived_as`, `sip_status`.',
  'number.cleared': 'A number that was flagged arrived again.',
  'server.drained': 'A server of the switch gets no new calls; `server` names it, `by` says who ordered it.',
  'server.undrained': 'It gets calls again; `server` and `by`.',
  'connection.access-changed':
    'What an authorised account lets us do changed; `connection_id`, `name`, `state` and `why`, `by` when a person did it.',
  'form.changed':
    'Fields of a form at its source are others now; `form_id`, `added`, `removed`, and `stale_map`: entries of its field map without a field.',
  'leads.fetched':
    'Leads that the source keeps of a form were fetched; `form_id`, `found`, `added`, `repeated`.',
  'audience.filled':
    'An upload into a customer audience was taken; `audience_id`, `action`, `valid` of `total` people.',
  'audience.failed': 'An upload into a customer audience was given up; `audience_id`, `action`, `why`.',
  'webhook.delivered': 'A delivery was accepted by its receiver.',
  'webhook.dead': 'A delivery was given up.',
} as const;

export type EventName = keyof typeof EVENTS;

export interface TimelineEvent {
  readonly id: EventId;
  readonly name: EventName;
  readonly at: Instant;
  readonly callId?: CallId;
  readonly leadId?: LeadId;
  readonly payload: Readonly<Record<string, unknown>>;
}
