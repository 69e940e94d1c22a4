/** A client who is called first hears something within the second of answering, counted in the frames he got. */
import { afterEach, expect, it } from 'vitest';
import type { PhoneCall } from '../../src/phone/api.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';

/** Of 20 ms each, so that a slow machine, on which everything takes longer, judges the same. */
const FRAMES_A_SECOND = 50;
/** Louder than any codec's idle noise. */
const SOUND = 500;

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

/** Frames of silence from the answer to the first sound. */
async function silentFrames(call: PhoneCall): Promise<number> {
  await call.answered;
  return new Promise((resolve) => {
    let silent = 0;
    const stop = call.port.listen((frame) => {
      if (frame.every((sample) => Math.abs(sample) < SOUND)) {
        silent += 1;
        return;
      }
      stop();
      resolve(silent);
    });
  });
}

it('a client who answers at once is greeted within a second of frames', { timeout: 60_000 }, async () => {
  office = await openOffice({
    policy: { order: 'client-first', dialplan: 'callback-client-first' },
    operator: { onCall: { kind: 'busy' } },
    client: { onCall: { kind: 'answer' } },
  });
  const { client, dialtrace, nextFinished } = office;
  const rung = new Promise<PhoneCall>((resolve) => client.onCall(resolve));
  await dialtrace.app.takeLead({ source: 'api', kind: 'form', rawPhone: CLIENT, answers: [], touch: {} });
  const call = await rung;
  expect(await silentFrames(call)).toBeLessThanOrEqual(FRAMES_A_SECOND);
  await call.hangUp();
  const { call: record } = await nextFinished();
  expect(record.operator).toBeUndefined();
});
