/** What became of a recording: written once, by the switch's verified word or by check-recording's verdict. */
import type { CallRecord, RecordingRecord } from '../../domain/calls/call.js';
import { PROMPT_BOX, SPOKEN_TIME_BOX } from '../../domain/dialplan/directives.js';
import type { RecordingId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit, type Told } from '../events/commit.js';
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
    const message = messageOf({ ...recording, seconds }, call);
    if (message !== undefined) tell({ ...message, callId, leadId });
  });
}

/** What somebody is to hear of, who then listens; a talk and a prompt are no messages. */
function messageOf(
  { id, box, seconds }: RecordingRecord,
  call: CallRecord | undefined,
): Pick<Told, 'name' | 'payload'> | undefined {
  if (box === undefined || box === PROMPT_BOX) return undefined;
  const message = { recording_id: id, seconds };
  if (box !== SPOKEN_TIME_BOX)
    return {
      name: 'voicemail.left',
      payload: { box, ...message, from: call?.clientNumber, did: call?.did },
    };
  return { name: 'call.time-spoken', payload: { ...message, operator: call?.operator } };
}
