/** `engine --drachtio | --freeswitch`: one program of the embedded switch, alone in this process. */
import type { Command } from 'commander';
import { Fault } from '../../errors.js';
import { CHANNEL_VARIABLES, startProgram, type ProgramStart } from '../../main/engine-program.js';
import { runs, type Action } from '../context.js';

interface EngineOptions {
  readonly drachtio?: true;
  readonly freeswitch?: true;
  readonly address: string;
  readonly controlPort: string;
  readonly sipPort: string;
  readonly rtpFirst: string;
  readonly rtpLast: string;
  readonly secretEnv: string;
}

function startOf({ drachtio, freeswitch, ...options }: EngineOptions, secret: string): ProgramStart {
  const { address } = options;
  const controlPort = Number(options.controlPort);
  const sipPort = Number(options.sipPort);
  if (drachtio !== undefined && freeswitch === undefined)
    return {
      program: 'drachtio',
      options: {
        adminAddress: address,
        adminPort: controlPort,
        secret,
        cdrs: 'on',
        sip: [{ address, port: sipPort, protocols: ['udp', 'tcp'] }],
      },
    };
  if (freeswitch !== undefined && drachtio === undefined)
    return {
      program: 'freeswitch',
      options: {
        eventSocket: { address, port: controlPort, password: secret },
        sip: { address, port: sipPort },
        rtp: { address, portRange: { first: Number(options.rtpFirst), last: Number(options.rtpLast) } },
        variables: CHANNEL_VARIABLES,
      },
    };
  throw new Fault('option-unknown', 'say one of --drachtio and --freeswitch');
}

const engine: Action<EngineOptions> = async ({ output, environment, signal }, options) => {
  const secret = environment[options.secretEnv];
  if (secret === undefined)
    throw new Fault('settings-invalid', `set the secret in the environment variable ${options.secretEnv}`);
  const program = await startProgram(startOf(options, secret));
  output.result(
    { ok: true, control_port: program.controlPort, sip_port: program.sipPort },
    () => `control port ${program.controlPort}, SIP port ${program.sipPort}`,
  );
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await program.close();
  return 0;
};

export function engineCommand(program: Command): void {
  program
    .command('engine')
    .description('one program of the embedded switch, alone')
    .option('--drachtio', 'the SIP side: a drachtio-server look-alike')
    .option('--freeswitch', 'the media side: a FreeSWITCH look-alike')
    .option('--address <address>', 'address of all its sockets', '127.0.0.1')
    .option('--control-port <port>', 'control port or event socket', '0')
    .option('--sip-port <port>', 'SIP port', '0')
    .option('--rtp-first <port>', 'first RTP port', '20000')
    .option('--rtp-last <port>', 'last RTP port', '29999')
    .option('--secret-env <name>', 'environment variable with the secret', 'DIALTRACE_ENGINE_SECRET')
    .action(runs(engine));
}
