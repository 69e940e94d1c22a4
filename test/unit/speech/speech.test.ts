/** The whole service: chain, breaker, deadline, cache and sharing, with real voices, a real server and real files. */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/app/ports/ports.js';
import type { PromptCatalogue } from '../../../src/domain/prompts/prompt-catalogue.js';
import { createPronounce } from '../../../src/domain/prompts/pronunciation.js';
import type { SpeechService } from '../../../src/speech/api.js';
import { encodeWav } from '../../../src/speech/audio/wav.js';
import { loadPrompts } from '../../../src/speech/load-prompts.js';
import { playFile, previewPrompt } from '../../../src/speech/preview-prompt.js';
import { hashOf, PromptCache } from '../../../src/speech/prompt-cache.js';
import type { ProviderSettings } from '../../../src/speech/providers/provider-kinds.js';
import { createSpeech, type SpeechOptions } from '../../../src/speech/speech.js';
import { systemClock } from '../../../src/speech/system-clock.js';
import { loudnessOf, peakDbOf, readSound, silenceAround, tone } from '../../support/speech/sounds.js';
import { startVoiceServer, type Answer, type VoiceServer } from '../../support/speech/voice-server.js';

const loaded = await loadPrompts(['prompts']);
const catalogue: PromptCatalogue = loaded.ok ? loaded.catalogue : {};
const wasm: ProviderSettings = { kind: 'wasm', voices: {}, timeout: 20 };
const wav = encodeWav(tone({ seconds: 0.3 }));

let cacheDirectory = '';
let speech: SpeechService | undefined;
let server: VoiceServer | undefined;

const start = (providers: readonly ProviderSettings[], rest: Partial<SpeechOptions> = {}): SpeechService =>
  (speech = createSpeech({
    providers,
    catalogue: () => catalogue,
    cacheDirectory,
    cacheMegabytes: 50,
    clock: systemClock,
    ...rest,
  }));
const http = async (answer: Answer, timeout = 5): Promise<ProviderSettings> => {
  server = await startVoiceServer(answer);
  return {
    kind: 'http',
    url: server.url,
    method: 'POST',
    headers: {},
    body: '{{ text }}',
    format: 'wav',
    sampleRate: 8_000,
    voices: {},
    timeout,
  };
};

beforeEach(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'dialtrace-speech-'));
});
afterEach(async () => {
  await speech?.close();
  await server?.close();
  [speech, server] = [undefined, undefined];
  await rm(cacheDirectory, { recursive: true });
});

it('speaks Russian, English, Vietnamese and Czech for the phone line from npm packages alone', async () => {
  const texts = {
    ru: 'Заявка с формы Окна. Клиент Анна.',
    en: 'Callback. Client Anna.',
    vi: 'Cuộc gọi lại. Khách hàng Anna.',
    cs: 'Zpětné volání. Klient Anna.',
  };
  const service = start([wasm]);
  for (const [locale, text] of Object.entries(texts)) {
    const spoken = await service.speak({ text, locale });
    const sound = await readSound(spoken.path);
    expect(spoken).toMatchObject({ provider: 'wasm', cached: false });
    expect(spoken.seconds).toBeCloseTo(sound.samples.length / 8_000, 3);
    expect(spoken.seconds).toBeGreaterThan(1.2);
    expect(sound.sampleRate).toBe(8_000);
    expect(Math.abs(loudnessOf(sound) + 20)).toBeLessThan(2);
    expect(peakDbOf(sound)).toBeLessThanOrEqual(-2.9);
    expect(Math.max(silenceAround(sound).before, silenceAround(sound).after)).toBeLessThanOrEqual(0.1);
  }
});

