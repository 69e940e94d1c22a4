/** A folder with settings as an admin writes them, on ports of the system's choice and a store of its own. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface ConfigFolder {
  /** Working directory; `config/` is in it. */
  readonly directory: string;
  readonly store: string;
  write(name: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

const SETTINGS = `
http: { address: 127.0.0.1, port: 0, access: keys }
switch: { sip: { address: 127.0.0.1, port: 0 }, rtp: { address: 127.0.0.1 } }
store: { path: store.sqlite }
recordings: { directory: recordings, lowDiskMegabytes: 1 }
speech: { cacheDirectory: speech }
calls: { drainSeconds: 1s }
paths:
  dialplans: ${JSON.stringify(join(ROOT, 'dialplans'))}
  prompts: ${JSON.stringify(join(ROOT, 'prompts'))}
`;

const TELEPHONY = `
operators: { anna: {} }
groups: { sales: { operators: [anna], country: RU } }
trunks: { carrier: { gateways: [{ host: 127.0.0.1, port: 5999 }], callerId: "+74951234567" } }
callbacks: { default: { group: sales, trunk: carrier } }
`;

export async function makeConfigFolder(): Promise<ConfigFolder> {
  const directory = await mkdtemp(join(tmpdir(), 'dialtrace-cli-'));
  await mkdir(join(directory, 'config'));
  await mkdir(join(directory, 'recordings'));
  const write = (name: string, text: string) => writeFile(join(directory, 'config', name), text);
  await write('dialtrace.yaml', SETTINGS);
  await write('telephony.yaml', TELEPHONY);
  return {
    directory,
    store: join(directory, 'store.sqlite'),
    write,
    remove: () => rm(directory, { recursive: true }),
  };
}
