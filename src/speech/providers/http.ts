/**
 * Any voice behind HTTP: a cloud, or a server of one's own (OpenAI-style `/v1/audio/speech`, piper, Yandex, Azure,
 * Google). URL, headers and body are set by the admin; the body is a Liquid template with the text in it.
 */
import { Liquid } from 'liquidjs';
import type { Agent } from 'undici';
import { Fault, messageOf } from '../../errors.js';
import type { Pcm, Utterance, VoiceProvider } from '../api.js';
import { decodeRaw, decodeWav } from '../audio/wav.js';
import { primaryTag } from '../../domain/prompts/language.js';
import { voiceFor, type Voices } from './voice-choice.js';

export interface HttpSettings {
  readonly kind: 'http';
  /** Template; `{{ text | url_encode }}` for servers that take it in the address. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Secrets are resolved before they come here. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names: text, voice, locale, language, rate. Filters: `json`, `escape` (XML), `url_encode`. */
  readonly body: string;
  /** Body for texts with speech markup, with the name `ssml`; absent: the voice gets the words alone. */
  readonly ssmlBody?: string | undefined;
  readonly format: 'wav' | 'pcm16';
  /** Of pcm16 answers, little endian mono. */
  readonly sampleRate: number;
  /** The answer is JSON, with the sound as base64 in this field (Google: `audioContent`). */
  readonly audioField?: string | undefined;
  readonly voices: Voices;
  /** Seconds. */
  readonly timeout: number;
}

const MOST_BYTES = 32 * 1024 * 1024;
const ERROR_HEAD = 200;

interface Transport {
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

interface HttpRequest {
  readonly url: string;
  readonly body: string;
}

/** Throws Fault `settings-invalid` when the URL or the body is no template. */
export function createHttpProvider(settings: HttpSettings): VoiceProvider {
  const render = requestTemplate(settings);
  let agent: Agent | undefined;
  return {
    name: 'http',
    ...(settings.ssmlBody === undefined ? {} : { markup: 'ssml' as const }),
    timeoutMs: settings.timeout * 1_000,
    fingerprint: (utterance) =>
      [settings.url, bodyFor(settings, utterance), voiceFor(utterance, settings.voices) ?? ''].join('\n'),
    speak: async (utterance, signal) => {
      const undici = await import('undici');
      agent ??= new undici.Agent({ connectTimeout: settings.timeout * 1_000, maxResponseSize: MOST_BYTES });
      return toPcm(await exchange(settings, render(utterance), { agent, signal }), settings);
    },
    close: async () => agent?.destroy(),
  };
}

function bodyFor({ body, ssmlBody }: HttpSettings, { ssml }: Utterance): string {
  return ssml === undefined ? body : (ssmlBody ?? body);
}

function requestTemplate({
  url,
  body,
  ssmlBody = body,
  voices,
}: HttpSettings): (utterance: Utterance) => HttpRequest {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    templates: {},
  });
  try {
    const templates = {
      url: engine.parse(url),
      body: engine.parse(body),
      ssmlBody: engine.parse(ssmlBody),
    };
    return (utterance) => {
      const scope = scopeOf(utterance, voices);
      return {
        url: String(engine.renderSync(templates.url, scope)),
        body: String(
          engine.renderSync(utterance.ssml === undefined ? templates.body : templates.ssmlBody, scope),
        ),
      };
    };
  } catch (thrown) {
    throw new Fault('settings-invalid', `the http voice ${url}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

function scopeOf(utterance: Utterance, voices: Voices): Record<string, unknown> {
  const { text, ssml = '', locale, rate } = utterance;
  return { text, ssml, locale, rate, language: primaryTag(locale), voice: voiceFor(utterance, voices) ?? '' };
}

async function exchange(
  settings: HttpSettings,
  { url, body }: HttpRequest,
  { agent, signal }: Transport,
): Promise<Buffer> {
  const { origin, pathname, search } = new URL(url);
  const answer = await agent.request({
    origin,
    path: pathname + search,
    method: settings.method,
    headers: { 'content-type': 'application/json', ...lowerCased(settings.headers) },
    body: settings.method === 'GET' ? null : body,
    signal,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode !== 200)
    throw new Error(`HTTP ${answer.statusCode}: ${bytes.toString('utf8', 0, ERROR_HEAD)}`);
  return bytes;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function toPcm(answer: Buffer, { audioField, format, sampleRate }: HttpSettings): Pcm {
  const sound = audioField === undefined ? answer : soundInJson(answer, audioField);
  return format === 'wav' ? decodeWav(sound) : { samples: decodeRaw(sound), sampleRate };
}

function soundInJson(answer: Buffer, field: string): Buffer {
  const fields = JSON.parse(answer.toString('utf8')) as Readonly<Record<string, unknown>> | null;
  const sound = fields?.[field];
  if (typeof sound !== 'string') throw new Error(`the answer has no field \`${field}\``);
  return Buffer.from(sound, 'base64');
}
