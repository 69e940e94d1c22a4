/** The demo's result as the one JSON line that design and CI read. */
import type { CallDetail } from './follow.js';
import { allGood, checkAudio } from './checks.js';
import type { Stage } from './stage.js';

const iso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

function legReport(stage: Stage, { legs }: CallDetail, role: 'operator' | 'client') {
  const leg = legs.find((one) => one.role === role);
  return {
    role,
    sip_call_id: leg?.identity.sipCallId ?? null,
    ringing_at: iso(leg?.ringingAt),
    answered_at: iso(leg?.answeredAt),
    ended_at: iso(leg?.endedAt),
    heard_path: stage.heard[role],
  };
}

function bridgedSeconds({ call }: CallDetail): number | null {
  const until = call.unbridgedAt ?? call.endedAt;
  return call.bridgedAt === undefined || until === undefined ? null : (until - call.bridgedAt) / 1000;
}

function firstInviteMs(stage: Stage, postedAt: number): number | null {
  const invited = stage.operator.log.events('invited')[0];
  return invited === undefined ? null : Math.round((invited.at - postedAt) * 10) / 10;
}

export interface Finished {
  readonly postedAt: number;
  readonly leadId: string;
  readonly detail: CallDetail;
}

function recordingReport(recording: CallDetail['recording']) {
  if (recording === undefined) return null;
  const { path, channels = null, channelRoles, sampleRate = null, seconds = null, failure } = recording;
  return {
    path,
    channels,
    channel_roles: channelRoles,
    sample_rate: sampleRate,
    seconds,
    ...(failure === undefined ? {} : { failure }),
  };
}

export async function demoReport(stage: Stage, { postedAt, leadId, detail }: Finished) {
  const { call, recording, lead } = detail;
  const { disposition = null, whisperText = null } = call;
  const checks = recording?.state === 'ready' ? await checkAudio(recording.path, stage.heard) : null;
  return {
    ok: disposition === 'answered' && checks !== null && allGood(checks),
    switch: stage.dialtrace.embedded === undefined ? 'external' : 'embedded',
    lead_id: leadId,
    call_id: call.id,
    disposition,
    will_call_at: iso(lead.willCallAt ?? lead.receivedAt),
    whisper_text: whisperText,
    accept_key: '1',
    legs: [legReport(stage, detail, 'operator'), legReport(stage, detail, 'client')],
    bridged_seconds: bridgedSeconds(detail),
    recording: recordingReport(recording),
    checks,
    lead_to_operator_invite_ms: firstInviteMs(stage, postedAt),
  };
}

export type DemoReport = Awaited<ReturnType<typeof demoReport>>;
