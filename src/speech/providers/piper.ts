/** Piper, a neural voice that runs on the machine: a program and one model file a language, set by the admin. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Pcm, Utterance, VoiceProvider } from '../api.js';
import { decodeRaw } from '../audio/wav.js';
import { runProgram } from '../run-program.js';
import { voiceFor, type Voices } from './voice-choice.js';

export interface PiperSettings {
  readonly kind: 'piper';
  readonly command: string;
  /** Path of the `.onnx` file by locale; `<model>.json` beside it names the sample rate. */
  readonly models: Voices;
  /** Speaker number inside a model, by locale. */
  readonly voices: Voices;
  /** Seconds. */
  readonly timeout: number;
}

const modelSchema = z.object({ audio: z.object({ sample_rate: z.number().int().positive() }) });

export function createPiperProvider(settings: PiperSettings): VoiceProvider {
  return {
    name: 'piper',
    timeoutMs: settings.timeout * 1_000,
    fingerprint: (utterance) =>
      [modelFor(utterance, settings.models), voiceFor(utterance, settings.voices)].join('\n'),
    speak: (utterance, signal) => speak(utterance, settings, signal),
    close: () => Promise.resolve(),
  };
}

async function speak(
  utterance: Utterance,
  { command, models, voices }: PiperSettings,
  signal: AbortSignal,
): Promise<Pcm> {
  const model = modelFor(utterance, models);
  if (model === undefined) throw new Error(`piper has no model for ${utterance.locale}`);
  const { audio } = modelSchema.parse(JSON.parse(await readFile(`${model}.json`, 'utf8')));
  const speaker = voiceFor(utterance, voices);
  const args = ['--model', model, '--output_raw', '--length_scale', String(1 / utterance.rate)];
  const raw = await runProgram(
    { command, args: [...args, ...(speaker ? ['--speaker', speaker] : [])], stdin: `${utterance.text}\n` },
    signal,
  );
  return { samples: decodeRaw(raw), sampleRate: audio.sample_rate };
}

/** A voice asked for by the request is a speaker, never a file. */
function modelFor(utterance: Utterance, models: Voices): string | undefined {
  return voiceFor({ ...utterance, voice: undefined }, models);
}
