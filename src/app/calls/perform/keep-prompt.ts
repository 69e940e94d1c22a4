/** `keep-prompt`: what was recorded in this call is the prompt's recording from now on. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { RecordingId } from '../../../domain/values/ids.js';
import { messageOf } from '../../../errors.js';
import { readyRecording } from '../../recordings/ready-recording.js';
import type { Scene } from '../scene.js';

export function performKeepPrompt(
  scene: Scene,
  { activity, recording, prompt, locale }: Extract<Directive, { verb: 'keep-prompt' }>,
): void {
  const { context } = scene;
  const keep = async (): Promise<void> => {
    const path = await readyRecording(context, recording as string as RecordingId);
    if (path === undefined) throw new Error('the recording is not there');
    await context.ports.ownPrompts.keep({ prompt, locale, path });
  };
  scene.begin(activity, () => undefined);
  keep().then(
    () => scene.settle(activity, { kind: 'done' }),
    (thrown: unknown) => {
      const why = messageOf(thrown);
      context.ports.logger.error({ prompt, locale, why }, 'a recorded prompt was not kept');
      scene.settle(activity, { kind: 'failed', why });
    },
  );
}
