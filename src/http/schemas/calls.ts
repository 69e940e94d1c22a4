/** Calls, legs, recordings and the timeline as JSON. */
import { z } from 'zod';
import {
  CALL_MARKS,
  type CallRecord,
  type LegRecord,
  type RecordingRecord,
} from '../../domain/calls/call.js';
import { lossPercent, type LegQuality } from '../../domain/calls/quality.js';
import type { TimelineEvent } from '../../domain/calls/events.js';
import { isoTime, isoTimeOrNull, optionalTime, pageQuery, time } from './common.js';

export const qualitySchema = z
  .object({
    mos: z.number().meta({ description: '1 (bad) to 4.4, estimated from loss and jitter (E-model, G.711)' }),
    loss_percent: z.number(),
    jitter_ms: z.number(),
    packets: z.number(),
    lost: z.number(),
    round_trip_ms: z.number().nullable().meta({ description: 'Null when the far end sends no RTCP' }),
    far_end: z
      .object({ mos: z.number(), loss_percent: z.number(), jitter_ms: z.number() })
      .nullable()
      .meta({ description: 'How the party heard us, by its RTCP reports' }),
  })
  .meta({
    id: 'LegQuality',
    description: 'How the party was heard; null without RTP, and until the leg is over',
  });

export const legSchema = z
  .object({
    leg_id: z.string(),
    role: z.string(),
    party: z.string(),
    state: z.string(),
    sip_call_id: z.string(),
    invited_at: time,
    ringing_at: optionalTime,
    answered_at: optionalTime,
    ended_at: optionalTime,
    disposition: z.string().nullable(),
    sip_status: z.number().nullable(),
    q850: z.number().nullable(),
    ended_by: z.string().nullable(),
    quality: qualitySchema.nullable(),
  })
  .meta({ id: 'Leg' });

export const recordingSchema = z
  .object({
    recording_id: z.string(),
    state: z.string(),
    started_at: time,
    seconds: z.number().nullable(),
    channels: z.number().nullable(),
    channel_roles: z.array(z.string()),
    box: z
      .string()
      .nullable()
      .meta({ description: 'Of a message; spoken-time: when the client wants to be called' }),
    sample_rate: z.number().nullable(),
    bytes: z.number().nullable(),
    failure: z.string().nullable(),
  })
  .meta({ id: 'Recording' });

export const eventSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    at: time,
    call_id: z.string().nullable(),
    lead_id: z.string().nullable(),
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

