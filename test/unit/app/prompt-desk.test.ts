/** When no voice works, a recording speaks, unless it would say something else. */
import { expect, it } from 'vitest';
import type { CallSetup } from '../../../src/app/calls/begin/call-setup.js';
import { PromptDesk } from '../../../src/app/calls/prompt-desk.js';
import type { AppContext } from '../../../src/app/context.js';
import type { SpeechRequest } from '../../../src/app/ports/ports.js';
import type { Spoken } from '../../../src/domain/dialplan/directives.js';

function deskWithoutVoice() {
  const asked: SpeechRequest[] = [];
  const context = {
    ports: {
      clock: { after: () => () => undefined },
      logger: { warn: () => undefined },
      speech: {
        speak: (request: SpeechRequest) => {
          asked.push(request);
          return Promise.reject(new Error('no voice'));
        },
      },
      templates: {
        render: (prompt: string, locale: string, names: object) => ({
          ok: true,
          text: `${prompt} ${JSON.stringify(names)}`,
          locale,
        }),
        recorded: (prompt: string, locale: string) => `${locale}/${prompt}.wav`,
        own: (prompt: string, locale: string, seed: string) =>
          prompt === 'client-busy' ? `own/${locale}/${prompt}-${seed}.wav` : undefined,
      },
    },
    config: { whisperWaitMs: 1000 },
  } as unknown as AppContext;
  const setup = { record: { id: 'c1' }, facts: { locale: 'ru' }, names: {} } as unknown as CallSetup;
  return { desk: new PromptDesk(context, setup), asked };
}

const KEYS: Spoken = { kind: 'prompt', prompt: 'operator-keys' };

it('plays the recording of the prompt', async () => {
  const { desk, asked } = deskWithoutVoice();
  expect(await desk.ready([KEYS])).toMatchObject([
    { item: { path: 'ru/operator-keys.wav' }, spoken: { voice: 'recorded', prompt: 'operator-keys' } },
  ]);
  expect(asked).toMatchObject([{ prompt: 'operator-keys' }]);
});

it('never plays a recording that says other keys, nor lets a voice replace the text by it', async () => {
  const { desk, asked } = deskWithoutVoice();
  const own: Spoken = { ...KEYS, names: { keys: { accept: '5' } }, recorded: 'no' };
  expect(await desk.ready([own])).toMatchObject([
    {
      item: { path: 'ru/one-moment.wav' },
      spoken: { voice: 'recorded', prompt: 'operator-keys', text: 'operator-keys {"keys":{"accept":"5"}}' },
    },
  ]);
  expect(asked.map((request) => 'prompt' in request)).toEqual([false]);
});

it('greets a client by the recording only when the key is the one it says', async () => {
  const { desk } = deskWithoutVoice();
  const greeting = (key: string): Spoken => ({ kind: 'prompt', prompt: 'client-greeting', names: { key } });
  expect(await desk.ready([greeting('1')])).toMatchObject([{ item: { path: 'ru/client-greeting.wav' } }]);
  expect(await desk.ready([greeting('5')])).toMatchObject([{ item: { path: 'ru/one-moment.wav' } }]);
});

it('plays what people recorded, and asks no voice', async () => {
  const { desk, asked } = deskWithoutVoice();
  const busy: Spoken = { kind: 'prompt', prompt: 'client-busy' };
  desk.prepare([busy]);
  expect(await desk.ready([busy])).toMatchObject([
    { item: { path: 'own/ru/client-busy-c1.wav' }, spoken: { voice: 'recorded', prompt: 'client-busy' } },
  ]);
  expect(asked).toEqual([]);
});
