/** `doctor`: what works on this machine and through the switch, each finding with its remedy. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import colours from 'picocolors';
import { openServices } from '../../main/services.js';
import { openSwitch } from '../../main/switch-connection.js';
import { createTrunkBook } from '../../main/trunk-book.js';
import { readConfiguration, requireConfiguration, type Configuration } from '../../settings/configuration.js';
import { formatProblem } from '../../settings/yaml-source.js';
import { Fault, messageOf } from '../../errors.js';
import { nodeDns } from '../../resolve/node-dns.js';
import { createSecrets } from '../../settings/secrets.js';
import { systemClock } from '../../telemetry/clock.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { failure, ok, type Finding } from '../doctor/finding.js';
import { destinationFindings } from '../doctor/destinations.js';
import { checkConnections } from '../doctor/connections.js';
import { checkDisk, checkHttpPort, checkNode, checkStore, checkVoices } from '../doctor/machine.js';
import { examineTrunk } from '../doctor/trunk/examine-trunk.js';
import { serverFindings, testCalls } from '../doctor/servers.js';
import { checkBrowserPhone } from '../doctor/web-socket.js';
import type { ExitCode, Output } from '../output.js';
import { settleSwitch } from '../settle-switch.js';

interface DoctorOptions {
  readonly address: string;
}

const MARKS = { ok: colours.green('✓'), warning: colours.yellow('!'), failure: colours.red('✗') } as const;

function findingText({ check, state, detail, remedy }: Finding): string {
  const line = `${MARKS[state]} ${check}: ${detail}`;
  return remedy === undefined ? line : `${line}\n    → ${remedy}`;
}

/** The embedded switch is started beside a running one: on ports of the system's choice. */
function besideARunningOne({ settings, ...rest }: Configuration): Configuration {
  const { switch: connection } = settings;
  return {
    ...rest,
    settings: {
      ...settings,
      switch: { ...connection, sip: elsewhere(connection.sip) },
      store: { ...settings.store, path: ':memory:' },
      logging: { ...settings.logging, level: 'error' },
    },
  };
}

type SipSettings = Configuration['settings']['switch']['sip'];

function elsewhere({ tls, webSocket, ...sip }: SipSettings): SipSettings {
  return {
    ...sip,
    port: 0,
    ...(tls && { tls: { ...tls, port: 0 } }),
    ...(webSocket && { webSocket: { ...webSocket, port: 0 } }),
  };
}

async function switchFindings(
  given: Configuration,
  { environment }: CommandContext,
  { address }: DoctorOptions,
): Promise<Finding[]> {
  const configuration = besideARunningOne(given);
  const services = await openServices(configuration.settings, environment);
  const told = await destinationFindings(configuration.telephony, services);
  const trunks = createTrunkBook(services.secrets);
  const connection = await openSwitch(configuration.settings, services, trunks).catch((error: unknown) =>
    messageOf(error),
  );
  if (typeof connection === 'string')
    return [...told, failure('switch', connection, 'Correct the settings named.')];
  try {
    const {
      signalling,
      media,
      signallingVersion = '?',
      mediaVersion = '?',
    } = await settleSwitch(connection.switch, services.clock);
    const connected = signalling === 'ready' && media === 'ready';
    const first = connected
      ? [
          ok(
            'switch',
            `${configuration.settings.switch.kind}: drachtio ${signallingVersion}, FreeSWITCH ${mediaVersion}`,
          ),
        ]
      : [];
    return [
      ...told,
      ...first,
      ...serverFindings(connection.switch.servers()),
      ...(await testCalls({ connection, services, configuration, address })),
    ];
  } finally {
    await connection.switch.close({ legs: 'end' });
    await connection.embedded?.close();
    await services.speech.close();
    await services.store.close();
  }
}

async function examine(context: CommandContext, options: DoctorOptions): Promise<Finding[]> {
  const { configDirectory: directory, environment } = context;
  const node = checkNode(process.versions.node);
  const read = await readConfiguration({ directory, environment });
  if (!read.ok)
    return [
      node,
      ...read.problems.map((problem) =>
        failure('configuration', formatProblem(problem), 'Correct the line.'),
      ),
    ];
  const configuration = read.value;
  const machine = [
    await checkDisk(configuration),
    await checkStore(configuration),
    await checkHttpPort(configuration),
  ];
  const healthy = machine.every(({ check, state }) => check !== 'store' || state === 'ok');
  const connections = healthy ? await checkConnections(configuration) : [];
  const voices = await checkVoices(configuration, environment);
  const browsers = await checkBrowserPhone(configuration, () => systemClock.now());
  return [
    node,
    ok('configuration', `${directory}, dialplans ${Object.keys(configuration.plans).join(', ')}`),
    ...machine,
    ...connections,
    ...voices,
    ...browsers,
    ...(await switchFindings(configuration, context, options)),
  ];
}

const doctor: Action<DoctorOptions> = async (context, options) => {
  return reportFindings(context.output, await examine(context, options));
};

function reportFindings(output: Output, findings: readonly Finding[]): ExitCode {
  const failed = findings.some(({ state }) => state === 'failure');
  output.result(
    {
      ok: !failed,
      findings: findings.map(({ remedy, ...finding }) => ({ ...finding, remedy: remedy ?? null })),
    },
    () => findings.map(findingText).join('\n'),
  );
  return failed ? 1 : 0;
}

interface TrunkOptions {
  readonly local: string;
  readonly call?: string;
  readonly port: string;
  readonly digits: string;
  readonly authority?: string;
}

const EVERY_DIGIT = '1234567890*#';

const trunkDoctor: Action<TrunkOptions> = async (
  { configDirectory: directory, environment, output },
  { call, port, local, digits, authority },
  name = '',
) => {
  const { telephony } = await requireConfiguration({ directory, environment });
  const book = createTrunkBook(createSecrets({ environment }));
  await book.load(telephony);
  const given = book.find(name);
  if (given === undefined)
    throw new Fault(
      'option-unknown',
      `there is no trunk "${name}"; there are ${Object.keys(telephony.trunks).join(', ') || 'none'}`,
    );
  const findings = await examineTrunk({
    given,
    digits,
    address: local,
    port: Number(port),
    dns: nodeDns(),
    now: () => systemClock.now(),
    ...(call !== undefined && { number: call }),
    tls: {
      ...book.tlsOf(name),
      ...(authority !== undefined && { ca: await readAuthority(authority) }),
    },
  });
  return reportFindings(output, findings);
};

async function readAuthority(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('option-unknown', `--authority: ${messageOf(error)}`);
  });
}

export function doctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .description('check this machine, the store, the voices and the switch; makes a test call')
    .option('--address <address>', 'address of the test phone, as the switch reaches it', '127.0.0.1')
    .action(runs(doctor));
  command
    .command('trunk')
    .description('examine a carrier: DNS, port, TLS, OPTIONS, account, and a test call with audio and digits')
    .argument('<name>', 'name of the trunk')
    .option('--call <number>', 'echo number, or a DID of ours whose calls come to --local and --port')
    .option('--local <address>', 'address that the carrier reaches us at', '127.0.0.1')
    .option('--authority <file>', 'PEM of the carrier’s own certificate authority, instead of `tls.ca`')
    .option('--port <port>', 'SIP port of the doctor’s phone; 0 takes any', '0')
    .option('--digits <digits>', 'digits to press', EVERY_DIGIT)
    .action(runs(trunkDoctor));
}