export const callSchema = z
  .object({
    call_id: z.string(),
    direction: z.string(),
    state: z.string(),
    lead_id: z.string().nullable(),
    attempt_id: z.string().nullable(),
    dialplan: z.string(),
    client_number: z.string().nullable(),
    did: z.string().nullable(),
    operator: z.string().nullable(),
    started_at: time,
    bridged_at: optionalTime,
    ended_at: optionalTime,
    talk_seconds: z.number().nullable(),
    disposition: z.string().nullable(),
    whisper_text: z.string().nullable(),
    adopted_at: optionalTime,
    tags: z.array(z.string()),
    outcome: z
      .object({
        mark: z.enum(CALL_MARKS),
        reason: z.string().nullable(),
        later_at: optionalTime,
        spoken_recording_id: z.string().nullable().meta({ description: 'In which the time is spoken' }),
        by: z.string(),
        at: time,
      })
      .nullable(),
    note: z.object({ text: z.string(), by: z.string(), at: time }).nullable(),
    external_id: z.string().nullable(),
    attribution: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Call' });

export const callDetailSchema = callSchema
  .extend({
    legs: z.array(legSchema),
    recordings: z.array(recordingSchema),
    timeline: z.array(eventSchema),
    prompts: z.array(z.string()),
  })
  .meta({ id: 'CallDetail' });

export const callListQuery = pageQuery.extend({
  lead_id: z.string().optional(),
  disposition: z.string().optional(),
  phone: z.string().optional().meta({ description: 'The client’s number, E.164' }),
  operator: z.string().optional(),
  open: z.literal('yes').optional(),
  from: time.optional(),
  to: time.optional(),
});

export function legJson(leg: LegRecord, quality?: LegQuality): z.input<typeof legSchema> {
  return {
    leg_id: leg.id,
    role: leg.role,
    party: leg.party,
    state: leg.state,
    sip_call_id: leg.identity.sipCallId,
    invited_at: isoTime(leg.invitedAt),
    ringing_at: isoTimeOrNull(leg.ringingAt),
    answered_at: isoTimeOrNull(leg.answeredAt),
    ended_at: isoTimeOrNull(leg.endedAt),
    disposition: leg.disposition ?? null,
    sip_status: leg.ending?.sipStatus ?? null,
    q850: leg.ending?.q850 ?? null,
    ended_by: leg.ending?.by ?? null,
    quality: quality === undefined ? null : qualityJson(quality),
  };
}

function qualityJson(quality: LegQuality): z.input<typeof qualitySchema> {
  const { mos, jitterMs, packets, lost } = quality;
  return {
    mos,
    loss_percent: Math.round(100 * lossPercent(quality)) / 100,
    jitter_ms: jitterMs,
    packets,
    lost,
    round_trip_ms: quality.roundTripMs ?? null,
    far_end: farEndJson(quality),
  };
}

function farEndJson({
  farEndMos: mos,
  farEndLossPercent: loss,
  farEndJitterMs: jitter,
}: LegQuality): z.input<typeof qualitySchema>['far_end'] {
  if (mos === undefined || loss === undefined || jitter === undefined) return null;
  return { mos, loss_percent: loss, jitter_ms: jitter };
}

export function recordingJson(recording: RecordingRecord): z.input<typeof recordingSchema> {
  return {
    recording_id: recording.id,
    state: recording.state,
    started_at: isoTime(recording.startedAt),
    seconds: recording.seconds ?? null,
    channels: recording.channels ?? null,
    channel_roles: [...recording.channelRoles],
    box: recording.box ?? null,
    sample_rate: recording.sampleRate ?? null,
    bytes: recording.bytes ?? null,
    failure: recording.failure ?? null,
  };
}

export function eventJson(event: TimelineEvent): z.input<typeof eventSchema> {
  return {
    id: event.id,
    name: event.name,
    at: isoTime(event.at),
    call_id: event.callId ?? null,
    lead_id: event.leadId ?? null,
    payload: { ...event.payload },
  };
}

/** Seconds both parties heard each other; null before and without a bridge. */
function talkSeconds(call: CallRecord): number | null {
  const until = call.unbridgedAt ?? call.endedAt;
  return call.bridgedAt === undefined || until === undefined
    ? null
    : Math.round(until - call.bridgedAt) / 1000;
}

export function callJson(call: CallRecord): z.input<typeof callSchema> {
  return {
    call_id: call.id,
    direction: call.direction,
    state: call.state,
    dialplan: call.dialplan,
    ...partiesJson(call),
    started_at: isoTime(call.startedAt),
    bridged_at: isoTimeOrNull(call.bridgedAt),
    ended_at: isoTimeOrNull(call.endedAt),
    talk_seconds: talkSeconds(call),
    disposition: call.disposition ?? null,
    whisper_text: call.whisperText ?? null,
    adopted_at: isoTimeOrNull(call.adoptedAt),
    tags: [...call.tags],
    ...saidJson(call),
    attribution: { ...call.attribution },
  };
}

function saidJson({ outcome, note, externalId }: CallRecord) {
  return {
    outcome: outcome
      ? {
          mark: outcome.mark,
          reason: outcome.reason ?? null,
          later_at: isoTimeOrNull(outcome.laterAt),
          spoken_recording_id: outcome.spoken ?? null,
          by: outcome.by,
          at: isoTime(outcome.at),
        }
      : null,
    note: note ? { ...note, at: isoTime(note.at) } : null,
    external_id: externalId ?? null,
  };
}

function partiesJson(call: CallRecord) {
  return {
    lead_id: call.leadId ?? null,
    attempt_id: call.attemptId ?? null,
    client_number: call.clientNumber ?? null,
    did: call.did ?? null,
    operator: call.operator ?? null,
  };
}
