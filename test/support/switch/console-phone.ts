/** The phone of the console's page in a real browser: signed in, looked at, and listened to. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { noChromium } from '../http/chromium.js';
import { missingServers } from './test-switch.js';

const PAGE = resolve(import.meta.dirname, '../../../dist/console');

const noPage = existsSync(join(PAGE, 'index.html')) ? undefined : 'dist/console is not built';

/** Why the page's phone cannot be tried in Chromium; undefined when it can. */
export const noConsolePhone: string | undefined = missingServers() ?? noChromium ?? noPage;

/** Why the page cannot be opened in another browser. */
export const noConsolePage: string | undefined = missingServers() ?? noPage;

export async function signIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Connect the phone' }).click();
}

export async function untilReady(page: Page): Promise<void> {
  await page.getByRole('status').getByText('ready for calls').waitFor();
}

/** JavaScript: what the page plays is measured from here on, by `LOUD`. */
export const LISTEN = `(() => {
  const stream = document.querySelector('audio[data-softphone]').srcObject;
  const context = new AudioContext();
  window.heard = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(window.heard);
})()`;
export const LOUD = `(() => {
  const samples = new Float32Array(window.heard.fftSize);
  window.heard.getFloatTimeDomainData(samples);
  return samples.some((sample) => Math.abs(sample) > 0.02);
})()`;
