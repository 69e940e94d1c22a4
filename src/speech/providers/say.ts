/**
 * The voice of the operating system through say.js: `say` on macOS, SAPI on Windows, and on Linux, where the export of
 * say.js always fails, its base class over the espeak-ng program.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pcm, Utterance, VoiceProvider } from '../api.js';
import { decodeWav } from '../audio/wav.js';
import { untilAborted } from '../deadline.js';
import { espeakSpeed, espeakVoice } from './espeak-voice.js';
import { voiceFor, type Voices } from './voice-choice.js';

export interface SaySettings {
  readonly kind: 'say';
  /** espeak-ng or a program that takes its options; Linux only. */
  readonly command?: string | undefined;
  readonly voices: Voices;
  /** Seconds. */
  readonly timeout: number;
}

/** The part of say.js 0.16 we use. `child` is set as soon as `export` returns. */
interface SayPlatform {
  child: ChildProcess | null;
  export(
    text: string,
    voice: string | null,
    speed: number,
    filename: string,
    done: (error: unknown) => void,
  ): void;
}
interface ExportRequest {
  readonly text: string;
  readonly voice: string;
  readonly speed: number;
  readonly filename: string;
}
interface Output {
  readonly filename: string;
  readonly signal: AbortSignal;
}
type SayPlatformClass = new () => SayPlatform;

export function createSayProvider(settings: SaySettings): VoiceProvider {
  return {
    name: 'say',
    ...(process.platform === 'linux' ? { markup: 'ssml' as const } : {}),
    timeoutMs: settings.timeout * 1_000,
    fingerprint: (utterance) => [process.platform, settings.command, voiceOf(utterance, settings)].join('\n'),
    speak: (utterance, signal) => speak(utterance, settings, signal),
    close: () => Promise.resolve(),
  };
}

async function speak(utterance: Utterance, settings: SaySettings, signal: AbortSignal): Promise<Pcm> {
  const directory = await mkdtemp(join(tmpdir(), 'dialtrace-say-'));
  try {
    const filename = join(directory, 'spoken.wav');
    await writeSpeech(utterance, settings, { filename, signal });
    return decodeWav(await readFile(filename));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** say.js takes the program's exit for success whatever its code was: the caller finds out by reading the file. */
async function writeSpeech(
  utterance: Utterance,
  settings: SaySettings,
  { filename, signal }: Output,
): Promise<void> {
  const marked = process.platform === 'linux' ? utterance.ssml : undefined;
  const Platform = sayPlatform(settings.command ?? 'espeak-ng', marked === undefined ? [] : ['-m']);
  const say = new Platform();
  const done = new Promise<void>((resolve, reject) => {
    const settle = (error: unknown): void => (error instanceof Error ? reject(error) : resolve());
    say.export(
      marked ?? utterance.text,
      voiceOf(utterance, settings) ?? null,
      utterance.rate,
      filename,
      settle,
    );
    // Without this listener a missing program ends the whole process (say.js listens to `exit` only).
    say.child?.once('error', reject);
    say.child?.stdin?.on('error', () => undefined);
  });
  const { child } = say;
  await untilAborted(signal, done).finally(() => child?.kill('SIGKILL'));
}

function sayPlatform(command: string, options: readonly string[]): SayPlatformClass {
  const require = createRequire(import.meta.url);
  if (process.platform === 'darwin') return require('say/platform/darwin.js') as SayPlatformClass;
  if (process.platform === 'win32') return require('say/platform/win32.js') as SayPlatformClass;
  return espeakPlatform(require('say/platform/base.js') as SayPlatformClass, command, options);
}

/** `-m`: the text is SSML. */
function espeakPlatform(
  Base: SayPlatformClass,
  command: string,
  options: readonly string[],
): SayPlatformClass {
  return class EspeakPlatform extends Base {
    /** Called by `export` of the base class. The text goes through stdin, where it cannot be an option. */
    buildExportCommand({ text, voice, speed, filename }: ExportRequest): object {
      const args = ['-v', voice, '-s', String(espeakSpeed(speed)), '-w', filename, '--stdin', ...options];
      return { command, args, pipedData: text, options: {} };
    }
  };
}

/** say.js on Windows puts the name between quotes of a script: only plain names may pass. */
function voiceOf(utterance: Utterance, { voices }: SaySettings): string | undefined {
  const voice = process.platform === 'linux' ? espeakVoice(utterance, voices) : voiceFor(utterance, voices);
  if (voice !== undefined && !/^[\p{L}\p{N}][\p{L}\p{N} +().-]*$/u.test(voice))
    throw new Error(`"${voice}" is no name of a voice`);
  return voice;
}
