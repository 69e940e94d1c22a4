/** Changed prompts are in use at once, and a set with a mistake changes nothing. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPrompt } from '../../../src/domain/prompts/prompt-catalogue.js';
import { watchConfiguration, type ConfigurationWatch } from '../../../src/main/configuration-watch.js';
import { PromptShelf } from '../../../src/main/prompt-shelf.js';
import { loadPrompts } from '../../../src/speech/load-prompts.js';
import { testPorts } from '../../support/switch/test-switch.js';

let folder = '';
let watch: ConfigurationWatch;
let shelf: PromptShelf;
const { logger, log } = testPorts();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtrace-own-'));
  const own = join(folder, 'prompts');
  const read = () => loadPrompts(['prompts', own]);
  const loaded = await loadPrompts(['prompts']);
  if (!loaded.ok) throw new Error('the shipped prompts have mistakes');
  shelf = new PromptShelf(loaded, { read, logger });
  const desk = { apply: () => Promise.reject(new Error('not asked')), settled: () => Promise.resolve() };
  watch = watchConfiguration({
    desk,
    folders: [],
    prompts: { shelf, folders: [own] },
    logger,
    reload: 'watch',
  });
  await mkdir(join(own, 'en'), { recursive: true });
});
afterEach(async () => {
  await watch.close();
  await rm(folder, { recursive: true });
});

const busy = () => findPrompt(shelf.catalogue, 'client-busy', 'en');

it('takes up texts and recordings, and keeps the last good ones', { timeout: 20_000 }, async () => {
  // Written again: what was there when the watch began to look is no change.
  const recorded = async () => {
    await writeFile(join(folder, 'prompts/en/client-busy.wav'), `sound ${Date.now()}`);
    return busy()?.recordedBy;
  };
  await expect.poll(recorded, { timeout: 8000, interval: 800 }).toBe('people');
  await writeFile(join(folder, 'prompts/en/own.yaml'), 'client-busy: Engaged.\n');
  await expect.poll(() => busy()?.text, { timeout: 8000 }).toBe('Engaged.');
  await writeFile(join(folder, 'prompts/en/own.yaml'), 'client-busy: "{{ clint }}"\n');
  await expect.poll(() => log.join('\n'), { timeout: 8000 }).toContain('did you mean `client`');
  expect(busy()?.text).toBe('Engaged.');
});
