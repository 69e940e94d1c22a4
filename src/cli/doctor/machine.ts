/** Checks of this machine: Node, disk, ports, store, prompts and voices. */
import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { messageOf } from '../../errors.js';
import { localFiles } from '../../main/adapters/files.js';
import { PromptShelf } from '../../main/prompt-shelf.js';
import { openConfiguredStore, openSpeech, requirePrompts } from '../../main/services.js';
import type { Configuration } from '../../settings/configuration.js';
import { createSecrets } from '../../settings/secrets.js';
import { failure, ok, warning, type Finding } from './finding.js';

const MEGABYTE = 1_000_000;
const OLDEST_NODE = [20, 19] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return good
    ? ok('node', `Node ${version}`)
    : failure('node', `Node ${version} is too old`, `Install Node ${OLDEST_NODE.join('.')} or newer.`);
}

export async function checkDisk({ settings: { recordings } }: Configuration): Promise<Finding> {
  const folder = resolve(recordings.directory);
  const problem = await mkdir(folder, { recursive: true })
    .then(() => access(folder, constants.W_OK))
    .then(() => undefined, messageOf);
  if (problem !== undefined)
    return failure(
      'recordings',
      `${folder} cannot be written: ${problem}`,
      'Give this user the right to write there, or change recordings.directory.',
    );
  const free = Math.floor(((await localFiles.freeBytes(folder)) ?? 0) / MEGABYTE);
  if (free < recordings.lowDiskMegabytes)
    return warning(
      'recordings',
      `only ${free} MB are free in ${folder}`,
      'Free space, or shorten recordings.keepDays.',
    );
  return ok('recordings', `${folder}, ${free} MB free`);
}

export async function checkStore({ settings }: Configuration): Promise<Finding> {
  try {
    const store = await openConfiguredStore(settings);
    const { ok: healthy, detail, schemaVersion } = await store.health();
    await store.close();
    return healthy
      ? ok('store', `${settings.store.path}, schema ${schemaVersion}`)
      : failure('store', detail, 'Restore a backup: dialtrace restore FILE.');
  } catch (error) {
    return failure('store', messageOf(error), 'Check the path, rights and free space of store.path.');
  }
}

/** Every provider says one word; the first that works is the voice of calls. */
export async function checkVoices(
  { settings }: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  try {
    const prompts = await requirePrompts(settings.paths);
    const speech = await openSpeech(settings, new PromptShelf(prompts), createSecrets({ environment }));
    const health = await speech.health();
    await speech.close();
    const voices = health.map(({ provider, ok: works, detail }) =>
      works
        ? ok(`voice ${provider}`, detail)
        : warning(
            `voice ${provider}`,
            detail,
            'Calls use the next voice of speech.providers; install or correct this one.',
          ),
    );
    const any = health.some(({ ok: works, provider }) => works && provider !== 'recorded');
    const nothing = failure(
      'voices',
      'no voice works: only recorded prompts can be heard',
      'Install espeak-ng, or run npm ci with optional dependencies.',
    );
    return [
      ok('prompts', `${Object.keys(prompts.catalogue).length} languages`),
      ...voices,
      ...(any ? [] : [nothing]),
    ];
  } catch (error) {
    return [failure('prompts', messageOf(error), 'Correct the lines named.')];
  }
}

function canListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error) => done(error.message));
    server.listen({ host, port }, () => server.close(() => done(undefined)));
  });
}

/** Our own server on the port is fine; anybody else is not. */
export async function checkHttpPort({ settings: { http } }: Configuration): Promise<Finding> {
  const place = `${http.address}:${http.port}`;
  if ((await canListen(http.address, http.port)) === undefined) return ok('http port', `${place} is free`);
  const running = await fetch(`http://${place}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
  return running
    ? ok('http port', `Dialtrace answers on ${place}`)
    : failure('http port', `${place} is taken by another program`, 'Stop it, or change http.port.');
}
