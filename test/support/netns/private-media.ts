/** The media server in the private network: our look-alike, or a genuine FreeSWITCH by config/freeswitch. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CLI } from '../http/run-cli.js';
import { PRIVATE, type Network } from './namespaces.js';

export const SECRET = 'netns-secret';
export const CONTROL_PORT = 8021;
const SIP_PORT = 5080;
/** FreeSWITCH takes an odd end of the range for RTCP. */
export const RTP = { first: 24_000, last: 24_009 } as const;

export function startLookAlike(network: Network): void {
  const numbers = {
    'control-port': CONTROL_PORT,
    'sip-port': SIP_PORT,
    'rtp-first': RTP.first,
    'rtp-last': RTP.last,
  };
  const ports = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = [CLI, 'engine', '--freeswitch', '--address', PRIVATE.inside, ...ports];
  network.run(process.execPath, args, { DIALTRACE_ENGINE_SECRET: SECRET });
}

export async function startFreeSwitch(network: Network, program: string, folder: string): Promise<void> {
  const place = join(folder, 'freeswitch');
  await mkdir(place);
  const values: Readonly<Record<string, string>> = {
    ESL_PORT: String(CONTROL_PORT),
    ESL_PASSWORD: SECRET,
    SIP_PORT: String(SIP_PORT),
    RTP_START: String(RTP.first),
    RTP_END: String(RTP.last),
    RUN_DIR: place,
    LOG_FILE: join(place, 'freeswitch.log'),
  };
  const template = await readFile(resolve('config/freeswitch/freeswitch.xml'), 'utf8');
  const text = template
    .replace(/@([A-Z_]+)@/g, (all, name: string) => values[name] ?? all)
    .replace('cidr="127.0.0.0/8"', `cidr="${PRIVATE.edge}/32"`)
    .replace(/(name="(?:listen-ip|sip-ip|rtp-ip)" value=)"127\.0\.0\.1"/g, `$1"${PRIVATE.inside}"`);
  await writeFile(join(place, 'freeswitch.xml'), text);
  const folders = ['conf', 'log', 'db', 'run', 'temp', 'recordings', 'storage', 'cache'];
  network.run(program, ['-nc', '-nf', '-nonat', '-np', ...folders.flatMap((name) => [`-${name}`, place])]);
}
