/** The configuration folder of a chaos world: short delays, one group a lead, everything on this machine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { portOf, type Operator, type OperatorPlan } from './cast.js';
import { SECRETS, type SwitchProcesses } from './switch-processes.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface WorldFacts {
  readonly directory: string;
  readonly httpPort: number;
  readonly clientPort: number;
  readonly plans: readonly OperatorPlan[];
  /** Those that are reached by their address. */
  readonly operators: readonly Operator[];
  readonly servers: SwitchProcesses;
}

function settings({ directory, httpPort, servers: { drachtio, freeswitch } }: WorldFacts): object {
  return {
    switch: {
      kind: 'external',
      signalling: { host: '127.0.0.1', port: drachtio.port, secret: `env:${SECRETS.drachtio}` },
      media: { host: freeswitch.host, port: freeswitch.port, secret: `env:${SECRETS.freeswitch}` },
    },
    http: { port: httpPort, access: 'open-on-loopback' },
    store: { path: join(directory, 'dialtrace.sqlite') },
    recordings: { directory: join(directory, 'recordings') },
    speech: { cacheDirectory: join(directory, 'speech'), providers: [] },
    logging: { level: 'info', format: 'json', phones: 'clear' },
    calls: { drainSeconds: 1 },
    paths: { dialplans: join(ROOT, 'dialplans'), prompts: join(ROOT, 'prompts') },
  };
}

/** After an attempt whose end nobody saw the program waits a minute longer than any ring; nothing here shortens that. */
function telephony({ clientPort, plans, operators }: WorldFacts): object {
  return {
    trunks: {
      carrier: {
        gateways: [{ host: '127.0.0.1', port: clientPort }],
        callerId: '+74951234567',
        channels: 200,
        callsPerSecond: 100,
      },
    },
    operators: {
      ...Object.fromEntries(plans.map(({ name }) => [name, { devices: [{ phone: name }] }])),
      ...Object.fromEntries(
        operators.map(({ name, phone }) => [
          name,
          { devices: [{ uri: `sip:${name}@127.0.0.1:${portOf(phone)}` }] },
        ]),
      ),
    },
    groups: Object.fromEntries(
      [...new Set(plans.map(({ group }) => group))].map((group) => [
        group,
        { operators: membersOf(plans, group), strategy: 'simultaneous', ring: '3s', country: 'RU' },
      ]),
    ),
    callbacks: {
      default: {
        group: plans[0]?.group,
        trunk: 'carrier',
        clientRing: '3s',
        maxAttempts: 8,
        maxNoOperator: 100,
        noOperator: '2s',
        later: '2s',
        retry: {
          busy: '2s',
          'no-answer': '2s',
          rejected: '2s',
          'carrier-failure': '2s',
          cancelled: '2s',
          lost: '2s',
          unknown: '2s',
        },
      },
    },
  };
}

function membersOf(plans: readonly OperatorPlan[], group: string): readonly string[] {
  return plans.filter((plan) => plan.group === group).map(({ name }) => name);
}

/** Answers the folder. */
export async function writeConfiguration(facts: WorldFacts): Promise<string> {
  const folder = join(facts.directory, 'config');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'dialtrace.yaml'), stringify(settings(facts)));
  await writeFile(join(folder, 'telephony.yaml'), stringify(telephony(facts)));
  return folder;
}
