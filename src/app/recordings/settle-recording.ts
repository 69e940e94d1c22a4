/** What became of a recording: written once, by the switch's verified word or by check-recording's verdict. */
import type { RecordingRecord } from '../../domain/calls/call.js';
import { PROMPT_BOX } from '../../domain/dialplan/directives.js';
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { Repositories } from '../ports/store.js';
import type { RecordingOutcome } from '../ports/switch.js';

/** Mailbox of a message; undefined: it is a talk. The recording has the id of the activity that made it. */
async function boxOf(tx: Repositories, { id, callId }: RecordingRecord): Promise<string | undefined> {
  const activities = await tx.calls.activitiesOf(callId);
  const made = activities.find((activity) => (activity.id as string) === id);
  const directive = JSON.parse(made?.directive ?? '{}') as { readonly box?: string };
  return directive.box;
}

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
    const call = await tx.calls.byId(callId);
    const leadId = call?.leadId;
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
    const box = await boxOf(tx, recording);
    if (box === undefined || box === PROMPT_BOX) return;
    const payload = { box, recording_id: id, seconds, from: call?.clientNumber, did: call?.did };
    tell({ name: 'voicemail.left', callId, leadId, payload });
  });
}