describe('cache', () => {
  it('says a text once, also when many ask at the same time', async () => {
    const service = start([await http((response) => response.end(wav))]);
    const spoken = await Promise.all(
      Array.from({ length: 20 }, () => service.speak({ text: 'same', locale: 'en' })),
    );
    expect(new Set(spoken.map(({ path }) => path)).size).toBe(1);
    expect((await service.speak({ text: 'same', locale: 'en' })).cached).toBe(true);
    expect(server!.requests).toHaveLength(1);
    expect(await readdir(cacheDirectory)).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.wav$/)]);
  });

  it('keeps text, locale, voice and speed apart', async () => {
    const service = start([await http((response) => response.end(wav))]);
    const requests = [
      { text: 'a' },
      { text: 'b' },
      { text: 'a', locale: 'ru' },
      { text: 'a', voice: 'v' },
      { text: 'a', rate: 1.5 },
    ];
    const outcomes = await service.prerender(requests.map((request) => ({ locale: 'en', ...request })));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(await readdir(cacheDirectory)).toHaveLength(5);
  });

  it('removes the oldest over its bound, but nothing that may be playing', async () => {
    const now = Date.now();
    const clock: Clock = { ...systemClock, now: () => now };
    const cache = new PromptCache({ directory: cacheDirectory, clock, maxBytes: 6_000, maxAgeMs: 3_600_000 });
    const file = (name: string): string => join(cacheDirectory, `${hashOf(name)}.wav`);
    const place = async (name: string, ageMinutes: number): Promise<void> => {
      await writeFile(file(name), Buffer.alloc(2_000));
      await utimes(file(name), new Date(now), new Date(now - ageMinutes * 60_000));
    };
    for (const [name, age] of [
      ['playing', 1],
      ['used', 11],
      ['older', 20],
      ['oldest', 30],
      ['expired', 90],
    ] as const)
      await place(name, age);
    await writeFile(join(cacheDirectory, 'README'), 'not ours');
    await cache.find(hashOf('older'));
    await cache.sweep();
    const kept = await readdir(cacheDirectory);
    const names = ['playing', 'used', 'older', 'oldest', 'expired'].filter((name) =>
      kept.includes(`${hashOf(name)}.wav`),
    );
    expect(names).toEqual(['playing', 'used', 'older']);
    expect(kept).toContain('README');
  });

  it('never shows half a file', async () => {
    const cache = new PromptCache({
      directory: cacheDirectory,
      clock: systemClock,
      maxBytes: 1e9,
      maxAgeMs: 1e9,
    });
    const sound = tone({ seconds: 20 });
    let sizes = new Set<number>();
    const storing = cache.store(hashOf('x'), sound).then(() => 'stored' as const);
    const look = async (): Promise<'looked'> => {
      const found = await stat(join(cacheDirectory, `${hashOf('x')}.wav`)).catch(() => undefined);
      if (found !== undefined) sizes = sizes.add(found.size);
      return 'looked';
    };
    while ((await Promise.race([storing, look()])) !== 'stored');
    await look();
    expect([...sizes]).toEqual([44 + sound.samples.length * 2]);
  });
});

describe('chain', () => {
  it('goes on to the next voice, and back to the first when it recovers', async () => {
    let status = 500;
    const service = start([await http((response) => response.writeHead(status).end(wav)), wasm]);
    expect((await service.speak({ text: 'hello', locale: 'en' })).provider).toBe('wasm');
    status = 200;
    expect(await service.speak({ text: 'hello', locale: 'en' })).toMatchObject({
      provider: 'http',
      cached: false,
    });
  });

  it('stops asking a voice that keeps failing', async () => {
    const service = start([await http((response) => response.writeHead(500).end())], {
      breaker: { failures: 2, openMs: 60_000 },
    });
    for (const text of ['a', 'b', 'c', 'd'])
      expect((await service.speak({ text, locale: 'en' })).provider).toBe('recorded');
    expect(server!.requests).toHaveLength(2);
  });

  it('asks a failing voice again after a while', async () => {
    let status = 500;
    const service = start([await http((response) => response.writeHead(status).end(wav))], {
      breaker: { failures: 1, openMs: 200 },
    });
    expect((await service.speak({ text: 'a', locale: 'en' })).provider).toBe('recorded');
    status = 200;
    await expect
      .poll(async () => (await service.speak({ text: 'a', locale: 'en' })).provider, { timeout: 10_000 })
      .toBe('http');
  });

  it.each([
    {
      voice: 'silent',
      answer: ((response) => response.end(encodeWav(tone({ seconds: 1, amplitude: 0 })))) satisfies Answer,
      detail: 'the voice gave only silence',
    },
    {
      voice: 'slow',
      seconds: 0.3,
      answer: (() => undefined) satisfies Answer,
      detail: 'no answer within 300 ms',
    },
  ])('takes a $voice voice for a failing one', async ({ answer, seconds, detail }) => {
    const service = start([await http(answer, seconds)]);
    expect((await service.speak({ text: 'Hello', locale: 'en' })).provider).toBe('recorded');
    expect(await service.health()).toMatchObject([
      { provider: 'http', ok: false, detail },
      { provider: 'recorded', ok: true },
    ]);
  });

  it('says the recorded prompt when no voice works', async () => {
    const service = start([{ kind: 'say', command: 'no-such-voice-program', voices: {}, timeout: 5 }]);
    const spoken = await service.speak({
      text: 'Обратный звонок. Форма: Окна.',
      locale: 'ru',
      prompt: 'whisper',
    });
    const recording = await readSound('prompts/ru/whisper-short.wav');
    expect(spoken.provider).toBe('recorded');
    expect(spoken.seconds).toBeCloseTo(recording.samples.length / 8_000, 0);
  });

  it('fails with the reason of every voice when nothing is left', async () => {
    const service = start([{ kind: 'say', command: 'no-such-voice-program', voices: {}, timeout: 5 }], {
      catalogue: () => ({}),
    });
    await expect(service.speak({ text: 'x', locale: 'en' })).rejects.toMatchObject({
      code: 'speech-failed',
      fields: [
        { field: 'say', problem: expect.stringContaining('ENOENT') as unknown },
        { field: 'recorded', problem: 'nothing is recorded for en' },
      ],
    });
    await expect(service.speak({ text: ' … ', locale: 'en' })).rejects.toMatchObject({
      code: 'speech-failed',
    });
    expect(await service.prerender([{ text: 'x', locale: 'en' }])).toMatchObject([{ ok: false, text: 'x' }]);
  });
});

