/** The page's phone in Firefox: it takes a lead's callback with its whisper and key, talks, and hangs up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { FIREFOX_TONE, noFirefox, openFirefox, type Firefox } from '../support/http/firefox.js';
import { toneOf, untilHeard } from '../support/media/scratch.js';
import { noConsolePage } from '../support/switch/console-phone.js';
import { kind, startServers } from '../support/switch/test-switch.js';

const missing = noConsolePage ?? noFirefox;
const suite = `the softphone in Firefox (${kind}${missing === undefined ? '' : `, skipped: ${missing}`})`;
const CLIENT_TONE = 1330;

const labelled = (name: string): string => `document.getElementById(
  [...document.querySelectorAll('label')].find((label) => label.textContent === ${JSON.stringify(name)})?.htmlFor)`;
/** A text field of React hears only of changes that the browser's own setter made. */
const fill = (name: string, value: string): string => `(() => {
  const field = ${labelled(name)};
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, ${JSON.stringify(value)});
  field.dispatchEvent(new Event('input', { bubbles: true }));
})()`;
const button = (name: string): string =>
  `[...document.querySelectorAll('button')].find((each) =>
    (each.getAttribute('aria-label') ?? each.textContent).trim() === ${JSON.stringify(name)})`;
/** A Firefox without a sound card plays nothing that an analyser could hear: its own figures tell. */
const WATCH = `void (() => {
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = function (...options) {
    window.connection = new Connection(...options);
    return window.connection;
  };
  window.RTCPeerConnection.prototype = Connection.prototype;
})()`;
const ENERGY = `window.connection.getStats().then((stats) =>
  [...stats.values()].find(({ type }) => type === 'inbound-rtp')?.totalAudioEnergy ?? 0)`;
const shows = (text: string): string => `document.body.innerText.includes(${JSON.stringify(text)})`;

async function settings() {
  if (kind === 'external') return { softphone: { webSocketUrl: (await startServers()).webSocket } };
  const webSocket = { port: await freePort() };
  return {
    switch: { sip: { address: '127.0.0.1', port: 0, webSocket }, rtp: { address: '127.0.0.1' } },
  };
}

describe.skipIf(missing !== undefined)(suite, { timeout: 30_000 }, () => {
  let firefox: Firefox;
  let office: Office;

  beforeAll(async () => {
    [firefox, office] = await Promise.all([
      openFirefox(),
      settings().then((own) =>
        openOffice({
          client: {
            onCall: { kind: 'answer', ringing: { kind: 'plain' } },
            play: toneOf(CLIENT_TONE, 60_000),
          },
          settings: own,
        }),
      ),
    ]);
    await office.operator.close();
  }, 60_000);
  afterAll(async () => {
    await firefox.close();
    await office.close();
  });

  const press = async (name: string) => {
    await firefox.until(`${button(name)} !== undefined && !${button(name)}.disabled`);
    await firefox.evaluate(`void ${button(name)}.click()`);
  };

  const hears = async () => {
    const before = Number(await firefox.evaluate(ENERGY));
    await firefox.until(`${ENERGY}.then((energy) => energy > ${before + 0.05})`);
  };

  it('takes a callback with its whisper and key, is heard and hears, and hangs up', async () => {
    await firefox.goTo(`${office.dialtrace.url}/#/phone`);
    await firefox.until(`${labelled('User')} !== null`);
    await firefox.evaluate(fill('User', 'anna'));
    await firefox.evaluate(fill('Password', await office.passwordOf('anna')));
    await firefox.evaluate(WATCH);
    await press('Connect the phone');
    await firefox.until(
      shows('ready for calls'.toUpperCase()).replace('innerText', 'innerText.toUpperCase()'),
    );
    const lead = await fetch(`${office.dialtrace.url}/v1/leads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone: CLIENT, name: 'Ivan Petrov' }),
    });
    expect(lead.status).toBe(202);
    await firefox.until(shows('Ivan Petrov'));
    await press('Accept');
    await firefox.until(`${button('Key 1')} !== undefined`);
    // The whisper.
    await hears();
    const bridged = office.nextEvent('call.bridged');
    await press('Key 1');
    await bridged;
    await untilHeard(office.client.calls[0]!.port, FIREFOX_TONE.hertz, FIREFOX_TONE.dbfs - 3);
    await hears();
    await press('End the call');
    expect((await office.nextFinished()).call).toMatchObject({ disposition: 'answered', operator: 'anna' });
    await office.untilNothingIsLeft();
  });
});
