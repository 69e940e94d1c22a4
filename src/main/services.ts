/** The adapters that need nothing but settings: log, metrics, time, store, prompts, voices. Built once by main.ts. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type {
  Clock,
  Events,
  Ids,
  Logger,
  OwnPrompts,
  Random,
  Sealer,
  Secrets,
  Templates,
} from '../app/ports/ports.js';
import type { TikTok } from '../app/ports/tiktok.js';
import { present } from '../domain/values/present.js';
import { Fault } from '../errors.js';
import { createSecrets } from '../settings/secrets.js';
import type { Settings } from '../settings/schema.js';
import { createRecordingLinks, type CheckedRecordingLinks } from '../http/recording-links.js';
import type { SpeechService } from '../speech/api.js';
import { loadPrompts, type Prompts } from '../speech/load-prompts.js';
import { createSpeech } from '../speech/speech.js';
import { createTemplates } from '../speech/templates.js';
import { openStore, type OpenedStore } from '../store/open-store.js';
import { systemClock } from '../telemetry/clock.js';
import { createEventHub } from '../telemetry/events.js';
import { createIds } from '../telemetry/ids.js';
import { createLogger } from '../telemetry/log.js';
import { createMetrics, type MetricsRegistry } from '../telemetry/metrics.js';
import { systemRandom, systemRandomBytes } from '../telemetry/random.js';
import { createTikTok } from '../tiktok/tiktok.js';
import { createSealer } from './adapters/sealer.js';
import { createOwnPrompts } from './own-prompts.js';
import { PromptShelf } from './prompt-shelf.js';
import { voiceSettings } from './voice-settings.js';

export interface Services {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly events: Events;
  readonly secrets: Secrets;
  readonly sealer: Sealer;
  readonly tiktok?: TikTok;
  readonly store: OpenedStore;
  readonly templates: Templates;
  readonly prompts: PromptShelf;
  readonly speech: SpeechService;
  readonly ownPrompts: OwnPrompts;
  readonly recordingLinks?: CheckedRecordingLinks;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function openIds(): Ids {
  return createIds({ clock: systemClock, randomBytes: systemRandomBytes });
}

/** Opens the store of these settings, making its folder. Throws Fault `store-unavailable`, `store-newer`. */
export async function openConfiguredStore({ store }: Pick<Settings, 'store'>): Promise<OpenedStore> {
  if (store.path !== ':memory:') await mkdir(dirname(resolve(store.path)), { recursive: true });
  return openStore({ path: store.path, durability: store.durability, clock: systemClock, ids: openIds() });
}

/** Secrets that settings name cannot be in the store: its key is one of them. */
async function openSealer({ secretKey, path }: Settings['store'], secrets: Secrets): Promise<Sealer> {
  if (secretKey === undefined)
    return createSealer(path === ':memory:' ? {} : { keyFile: `${resolve(path)}.key` });
  const key = await secrets.get(secretKey);
  if (key === undefined || key === '')
    throw new Fault('settings-invalid', `store.secretKey: there is no secret ${secretKey}`);
  return createSealer({ key });
}

async function openSealed(
  { sealedSecrets }: Pick<OpenedStore, 'sealedSecrets'>,
  sealer: Sealer,
  name: string,
): Promise<string | undefined> {
  const sealed = await sealedSecrets.get(name);
  return sealed === undefined ? undefined : sealer.open(name, sealed);
}

function tiktokOf({ tiktok }: Settings, secrets: Secrets): Pick<Services, 'tiktok'> {
  if (tiktok === undefined) return {};
  const { appId, secret, authorisationUrl, apiUrl, requestsPerSecond } = tiktok;
  return {
    tiktok: createTikTok({
      ...{ appId, authorisationUrl, apiUrl, requestsPerSecond, secrets },
      secretRef: secret,
      timeoutMs: tiktok.timeout * 1000,
      firstDelayMs: tiktok.firstDelay * 1000,
      codes: { retry: tiktok.retryCodes, reauthorise: tiktok.reauthoriseCodes },
      clock: systemClock,
    }),
  };
}

/** The program's, and those of this place over them. */
export function promptFolders({ prompts, ownPrompts }: Settings['paths']): readonly string[] {
  return [resolve(prompts), ...(existsSync(ownPrompts) ? [resolve(ownPrompts)] : [])];
}

/** Throws Fault `settings-invalid` with every problem of the prompt files. */
export async function requirePrompts(paths: Settings['paths']): Promise<Prompts> {
  const loaded = await loadPrompts(promptFolders(paths));
  if (loaded.ok) return loaded;
  const lines = loaded.problems.map(
    ({ file, line, column, problem }) => `${file}:${line}:${column}: ${problem}`,
  );
  throw new Fault('settings-invalid', `the prompts have ${lines.length} problem(s):\n${lines.join('\n')}`);
}

export async function openSpeech(
  settings: Pick<Settings, 'speech'>,
  prompts: Pick<PromptShelf, 'catalogue' | 'pronounce'>,
  secrets: Secrets,
): Promise<SpeechService> {
  const { cacheDirectory, cacheMegabytes, providers } = settings.speech;
  return createSpeech({
    providers: await voiceSettings(providers, secrets),
    catalogue: () => prompts.catalogue,
    pronounce: (text, locale) => prompts.pronounce(text, locale),
    cacheDirectory: resolve(cacheDirectory),
    cacheMegabytes,
    clock: systemClock,
  });
}

/** Throws Fault `settings-invalid`. */
async function recordingLinksOf(
  { http: { publicUrl }, recordings: { links } }: Settings,
  secrets: Secrets,
): Promise<CheckedRecordingLinks | undefined> {
  if (links === undefined) return undefined;
  const secret = await secrets.get(links.secret);
  if (secret === undefined || secret === '')
    throw new Fault('settings-invalid', `recordings.links.secret: there is no secret ${links.secret}`);
  if (publicUrl === undefined)
    throw new Fault(
      'settings-invalid',
      'recordings.links needs http.publicUrl: where others reach this server',
    );
  return createRecordingLinks({ publicUrl, secret, days: links.days });
}

export async function openServices(settings: Settings, environment: Environment): Promise<Services> {
  const logger = createLogger(settings.logging);
  const sealer = await openSealer(settings.store, createSecrets({ environment }));
  const store = await openConfiguredStore(settings);
  const secrets = createSecrets({ environment, stored: (name) => openSealed(store, sealer, name) });
  const prompts = new PromptShelf(await requirePrompts(settings.paths), {
    read: () => loadPrompts(promptFolders(settings.paths)),
    logger,
  });
  const speech = await openSpeech(settings, prompts, secrets);
  return {
    clock: systemClock,
    ids: openIds(),
    random: systemRandom,
    logger,
    metrics: createMetrics({ unknown: logger }),
    events: createEventHub({ logger }),
    secrets,
    sealer,
    ...tiktokOf(settings, secrets),
    store,
    templates: createTemplates(() => prompts.catalogue),
    prompts,
    speech,
    ...present({ recordingLinks: await recordingLinksOf(settings, secrets) }),
    ownPrompts: createOwnPrompts({ folder: settings.paths.ownPrompts, shelf: prompts, speech }),
  };
}
