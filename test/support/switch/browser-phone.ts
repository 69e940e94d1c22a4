/**
 * A phone in a real browser: JsSIP on a page of its own, with Chromium's beeping microphone. What it hears is measured by
 * an analyser, what it sends by the other side.
 */
import { createServer } from 'node:http';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../http/chromium.js';

/** A microphone that beeps, nobody to ask, and candidates on this machine's loopback. */
export const SOFTPHONE_FLAGS = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
];

/** Runs in the page. `state` follows the newest call. */
const SCRIPT = `
import JsSIP from 'jssip';
window.open_ = ({ url, user, password, realm }) => new Promise((resolve, reject) => {
  const ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri: 'sip:' + user + '@' + realm, password, connection_recovery_min_interval: 1, connection_recovery_max_interval: 2 });
  window.ua = ua;
  window.state = 'none';
  window.registrations = 0;
  ua.on('registered', () => { window.registrations += 1; resolve('registered'); });
  ua.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
  ua.on('newRTCSession', ({ session }) => {
    window.session = session;
    window.state = session.direction;
    session.on('confirmed', () => { window.state = 'confirmed'; });
    for (const name of ['failed', 'ended']) session.on(name, ({ cause }) => { window.state = name + ': ' + cause; });
    if (session.connection) hear(session.connection);
    session.on('peerconnection', ({ peerconnection }) => hear(peerconnection));
  });
  ua.start();
});
const hear = (connection) => connection.addEventListener('track', ({ streams }) => {
  const audio = new Audio();
  audio.srcObject = streams[0];
  void audio.play();
  const context = new AudioContext();
  window.analyser = context.createAnalyser();
  window.analyser.fftSize = 2048;
  window.rate = context.sampleRate;
  context.createMediaStreamSource(streams[0]).connect(window.analyser);
});
const constraints = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] }, rtcOfferConstraints: { offerToReceiveAudio: true } };
window.answer_ = () => window.session.answer(constraints);
window.call_ = (target) => { window.ua.call(target, constraints); };
window.loudest_ = () => {
  const bins = new Float32Array(window.analyser.frequencyBinCount);
  window.analyser.getFloatFrequencyData(bins);
  const at = bins.indexOf(Math.max(...bins));
  return { hertz: (at * window.rate) / 2048, level: bins[at] };
};
`;

/** Beginnings of calls whose last argument is told of the end. */
const CHANGES = {
  hold: 'hold({}',
  unhold: 'unhold({}',
  network: 'renegotiate({ rtcOfferConstraints: { iceRestart: true } }',
} as const;

export interface BrowserAccount {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly realm: string;
}

export interface BrowserPhone {
  readonly page: Page;
  answer(): Promise<unknown>;
  call(target: string): Promise<unknown>;
  /** JavaScript on the JsSIP session. */
  session(expression: string): Promise<unknown>;
  /** By a re-INVITE; settles with its answer. */
  changes(what: 'hold' | 'unhold' | 'network'): Promise<unknown>;
  /** Waits until the call is in this state; it begins with the text. */
  reaches(state: string): Promise<unknown>;
  /** A request in the dialog, without a session (RFC 3311); a dialog that is not there ends the call. */
  asks(method: 'UPDATE'): Promise<unknown>;
  /** Waits until its connection is gone. */
  loses(): Promise<unknown>;
  /** Waits until it has registered this many times: once more after each new connection. */
  registers(times: number): Promise<unknown>;
  /** Waits until a tone is the loudest that is heard. */
  hears(hertz: number): Promise<unknown>;
  close(): Promise<void>;
}

/** Rejects with the cause when it cannot register. */
export async function openBrowserPhone(browser: Browser, account: BrowserAccount): Promise<BrowserPhone> {
  const bundle = await build({
    stdin: { contents: SCRIPT, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'iife',
    define: { global: 'window' },
    write: false,
  });
  const server = createServer((request, response) => {
    const isScript = request.url === '/phone.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? bundle.outputFiles[0]?.text : '<!doctype html><script src="/phone.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  const watched = await openPage(browser);
  const { page } = watched;
  await page.goto(`http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}/`);
  await page.evaluate(`open_(${JSON.stringify(account)})`);
  const until = (condition: string) =>
    page.waitForFunction(condition, undefined, { polling: 50, timeout: 8000 });
  return {
    page,
    answer: () => page.evaluate('answer_()'),
    call: (target) => page.evaluate(`call_(${JSON.stringify(target)})`),
    session: (expression) => page.evaluate(`window.session.${expression}; undefined`),
    changes: (what) => page.evaluate(`new Promise((done) => window.session.${CHANGES[what]}, done))`),
    asks: (method) =>
      page.evaluate(`window.session.sendRequest('${method}', {
        extraHeaders: ['Contact: ' + window.session.contact],
        eventHandlers: { onDialogError: () => window.session.terminate() },
      }); undefined`),
    loses: () => until('!window.ua.isConnected()'),
    registers: (times) => until(`window.registrations >= ${times}`),
    reaches: (state) => until(`window.state.startsWith(${JSON.stringify(state)})`),
    hears: (hertz) =>
      until(
        `(() => { const now = loudest_(); return now.level > -60 && Math.abs(now.hertz - ${hertz}) < 60; })()`,
      ),
    close: async () => {
      await page.evaluate('ua.stop()');
      await watched.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
