/**
 * Everything the demo plays with: a folder, two test phones, a Dialtrace with the embedded switch (or the servers named
 * in the environment), and a TikTok connection with its secret.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../errors.js';
import { startDialtrace, type Dialtrace } from '../../main.js';
import { Closers } from '../../main/closers.js';
import { setSipPassword } from '../../main/sip-password.js';
import type { Connection } from '../../domain/leads/lead.js';
import { openPhone } from '../../phone/open-phone.js';
import type { Phone, PhoneScript } from '../../phone/api.js';
import type { Configuration } from '../../settings/configuration.js';
import { loadDialplans } from '../../settings/dialplans.js';
import { applyEnvironment } from '../../settings/environment.js';
import { settingsSchema } from '../../settings/schema.js';
import { buildTelephony } from '../../settings/telephony.js';
import { telephonySchema } from '../../settings/telephony-schema.js';
import { formatProblem } from '../../settings/yaml-source.js';
import { settleSwitch } from '../settle-switch.js';

/** Hz; far apart, and neither a harmonic of the other. */
export const OPERATOR_TONE = 500;
export const CLIENT_TONE = 1330;
export const CLIENT_NUMBER = '+79161234567';

const OPERATOR = 'anna';
const REALM = 'dialtrace';
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface StageOptions {
  readonly directory: string;
  readonly locale: string;
  readonly talkSeconds: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Stage {
  readonly dialtrace: Dialtrace;
  readonly operator: Phone;
  readonly client: Phone;
  readonly connection: Connection;
  readonly appSecret: string;
  readonly heard: { readonly operator: string; readonly client: string };
  close(): Promise<void>;
}

const tone = (frequency: number) =>
  ({ kind: 'tone', spec: `v=-13;%(1000,0,${frequency});loops=-1` }) as const;

/** Rings a second, listens to the whisper, presses 1 when it has ended. */
function operatorScript(heard: string): PhoneScript {
  return {
    onCall: { kind: 'answer', afterMs: 1000, ringing: { kind: 'plain' } },
    press: [{ digits: '1', when: { kind: 'after-speech', silenceMs: 500 } }],
    play: tone(OPERATOR_TONE),
    recordHeard: () => heard,
  };
}

function clientScript(heard: string, talkSeconds: number): PhoneScript {
  return {
    onCall: { kind: 'answer', afterMs: 1500, ringing: { kind: 'plain' } },
    play: tone(CLIENT_TONE),
    recordHeard: () => heard,
    hangUpAfterMs: talkSeconds * 1000,
  };
}

function demoSettings({ directory, locale, environment }: StageOptions) {
  const values = {
    switch: { sip: { address: '127.0.0.1', port: 0 }, rtp: { address: '127.0.0.1' } },
    http: { port: 0, access: 'open-on-loopback' },
    store: { path: join(directory, 'dialtrace.sqlite') },
    recordings: { directory: join(directory, 'recordings') },
    speech: { locale, cacheDirectory: join(directory, 'speech') },
    logging: { level: 'warn', format: 'auto' },
    calls: { drainSeconds: 2 },
    paths: { dialplans: join(ROOT, 'dialplans'), prompts: join(ROOT, 'prompts') },
  };
  const { settings, problems } = applyEnvironment(values, environment, settingsSchema);
  if (problems.length > 0) throw new Fault('settings-invalid', problems.map(formatProblem).join('\n'));
  return settings;
}

/** Always open, so that the demo calls at any hour. */
function demoTelephony(locale: string, clientPort: number) {
  return buildTelephony(
    telephonySchema.parse({
      operators: { [OPERATOR]: { displayName: 'Anna' } },
      groups: { sales: { operators: [OPERATOR], locale, country: 'RU' } },
      trunks: { carrier: { gateways: [{ host: '127.0.0.1', port: clientPort }], callerId: '+74951234567' } },
      callbacks: { default: { group: 'sales', trunk: 'carrier' } },
    }),
  );
}

async function demoConfiguration(options: StageOptions, clientPort: number): Promise<Configuration> {
  const settings = demoSettings(options);
  const dialplans = await loadDialplans(settings.paths.dialplans);
  if (!dialplans.ok) throw new Fault('dialplan-invalid', dialplans.problems.map(formatProblem).join('\n'));
  return { settings, telephony: demoTelephony(options.locale, clientPort), plans: dialplans.plans };
}

const portOf = (phone: Phone): number => Number(/:(\d+)/.exec(phone.uri.slice(phone.uri.indexOf('@')))?.[1]);

async function registeredOperator(
  dialtrace: Dialtrace,
  sip: { readonly host: string; readonly port: number },
  script: PhoneScript,
): Promise<Phone> {
  const password = randomBytes(12).toString('hex');
  await setSipPassword(dialtrace.services.store, {
    user: OPERATOR,
    realm: REALM,
    password,
    algorithms: ['MD5', 'SHA-256'],
  });
  const phone = await openPhone({
    user: OPERATOR,
    script,
    credentials: { username: OPERATOR, password },
    account: { registrar: `sip:${sip.host}:${sip.port}` },
  });
  const status = await phone.registered;
  if (status === 200) return phone;
  await phone.close();
  const why = status === undefined || status === 0 ? `no answer from ${sip.host}:${sip.port}` : status;
  throw new Fault('switch-refused', `the operator’s phone could not register: ${why}`);
}

/** Where phones reach the switch: told by the embedded one, by DIALTRACE_SIP (host:port) for external servers. */
function sipAddress(
  dialtrace: Dialtrace,
  environment: StageOptions['environment'],
): { readonly host: string; readonly port: number } {
  if (dialtrace.embedded !== undefined) return { host: '127.0.0.1', port: dialtrace.embedded.sipPort };
  const [host = '127.0.0.1', port = '5060'] = (environment['DIALTRACE_SIP'] ?? '').split(':');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(port) };
}

