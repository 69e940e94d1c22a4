/**
 * A prompt recorded by phone, over SIP and RTP: the operator's phone rings, says it after the tone, hears itself, keeps it
 * by a key; the file is what a line plays, and the next listener hears it. On the embedded switch or on real servers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Phone } from '../../src/phone/api.js';
import { openPhone } from '../../src/phone/open-phone.js';
import { startProgram, type Program } from '../support/sipp/program.js';
import { loudnessOf, readSound, tone } from '../support/speech/sounds.js';
import { startVoiceServer, type VoiceServer } from '../support/speech/voice-server.js';
import { missingServers } from '../support/switch/test-switch.js';

interface Opened {
  readonly folder: string;
  readonly phone: Phone;
  readonly program: Program;
  readonly voice: VoiceServer;
}
let opened: Opened | undefined;

afterEach(async ({ task }) => {
  if (opened === undefined) return;
  const { folder, phone, program, voice } = opened;
  await phone.close();
  if (task.result?.state !== 'fail') await program.untilNothingIsLeft();
  await program.close();
  await voice.close();
  await rm(folder, { recursive: true });
});

async function open(): Promise<Opened> {
  const sound = Buffer.from(tone({ seconds: 0.3, sampleRate: 8000 }).samples.buffer);
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-own-'));
  const voice = await startVoiceServer((response) =>
    response.writeHead(200, { 'content-type': 'audio/pcm' }).end(sound),
  );
  const phone = await openPhone({ user: 'anna' });
  const port = Number(/:(\d+)$/.exec(phone.uri)?.[1]);
  const program = await startProgram({
    telephony: { operators: { anna: { devices: [{ uri: `sip:anna@127.0.0.1:${port}` }] } } },
    settings: { paths: { dialplans: 'dialplans', prompts: 'prompts', ownPrompts: folder } },
    speech: { providers: [{ kind: 'http', url: voice.url, format: 'pcm16', sampleRate: 8000 }] },
  });
  opened = { folder, phone, program, voice };
  return opened;
}

describe.skipIf(missingServers() !== undefined)('a prompt recorded by phone', { timeout: 60_000 }, () => {
  it('is kept, and played from then on', async () => {
    const { folder, phone, program } = await open();
    const { app, services } = program.dialtrace;
    const { store } = services;
    const asked = await app.recordPrompt({ prompt: 'client-busy', locale: 'en', operator: 'anna' });
    if (asked.kind !== 'started') throw new Error(asked.why);
    const started = async (verb: string): Promise<number> =>
      (await store.calls.activitiesOf(asked.callId)).filter((one) => one.verb === verb).length;
    const heard = async (): Promise<number> =>
      (await store.events.ofCall(asked.callId)).filter(({ name }) => name === 'prompt.spoken').length;

    await expect.poll(() => started('record'), { timeout: 20_000, interval: 20 }).toBe(1);
    const [call] = phone.calls;
    await call?.play({ kind: 'tone', spec: '%(1500,0,600)' }).ended;
    await call?.press('#');
    // Text, question; then the recording with the question for a key.
    await expect.poll(heard, { timeout: 10_000, interval: 20 }).toBe(3);
    const finished = program.nextFinished();
    await call?.press('1');
    expect((await finished).call).toMatchObject({
      direction: 'outbound',
      operator: 'anna',
      dialplan: 'record-prompt',
    });

    const kept = await readSound(join(folder, 'en/client-busy.wav'));
    expect(kept.sampleRate).toBe(8000);
    expect(kept.samples.length / kept.sampleRate).toBeGreaterThan(1);
    expect(kept.samples.length / kept.sampleRate).toBeLessThan(2);
    expect(loudnessOf(kept)).toBeGreaterThan(-23);
    expect(services.templates.own('client-busy', 'en', 'any call')).toBe(join(folder, 'en/client-busy.wav'));
  });

  it.each([
    [{ prompt: 'client-bussy', locale: 'en', operator: 'anna' }, 'no-prompt'],
    [{ prompt: 'client-busy', locale: 'xx', operator: 'anna' }, 'no-prompt'],
    [{ prompt: 'client-busy', locale: 'en', operator: 'nobody' }, 'no-operator'],
  ])('%j is refused: %s', async (wish, why) => {
    const { program } = await open();
    expect(await program.dialtrace.app.recordPrompt(wish)).toEqual({ kind: 'refused', why });
  });
});
