/** The embedded switch as two processes of its own, which outlive every controller. Started by chaos worlds. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ChildProgram } from './child-program.js';

export interface SwitchProcesses {
  readonly drachtio: { readonly port: number; readonly sipPort: number };
  readonly freeswitch: { readonly host: string; readonly port: number; readonly secret: string };
  /** The secrets, by the names that the configuration refers to. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export const SECRETS = { drachtio: 'CHAOS_DRACHTIO_SECRET', freeswitch: 'CHAOS_FREESWITCH_SECRET' } as const;
const START_DEADLINE_MS = 20_000;
/** What `dialtrace engine --json` says when it listens. */
const portsSchema = z.object({ control_port: z.number(), sip_port: z.number() });

export async function startSwitchProcesses(directory: string): Promise<SwitchProcesses> {
  const secrets = { drachtio: randomBytes(16).toString('hex'), freeswitch: randomBytes(16).toString('hex') };
  const start = async (program: keyof typeof SECRETS) => {
    const child = new ChildProgram({
      args: ['--json', 'engine', `--${program}`, '--secret-env', SECRETS[program]],
      environment: { ...process.env, [SECRETS[program]]: secrets[program] },
      logPath: join(directory, `${program}.log`),
    });
    const ports = portsSchema.parse(JSON.parse(await child.line(START_DEADLINE_MS)));
    return { child, port: ports.control_port, sipPort: ports.sip_port };
  };
  const [drachtio, freeswitch] = await Promise.all([start('drachtio'), start('freeswitch')]);
  return {
    drachtio: { port: drachtio.port, sipPort: drachtio.sipPort },
    freeswitch: { host: '127.0.0.1', port: freeswitch.port, secret: secrets.freeswitch },
    environment: { [SECRETS.drachtio]: secrets.drachtio, [SECRETS.freeswitch]: secrets.freeswitch },
    close: async () => {
      await Promise.all([drachtio.child.end(), freeswitch.child.end()]);
    },
  };
}
