/** The page's phone over TLS without a proxy: `switch.sip.webSocket: {port, secure: yes}` with the certificate of `tls`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { openBrowser, openPage } from '../support/http/chromium.js';
import { toneOf } from '../support/media/scratch.js';
import { TEST_TLS } from '../support/sip/certificate.js';
import { SOFTPHONE_FLAGS } from '../support/switch/browser-phone.js';
import { LISTEN, LOUD, noConsolePhone, signIn, untilReady } from '../support/switch/console-phone.js';
import { kind } from '../support/switch/test-switch.js';

const missing = kind === 'external' ? 'the real servers have a certificate of their own' : noConsolePhone;
const suite =
  missing === undefined ? 'the softphone over wss' : `the softphone over wss (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(suite, { timeout: 30_000 }, () => {
  let browser: Browser;
  let office: Office;
  let folder: string;
  let password: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dialtrace-wss-'));
    const tls = {
      port: await freePort(),
      certificate: join(folder, 'cert.pem'),
      key: join(folder, 'key.pem'),
    };
    await Promise.all([writeFile(tls.certificate, TEST_TLS.cert), writeFile(tls.key, TEST_TLS.key)]);
    const webSocket = { port: await freePort(), secure: 'yes' };
    const sip = { address: '127.0.0.1', port: 0, tls, webSocket };
    [browser, office] = await Promise.all([
      openBrowser(SOFTPHONE_FLAGS),
      openOffice({
        client: { onCall: { kind: 'answer' }, play: toneOf(1330, 60_000) },
        settings: { switch: { sip, rtp: { address: '127.0.0.1' } } },
      }),
    ]);
    await office.operator.close();
    password = await office.passwordOf('anna');
  }, 40_000);
  afterAll(async () => {
    await browser.close();
    await office.close();
    await rm(folder, { recursive: true });
  });

  it('registers, talks and hangs up', async () => {
    const watched = await openPage(browser, { ignoreHTTPSErrors: true });
    const { page } = watched;
    await page.goto(`${office.dialtrace.url}/#/phone`);
    await signIn(page, 'anna', password);
    await untilReady(page);
    expect(office.dialtrace.switch.registrations()).toMatchObject([{ user: 'anna', transport: 'wss' }]);
    const bridged = office.nextEvent('call.bridged');
    await office.dialtrace.app.startCall({ number: CLIENT, operator: 'anna', order: 'operator-first' });
    await page.getByRole('button', { name: 'Accept' }).click();
    await bridged;
    await page.evaluate(LISTEN);
    await expect.poll(() => page.evaluate(LOUD)).toBe(true);
    await page.getByRole('button', { name: 'End the call' }).click();
    await office.untilNothingIsLeft();
    expect(watched.complaints).toEqual([]);
    await watched.close();
  });

  it('says that there is no connection to a certificate that the browser does not trust', async () => {
    const watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${office.dialtrace.url}/#/phone`);
    await signIn(page, 'anna', password);
    await page.getByRole('alert').getByText('No connection to wss://').waitFor();
    await watched.close();
  });
});
