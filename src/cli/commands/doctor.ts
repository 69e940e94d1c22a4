/** `doctor`: what works on this machine and through the switch, each finding with its remedy. */
import type { Command } from 'commander';
import colours from 'picocolors';
import { openServices } from '../../main/services.js';
import { openSwitch } from '../../main/switch-connection.js';
import { createTrunkBook } from '../../main/trunk-book.js';
import { readConfiguration, type Configuration } from '../../settings/configuration.js';
import { formatProblem } from '../../settings/yaml-source.js';
import { messageOf } from '../../errors.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { failure, ok, type Finding } from '../doctor/finding.js';
import { checkDisk, checkHttpPort, checkNode, checkStore, checkVoices } from '../doctor/machine.js';
import { testCall } from '../doctor/test-call.js';
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
      switch: { ...connection, sip: { ...connection.sip, port: 0 } },
      store: { ...settings.store, path: ':memory:' },
      logging: { ...settings.logging, level: 'error' },
    },
  };
}

async function switchFindings(
  given: Configuration,
  { environment }: CommandContext,
  { address }: DoctorOptions,
): Promise<Finding[]> {
  const configuration = besideARunningOne(given);
  const services = await openServices(configuration.settings, environment);
  const trunks = createTrunkBook(services.secrets);
  const connection = await openSwitch(configuration.settings, services, trunks).catch((error: unknown) =>
    messageOf(error),
  );
  if (typeof connection === 'string') return [failure('switch', connection, 'Correct the settings named.')];
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
    return [...first, ...(await testCall({ connection, services, configuration, address }))];
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
  const voices = await checkVoices(configuration, environment);
  return [
    node,
    ok('configuration', `${directory}, dialplans ${Object.keys(configuration.plans).join(', ')}`),
    ...machine,
    ...voices,
    ...(await switchFindings(configuration, context, options)),
  ];
}

const doctor: Action<DoctorOptions> = async (context, options) => {
  const findings = await examine(context, options);
  const failed = findings.some(({ state }) => state === 'failure');
  context.output.result(
    {
      ok: !failed,
      findings: findings.map(({ remedy, ...finding }) => ({ ...finding, remedy: remedy ?? null })),
    },
    () => findings.map(findingText).join('\n'),
  );
  return failed ? 1 : 0;
};

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check this machine, the store, the voices and the switch; makes a test call')
    .option('--address <address>', 'address of the test phone, as the switch reaches it', '127.0.0.1')
    .action(runs(doctor));
}
