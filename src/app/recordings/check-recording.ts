/**
 * Task `check-recording`: settles a recording whose process died before the switch's word arrived. The call is over, so
 * the switch has let go of the file; what it finds there decides, by the same measure as for a recording it saw end.
 */
import type { CallRecord, RecordingRecord } from '../../domain/calls/call.js';
import type { EventName, TimelineEvent } from '../../domain/calls/events.js';
import { heldMs, type HoldChange } from '../../domain/calls/hold-time.js';
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import type { Job } from '../ports/store.js';
import type { TaskOutcome } from '../tasks.js';
import { settleRecording } from './settle-recording.js';

/** The switch has checked a file long before this. */
export const CHECK_RECORDING_MS = 60_000;

export async function checkRecording(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const { store } = context.ports;
  const recording = await store.recordings.byId(payload['recordingId'] as RecordingId);
  if (recording?.state !== 'recording') return { kind: 'done' };
  const call = await store.calls.byId(recording.callId);
  const events = await store.events.ofCall(recording.callId);
  await settleRecording(
    context,
    recording.id,
    await context.ports.switch.checkRecording(recording.path, recordedSeconds(recording, call, events)),
  );
  return { kind: 'done' };
}

/** It began with the bridge; it ended with it, or with the call. What its party held is not in it. */
function recordedSeconds(
  { startedAt, channelRoles }: RecordingRecord,
  call: CallRecord | undefined,
  events: readonly TimelineEvent[],
): number {
  const endedAt = call?.unbridgedAt ?? call?.endedAt ?? startedAt;
  const holds = events.flatMap(({ name, at, payload }): HoldChange[] => {
    const kind = HOLD_CHANGES[name];
    return kind === undefined || payload['role'] !== channelRoles[0] ? [] : [{ kind, at }];
  });
  return (endedAt - startedAt - heldMs(holds, startedAt, endedAt)) / 1000;
}

const HOLD_CHANGES: Partial<Record<EventName, HoldChange['kind']>> = {
  'leg.held': 'held',
  'leg.resumed': 'resumed',
};
