/** Every voice by itself: HTTP against a real server, espeak-ng and its WebAssembly for real, piper's process protocol. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/domain/prompts/language.js';
import type { VoiceProvider } from '../../../src/speech/api.js';
import { encodeWav } from '../../../src/speech/audio/wav.js';
import { createHttpProvider, type HttpSettings } from '../../../src/speech/providers/http.js';
import { createPiperProvider } from '../../../src/speech/providers/piper.js';
import { createRecordedProvider } from '../../../src/speech/providers/recorded.js';
import { createSayProvider } from '../../../src/speech/providers/say.js';
import { createWasmProvider } from '../../../src/speech/providers/wasm.js';
import { systemClock } from '../../../src/speech/system-clock.js';
import { loudnessOf, tone } from '../../support/speech/sounds.js';
import { forever, utterance } from '../../support/speech/utterance.js';
import { startVoiceServer, type Answer, type VoiceServer } from '../../support/speech/voice-server.js';

const PHRASES = {
  en: 'One moment, please.',
  ru: 'Одну минуту, пожалуйста.',
  vi: 'Xin vui lòng chờ một chút.',
  cs: 'Okamžik, prosím.',
};

const cleanups: (() => Promise<void>)[] = [];
const cleanUp = async (): Promise<void> => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
};
const owned = (provider: VoiceProvider): VoiceProvider => {
  cleanups.push(() => provider.close());
  return provider;
};
afterEach(cleanUp);

describe('http', () => {
  const body = '{"input":{{ text | json }},"voice":{{ voice | json }}}';
  const settings: HttpSettings = {
    kind: 'http',
    url: '',
    method: 'POST',
    headers: {},
    body,
    format: 'wav',
    sampleRate: 8_000,
    voices: {},
    timeout: 5,
  };
  const serve = async (answer: Answer): Promise<VoiceServer> => {
    const server = await startVoiceServer(answer);
    cleanups.push(() => server.close());
    return server;
  };
  const sound = tone({ seconds: 0.1, sampleRate: 16_000 });

  it('posts the text quoted as JSON, with voice by locale and headers, and reads WAV', async () => {
    const server = await serve((response) => response.end(encodeWav(sound)));
    const voices = { ru: 'alena', en: 'amy' };
    const http = owned(
      createHttpProvider({
        ...settings,
        url: `${server.url}/v1/speech`,
        headers: { Authorization: 'Bearer s' },
        voices,
      }),
    );
    const pcm = await http.speak(utterance('Say "hi"\n', { locale: 'ru-RU' }), forever());
    expect(pcm).toEqual(sound);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ input: 'Say "hi"\n', voice: 'alena' });
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/speech',
      headers: { authorization: 'Bearer s', 'content-type': 'application/json' },
    });
  });

  it('posts speech markup where a body for it is set, and the words alone elsewhere', async () => {
    const server = await serve((response) => response.end(encodeWav(sound)));
    const ssml = '<speak>a<break/></speak>';
    const marked = { ...settings, url: server.url, ssmlBody: '{{ ssml }}' };
    const [plain, marking] = [settings, marked].map((one) =>
      owned(createHttpProvider({ ...one, url: server.url })),
    );
    for (const voice of [plain!, marking!]) await voice.speak(utterance('a', { ssml }), forever());
    await marking!.speak(utterance('b'), forever());
    const bodies = server.requests.map(({ body }) => body);
    expect([JSON.parse(bodies[0]!), bodies[1], JSON.parse(bodies[2]!)]).toMatchObject([
      { input: 'a' },
      ssml,
      { input: 'b' },
    ]);
    expect([plain!.markup, marking!.markup]).toEqual([undefined, 'ssml']);
  });

  it('gets raw PCM with the text in the address', async () => {
    const server = await serve((response) => response.end(Buffer.from(sound.samples.buffer)));
    const http = owned(
      createHttpProvider({
        ...settings,
        url: `${server.url}/?q={{ text | url_encode }}`,
        method: 'GET',
        body: '',
        format: 'pcm16',
        sampleRate: 16_000,
      }),
    );
    expect(await http.speak(utterance('a & b'), forever())).toEqual(sound);
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/?q=a+%26+b', body: '' });
  });

  it('reads sound inside JSON', async () => {
    const server = await serve((response) =>
      response.end(JSON.stringify({ audioContent: encodeWav(sound).toString('base64') })),
    );
    const http = owned(createHttpProvider({ ...settings, url: server.url, audioField: 'audioContent' }));
    expect(await http.speak(utterance('x'), forever())).toEqual(sound);
  });

  it.each<[string, Answer, RegExp]>([
    ['an error status', (response) => response.writeHead(429).end('slow down'), /HTTP 429: slow down/],
    ['no sound', (response) => response.end('<html>'), /not a WAV/],
    ['a broken connection', (response) => response.destroy(), /closed|reset|hang/i],
  ])('rejects for %s', async (_, answer, why) => {
    const server = await serve(answer);
    await expect(
      owned(createHttpProvider({ ...settings, url: server.url })).speak(utterance('x'), forever()),
    ).rejects.toThrow(why);
  });

  it('ends with the signal while the server keeps silent', async () => {
    const asked = new AbortController();
    const server = await serve(() => asked.abort(new Error('enough')));
    await expect(
      owned(createHttpProvider({ ...settings, url: server.url })).speak(utterance('x'), asked.signal),
    ).rejects.toThrow('enough');
  });

  it('is refused when its body is no template', () => {
    expect(() =>
      createHttpProvider({ ...settings, url: 'http://127.0.0.1', body: '{{ text | jsn }}' }),
    ).toThrow(/undefined filter: jsn/);
  });
});

describe('piper (process protocol)', () => {
  const command = fileURLToPath(new URL('../../support/speech/fake-piper.mjs', import.meta.url));
  const create = async (): Promise<VoiceProvider> => {
    const directory = await mkdtemp(join(tmpdir(), 'dialtrace-piper-'));
    cleanups.push(() => rm(directory, { recursive: true }));
    const models = { ru: join(directory, 'ru.onnx'), en: join(directory, 'en.onnx') };
    for (const model of Object.values(models))
      await writeFile(`${model}.json`, '{"audio":{"sample_rate":16000}}');
    return createPiperProvider({ kind: 'piper', command, models, voices: {}, timeout: 5 });
  };

  it('gives the text on stdin and reads raw sound at the rate of the model', async () => {
    const piper = await create();
    expect(await piper.speak(utterance('привет', { locale: 'ru-RU', rate: 0.5 }), forever())).toEqual({
      samples: new Int16Array(12).fill(2),
      sampleRate: 16_000,
    });
  });

  it('rejects without a model, on failure, and when the signal ends it', async () => {
    const piper = await create();
    await expect(piper.speak(utterance('x', { locale: 'vi' }), forever())).rejects.toThrow('no model for vi');
    await expect(piper.speak(utterance('fail'), forever())).rejects.toThrow('ended with 3: model is broken');
    await expect(piper.speak(utterance('hang'), AbortSignal.timeout(300))).rejects.toThrow(/abort/i);
  });
});

const hasEspeak = spawnSync('espeak-ng', ['--version']).status === 0;

describe.skipIf(!hasEspeak)('say over espeak-ng (skipped when espeak-ng is not installed)', () => {
  const say = createSayProvider({ kind: 'say', voices: {}, timeout: 10 });

  it.each(LANGUAGES)('speaks %s', async (locale) => {
    const pcm = await say.speak(utterance(PHRASES[locale], { locale }), forever());
    expect(pcm.samples.length / pcm.sampleRate).toBeGreaterThan(0.8);
    expect(loudnessOf(pcm)).toBeGreaterThan(-40);
  });

  it('keeps the pause of a text with speech markup', async () => {
    const ssml = '<speak>One<break time="2s"/>two.</speak>';
    const [plain, marked] = await Promise.all(
      [{}, { ssml }].map((rest) => say.speak(utterance('One two.', rest), forever())),
    );
    expect(marked!.samples.length - plain!.samples.length).toBeGreaterThan(1.5 * plain!.sampleRate);
  });

  it('speaks slower and faster', async () => {
    const [slow, fast] = await Promise.all(
      [0.6, 1.8].map((rate) => say.speak(utterance(PHRASES.en, { rate }), forever())),
    );
    expect(slow!.samples.length).toBeGreaterThan(fast!.samples.length * 1.5);
  });

  it('never takes text or a voice for options', async () => {
    await expect(say.speak(utterance('x', { voice: "a' -w /tmp/x" }), forever())).rejects.toThrow(
      'no name of a voice',
    );
    expect((await say.speak(utterance('--version; reboot'), forever())).samples.length).toBeGreaterThan(
      10_000,
    );
  });
});

describe('say without its program', () => {
  it('rejects instead of ending the process', async () => {
    const say = createSayProvider({ kind: 'say', command: 'no-such-voice-program', voices: {}, timeout: 10 });
    await expect(say.speak(utterance('x'), forever())).rejects.toThrow('ENOENT');
  });
});

describe('wasm', () => {
  it('speaks every language of the program with nothing installed', async () => {
    const wasm = owned(createWasmProvider({ kind: 'wasm', voices: {}, timeout: 10 }, systemClock));
    for (const locale of LANGUAGES) {
      const pcm = await wasm.speak(utterance(PHRASES[locale], { locale }), forever());
      expect(pcm.samples.length / pcm.sampleRate, locale).toBeGreaterThan(0.8);
      expect(loudnessOf(pcm), locale).toBeGreaterThan(-40);
    }
    await expect(wasm.speak(utterance('x', { voice: 'nobody' }), forever())).rejects.toThrow(
      'no voice "nobody"',
    );
  });
});

describe('recorded', () => {
  const recording = (path: string): { path: string; revision: string } => ({ path, revision: path });
  const entry = (id: string, locale: string, path: string): object => ({
    [id]: { id, locale, text: `text of ${id}`, names: [], recordings: [recording(path)] },
  });
  const recorded = createRecordedProvider(() => ({
    en: {
      ...entry('whisper', 'en', 'w'),
      ...entry('client-busy', 'en', 'b'),
      ...entry('one-moment', 'en', 'm'),
    },
    ru: { ...entry('one-moment', 'ru', 'м') },
  }));

  it.each([
    ['the prompt of the text', utterance('Callback. Form X.', { prompt: 'whisper' }), 'w'],
    ['a fixed text', utterance('text of client-busy'), 'b'],
    ['anything else', utterance('Press 5 for sales.'), 'm'],
    [
      'anything else in the language of the listener',
      utterance('Нажмите пять.', { locale: 'ru-RU', prompt: 'whisper' }),
      'м',
    ],
    ['another language', utterance('Xin chào', { locale: 'vi' }), 'm'],
  ])('stands in for %s', (_, asked, path) => {
    expect(recorded.fingerprint(asked)).toBe(path);
  });
});