describe('waiting', () => {
  it('gives the recording at the deadline while the voice goes on into the cache', async () => {
    let release: () => void = () => undefined;
    const service = start([await http((response) => (release = () => response.end(wav)))]);
    const spoken = await service.speak(
      { text: 'Callback.', locale: 'en', prompt: 'whisper' },
      { deadlineMs: 200 },
    );
    expect(spoken.provider).toBe('recorded');
    release();
    expect((await service.speak({ text: 'Callback.', locale: 'en', prompt: 'whisper' })).provider).toBe(
      'http',
    );
    expect(server!.requests).toHaveLength(1);
  });

  it('ends with the caller, and the work with the last of them', async () => {
    const events = new EventEmitter();
    const [asked, closed] = [once(events, 'asked'), once(events, 'closed')];
    const service = start([
      await http((response) => {
        response.on('close', () => events.emit('closed'));
        events.emit('asked');
      }),
    ]);
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [first, second].map(({ signal }) => service.speak({ text: 'x', locale: 'en' }, { signal }));
    const settled = Promise.allSettled(waits);
    await asked;
    first.abort(new Error('hung up'));
    await expect(waits[0]).rejects.toThrow('hung up');
    second.abort(new Error('hung up too'));
    await closed;
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

it('previews a prompt of the catalogue', async () => {
  const service = start([wasm]);
  const names = { form: 'Windows', client: { name: 'Anna' } };
  const preview = await previewPrompt(service, catalogue, { id: 'whisper', locale: 'en-GB', names });
  expect(preview).toMatchObject({
    kind: 'spoken',
    text: expect.stringContaining('Client: Anna.') as unknown,
    spoken: { provider: 'wasm' },
  });
  expect(await previewPrompt(service, catalogue, { id: 'wisper', locale: 'en', names })).toEqual({
    kind: 'unknown',
    nearest: 'whisper',
  });
});

describe('pronunciation', () => {
  const inEnglish = (said: string): Partial<SpeechOptions> => ({
    pronounce: createPronounce(new Map([['en', new Map([['busy', said]])]])),
  });

  it('gives voices the text as it is said, and speaks it anew when the dictionary changes', async () => {
    const settings = await http((response) => response.end(wav));
    const request = { text: "The client's line is BUSY.", locale: 'en-GB' };
    const cached: boolean[] = [];
    for (const said of ['bizzy', 'bizzy', 'bizzi']) {
      const service = start([settings], inEnglish(said));
      expect(service.wording(request)).toBe(`The client's line is ${said}.`);
      cached.push((await service.speak(request)).cached);
      await service.close();
    }
    expect(cached).toEqual([false, true, false]);
    expect(server!.requests.map(({ body }) => body)).toEqual([
      "The client's line is bizzy.",
      "The client's line is bizzi.",
    ]);
  });

  it('finds the recording by the text as it is written', async () => {
    const service = start([], inEnglish('bizzy'));
    const { text } = catalogue['en']!['client-busy']!;
    const spoken = await service.speak({ text, locale: 'en' });
    const recorded = await readSound('prompts/en/client-busy.wav');
    expect(spoken.seconds).toBeCloseTo(recorded.samples.length / 8_000, 3);
  });

  it('is shown by the preview', async () => {
    const service = start([], inEnglish('bizzy'));
    const preview = await previewPrompt(service, catalogue, { id: 'client-busy', locale: 'en', names: {} });
    expect(preview).toMatchObject({
      text: "The client's line is busy. We will try again later.",
      pronounced: "The client's line is bizzy. We will try again later.",
    });
  });
});

it('previews the wording asked for', async () => {
  const service = start([]);
  const hi = { id: 'hi', locale: 'en', text: 'Hi.', variants: ['Hello.'], names: [] };
  const own = { en: { ...catalogue['en'], hi } };
  const preview = async (variant: number): Promise<unknown> =>
    previewPrompt(service, own, { id: 'hi', locale: 'en', names: {}, variant });
  expect(await preview(2)).toMatchObject({ kind: 'spoken', text: 'Hello.' });
  for (const none of [0, 3, NaN]) expect(await preview(none)).toEqual({ kind: 'no-variant', wordings: 2 });
});

it('plays a file with the player it finds, and says so when there is none', async () => {
  const played = join(cacheDirectory, 'played');
  await writeFile(join(cacheDirectory, 'aplay'), `#!/bin/sh\necho "$@" > ${played}\n`, { mode: 0o755 });
  const { signal } = new AbortController();
  expect(await playFile('/x.wav', `/nowhere:${cacheDirectory}`, signal)).toBe('played');
  expect(await readFile(played, 'utf8')).toBe('-q /x.wav\n');
  expect(await playFile('/x.wav', '/nowhere', signal)).toBe('no-player');
});
