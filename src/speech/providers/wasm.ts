/** The voice that needs no installation: espeak-ng in WebAssembly, in a thread of its own (wasm-worker.ts). */
import type { Clock } from '../../app/ports/ports.js';
import type { VoiceProvider } from '../api.js';
import type { EspeakRequest } from '../wasm-worker.js';
import { WorkerClient, workerFile } from '../worker-client.js';
import { espeakSpeed, espeakVoice } from './espeak-voice.js';
import type { Voices } from './voice-choice.js';

export interface WasmSettings {
  readonly kind: 'wasm';
  readonly voices: Voices;
  /** Seconds. */
  readonly timeout: number;
}

export function createWasmProvider(settings: WasmSettings, clock: Clock): VoiceProvider {
  const worker = new WorkerClient<EspeakRequest>({ file: workerFile('wasm-worker'), clock });
  return {
    name: 'wasm',
    timeoutMs: settings.timeout * 1_000,
    fingerprint: (utterance) => espeakVoice(utterance, settings.voices),
    speak: (utterance, signal) => {
      const { text, rate } = utterance;
      return worker.request(
        { text, voice: espeakVoice(utterance, settings.voices), wordsPerMinute: espeakSpeed(rate) },
        signal,
      );
    },
    close: () => worker.close(),
  };
}
