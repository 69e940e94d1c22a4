/**
 * Worker thread around espeak-ng compiled to WebAssembly: the voice that works after `npm ci` alone. The package is
 * GPL-3.0, so it is an optional dependency, loaded here at run time and nowhere else; without it every request fails
 * and the chain goes on. Started by providers/wasm.ts through worker-client.ts.
 */
import type { Pcm } from './api.js';
import { serveRequests } from './worker-protocol.js';

/** `voice`: espeak name. `wordsPerMinute`: 80–450. */
export interface EspeakRequest {
  readonly text: string;
  readonly voice: string;
  readonly wordsPerMinute: number;
}

/** The part of the package we use; it ships no types. `set_voice` answers 0 when the voice exists. */
interface EspeakWorker {
  set_voice(name: string): number;
  set_rate(wordsPerMinute: number): void;
  get_samplerate(): number;
  synthesize(text: string, onAudio: (samples: Int16Array | null) => boolean): void;
}
interface EspeakModule {
  readonly default: () => Promise<{ readonly eSpeakNGWorker: new () => EspeakWorker }>;
}

// A variable, so that the compiler does not ask for a package that may be absent.
const packageName: string = '@echogarden/espeak-ng-emscripten';
let loading: Promise<EspeakWorker> | undefined;

async function load(): Promise<EspeakWorker> {
  const { default: createModule } = (await import(packageName)) as EspeakModule;
  const { eSpeakNGWorker: Worker } = await createModule();
  return new Worker();
}

async function speak({ text, voice, wordsPerMinute }: EspeakRequest): Promise<Pcm> {
  loading ??= load();
  const espeak = await loading;
  if (espeak.set_voice(voice) !== 0) throw new Error(`espeak-ng has no voice "${voice}"`);
  espeak.set_rate(wordsPerMinute);
  const parts: Int16Array[] = [];
  espeak.synthesize(text, (samples) => {
    if (samples !== null) parts.push(samples.slice());
    return false;
  });
  return { samples: joined(parts), sampleRate: espeak.get_samplerate() };
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

serveRequests((request) => speak(request as EspeakRequest));
