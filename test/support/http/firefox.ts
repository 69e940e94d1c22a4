/**
 * Firefox without a window, when there is one on this machine, driven by WebDriver BiDi (w3c.github.io/webdriver-bidi): what
 * a test does with the page it does by JavaScript in it. Its microphone is a tone, and nobody is asked for it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const PATH = '/usr/bin/firefox-esr';
/** Of the microphone. */
export const FIREFOX_TONE = { hertz: 700, dbfs: -20 } as const;
const START_MS = 30_000;
const LOOK_MS = 50;

/** Why no Firefox can be used; undefined when one can. */
export const noFirefox: string | undefined = existsSync(PATH) ? undefined : `${PATH} is not installed`;

const PREFERENCES: Readonly<Record<string, boolean | number>> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.navigator.audio.fake_frequency': FIREFOX_TONE.hertz,
  'media.peerconnection.ice.loopback': true,
  // As for a page whose person allowed the microphone.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'remote.active-protocols': 1,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

export interface Firefox {
  goTo(url: string): Promise<void>;
  /** JavaScript, promises awaited. Rejects with what it threw. */
  evaluate(expression: string): Promise<unknown>;
  /** Looks until the expression is true. */
  until(expression: string, ms?: number): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly id?: number;
  readonly type: string;
  readonly message?: string;
  readonly result?: unknown;
}

export async function openFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'dialtrace-firefox-'));
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref("${name}", ${value});\n`);
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const options = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const program = spawn(PATH, [...options, 'about:blank'], {
    env: { ...process.env, HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(program, 'exit');
  const close = async () => {
    program.kill();
    await exited;
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const ask = await connect(`${await addressOf(program)}/session`);
    return await pageOf(ask, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    const late = setTimeout(() => reject(new Error(`Firefox did not start: ${told}`)), START_MS);
    stderr?.on('data', (text: Buffer) => {
      told += text.toString();
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(told)?.[1];
      if (address === undefined) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}

type Ask = (method: string, params: object) => Promise<unknown>;

async function connect(url: string): Promise<Ask> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.on('message', (text: Buffer) => {
    const reply = JSON.parse(text.toString()) as Reply;
    waiting.get(reply.id ?? 0)?.(reply);
    waiting.delete(reply.id ?? 0);
  });
  let asked = 0;
  return (method, params) =>
    new Promise((resolve, reject) => {
      asked += 1;
      waiting.set(asked, ({ type, message, result }) => {
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${message}`));
      });
      socket.send(JSON.stringify({ id: asked, method, params }));
    });
}

async function pageOf(ask: Ask, close: () => Promise<void>): Promise<Firefox> {
  await ask('session.new', { capabilities: {} });
  const { contexts } = (await ask('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const context = contexts[0]?.context;
  const evaluate = async (expression: string): Promise<unknown> => {
    // As JSON: BiDi would describe the value instead.
    const json = `(async () => JSON.stringify(await (${expression})) ?? 'null')()`;
    const told = (await ask('script.evaluate', {
      expression: json,
      target: { context },
      awaitPromise: true,
    })) as { result?: { value: string }; exceptionDetails?: { text: string } };
    if (told.result === undefined) throw new Error(told.exceptionDetails?.text);
    return JSON.parse(told.result.value);
  };
  return {
    goTo: async (url) => {
      await ask('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    evaluate,
    until: async (expression, ms = 10_000) => {
      const deadline = Date.now() + ms;
      while ((await evaluate(expression)) !== true) {
        if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${expression}`);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    close,
  };
}
