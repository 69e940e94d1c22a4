/** `record` and its pauses. A folder that cannot be written costs the recording, never the call. */
import { dirname } from 'node:path';
import type { RecordingRecord } from '../../../domain/calls/call.js';
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { ActivityId } from '../../../domain/values/ids.js';
import { messageOf } from '../../../errors.js';
import { settleRecording } from '../../recordings/settle-recording.js';
import type { Leg, RecordingOutcome } from '../../ports/switch.js';
import type { Scene } from '../scene.js';

export function performRecord(
  scene: Scene,
  { activity, leg: ref }: Extract<Directive, { verb: 'record' }>,
): void {
  const recording = scene.recording(activity);
  if (recording === undefined) return;
  scene.begin(activity, () => undefined);
  scene.context.ports.files.ensureDirectory(dirname(recording.path)).then(
    () => {
      const leg = scene.legs.leg(ref);
      // Stopped, or its leg gone, before the folder was there: nothing was recorded.
      if (leg === undefined || !scene.isGoingOn(activity)) {
        note(scene, recording, { kind: 'failed', why: 'ended before it began' });
        return;
      }
      start(scene, activity, leg, recording);
    },
    (thrown: unknown) => {
      note(scene, recording, { kind: 'failed', why: messageOf(thrown) });
      scene.settle(activity, { kind: 'failed', why: messageOf(thrown) });
    },
  );
}

/** The check of the file may outlast the call: it is noted whatever has become of the actor. */
function start(scene: Scene, activity: ActivityId, leg: Leg, recording: RecordingRecord): void {
  const recorder = leg.record({ path: recording.path, startedAt: scene.context.ports.clock.now() });
  scene.recorders.set(activity, recorder);
  scene.begin(activity, () => recorder.stop());
  void recorder.outcome.then((outcome) => {
    scene.recorders.delete(activity);
    note(scene, recording, outcome);
    scene.settle(activity, outcome.kind === 'ready' ? { kind: 'done' } : outcome);
  });
}

function note(scene: Scene, { id }: RecordingRecord, outcome: RecordingOutcome): void {
  settleRecording(scene.context, id, outcome).catch((thrown: unknown) => {
    scene.context.ports.logger.error({ recording: id, why: messageOf(thrown) }, 'a recording was not noted');
  });
}

export function pauseRecording(scene: Scene, { recording }: { readonly recording: ActivityId }): void {
  mask(scene, recording, (recorder) => recorder.pause());
}

export function resumeRecording(scene: Scene, { recording }: { readonly recording: ActivityId }): void {
  mask(scene, recording, (recorder) => recorder.resume());
}

function mask(
  scene: Scene,
  activity: ActivityId,
  act: (recorder: { pause(): Promise<void>; resume(): Promise<void> }) => Promise<void>,
): void {
  const recorder = scene.recorders.get(activity);
  if (recorder === undefined) return;
  act(recorder).catch((thrown: unknown) => {
    scene.context.ports.logger.error(
      { recording: activity, why: messageOf(thrown) },
      'a recording was not paused or resumed',
    );
  });
}
