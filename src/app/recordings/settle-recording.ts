/** What became of a recording: written once, by the switch's verified word or by check-recording's verdict. */
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { RecordingOutcome } from '../ports/switch.js';

/** The first outcome stays. */
export function settleRecording(
  context: AppContext,
  id: RecordingId,
  outcome: RecordingOutcome,
): Promise<void> {
  return commit(context, async ({ tx, tell }) => {
    const recording = await tx.recordings.byId(id);
    if (recording?.state !== 'recording') return;
    const { callId } = recording;
    const leadId = (await tx.calls.byId(callId))?.leadId;
    if (outcome.kind === 'failed') {
      await tx.recordings.update(id, { state: 'failed', failure: outcome.why });
      tell({ name: 'recording.failed', callId, leadId, payload: { recording_id: id, failure: outcome.why } });
      return;
    }
    const { path, seconds, channels, sampleRate, bytes } = outcome;
    await tx.recordings.update(id, { state: 'ready', path, seconds, channels, sampleRate, bytes });
    tell({
      name: 'recording.ready',
      callId,
      leadId,
      payload: { recording_id: id, seconds, channels, sample_rate: sampleRate, bytes },
    });
  });
}