/** Throws what could not be opened, after closing what was. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const closers = new Closers();
  try {
    return await openStage(options, closers);
  } catch (error) {
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

async function openStage(options: StageOptions, closers: Closers): Promise<Stage> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const heard = {
    operator: join(directory, 'operator-heard.wav'),
    client: join(directory, 'client-heard.wav'),
  };
  const client = await openPhone({
    user: CLIENT_NUMBER,
    script: clientScript(heard.client, options.talkSeconds),
  });
  closers.add(() => client.close());
  const appSecret = randomBytes(16).toString('hex');
  const environment = { ...options.environment, DEMO_TIKTOK_SECRET: appSecret };
  const dialtrace = await startDialtrace({
    configuration: await demoConfiguration({ ...options, directory }, portOf(client)),
    environment,
  });
  closers.add(() => dialtrace.stop());
  await untilReady(dialtrace);
  const operator = await registeredOperator(
    dialtrace,
    sipAddress(dialtrace, options.environment),
    operatorScript(heard.operator),
  );
  closers.add(() => operator.close());
  const connection = await dialtrace.app.addConnection({
    kind: 'tiktok',
    name: 'demo',
    secretRef: 'env:DEMO_TIKTOK_SECRET',
  });
  const close = () => closers.closeAll();
  return { dialtrace, operator, client, connection, appSecret, heard, close };
}

const READY_DEADLINE_MS = 15_000;

/** Both sides of the switch are connected; throws Fault `switch-unavailable` with what is missing. */
async function untilReady({ switch: connection, services: { clock } }: Dialtrace): Promise<void> {
  const { signalling, media } = await settleSwitch(connection, clock, READY_DEADLINE_MS);
  if (signalling !== 'ready' || media !== 'ready')
    throw new Fault(
      'switch-unavailable',
      `the switch is not ready: signalling ${signalling}, media ${media}`,
    );
}
