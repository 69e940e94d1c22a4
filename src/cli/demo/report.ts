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

export async function demoReport(stage: Stage, { postedAt, leadId, detail }: Finished) {
  const { call, recording, lead } = detail;
  const checks = recording?.state === 'ready' ? await checkAudio(recording.path, stage.heard) : undefined;
  return {
    ok: call.disposition === 'answered' && checks !== undefined && allGood(checks),
    switch: stage.dialtrace.embedded === undefined ? 'external' : 'embedded',
    lead_id: leadId,
    call_id: call.id,
    disposition: call.disposition ?? null,
    will_call_at: iso(lead.willCallAt ?? lead.receivedAt),
    whisper_text: call.whisperText ?? null,
    accept_key: '1',
    legs: [legReport(stage, detail, 'operator'), legReport(stage, detail, 'client')],
    bridged_seconds: bridgedSeconds(detail),
    recording: recording && {
      path: recording.path,
      channels: recording.channels ?? null,
      channel_roles: recording.channelRoles,
      sample_rate: recording.sampleRate ?? null,
      seconds: recording.seconds ?? null,
      ...(recording.failure === undefined ? {} : { failure: recording.failure }),
    },
    checks: checks ?? null,
    lead_to_operator_invite_ms: firstInviteMs(stage, postedAt),
  };
}

export type DemoReport = Awaited<ReturnType<typeof demoReport>>;
