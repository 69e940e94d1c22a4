/**
 * The controller is down: drachtio, which nobody is connected to, answers 503 at the first address; at the second one a
 * genuine FreeSWITCH with nothing but the exported files rings the phone. Needs FAILSAFE_FREESWITCH and
 * FAILSAFE_DRACHTIO (paths of the programs) and sipp.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { within } from '../../src/cli/chaos/within.js';
import { runCli } from '../support/http/run-cli.js';

/** The clock of the group decides: what FreeSWITCH makes of it is its own affair. */
const BY_CLOCK = `
name: by-clock
start: season
steps:
  season:
    do: schedule
    rows: [{ hours: never, step: bye }, { hours: today, step: duty }]
    on: { otherwise: bye }
  duty: { do: ring-group, group: night, on: { accepted: talk, nobody: bye } }
  talk: { do: bridge, a: caller, b: operator }
  bye: { do: hangup }
`;
const ZONE = 'Asia/Ho_Chi_Minh';
const today = new Date().toLocaleDateString('sv', { timeZone: ZONE });
const ROOT = resolve(import.meta.dirname, '../..');
const { FAILSAFE_FREESWITCH: freeswitch = '', FAILSAFE_DRACHTIO: drachtio = '' } = process.env;
const hasSipp = spawnSync('sipp', ['-v']).error === undefined;
const run = promisify(execFile);

describe.skipIf(freeswitch === '' || drachtio === '' || !hasSipp)(
  'without the controller',
  { timeout: 90_000 },
  () => {
    const children: ChildProcess[] = [];
    let folder = '';
    const ports = { sip: 0, admin: 0, failsafe: 0, phone: 0, closed: 0 };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'dialtrace-failsafe-'));
      for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
      await Promise.all(['settings', 'run'].map((name) => mkdir(join(folder, name))));
      await writeFile(
        join(folder, 'settings/telephony.yaml'),
        `
paths: { dialplans: plans, prompts: ${ROOT}/prompts }
calls: { inboundPlan: inbound }
trunks: { carrier: { gateways: [{ host: 127.0.0.1, port: ${ports.closed} }, { host: 127.0.0.1, port: ${ports.phone} }] } }
operators:
  anna: { devices: [{ uri: 'sip:anna@127.0.0.1:${ports.phone}' }] }
  boris: { devices: [{ number: '+4915112345678' }] }
groups: { sales: { operators: [anna], timeZone: ${ZONE} }, night: { operators: [boris] } }
hours: { today: { week: {}, exceptions: { '${today}': 00:00-24:00 } }, never: { week: {} } }
callbacks: { default: { group: sales, trunk: carrier } }
`,
      );
      await mkdir(join(folder, 'plans'));
      for (const name of ['inbound', 'callback'])
        await cp(join(ROOT, `dialplans/${name}.yaml`), join(folder, `plans/${name}.yaml`));
      await writeFile(join(folder, 'plans/by-clock.yaml'), BY_CLOCK);
      await writeFile(
        join(folder, 'numbers.csv'),
        'number,dialplan\n+4930123456,inbound\n+4930123457,by-clock\n',
      );
    }, 30_000);
    afterAll(async () => {
      for (const child of children) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await rm(folder, { recursive: true });
    });

    const sipp = (...args: string[]) =>
      run('sipp', ['-i', '127.0.0.1', '-m', '1', '-timeout', '5', '-trace_msg', ...args], { cwd: folder });
    const statuses = async (file: string): Promise<readonly string[]> =>
      [...(await readFile(join(folder, file), 'utf8')).matchAll(/^SIP\/2\.0 (\d+)/gm)].map(
        ([, status = '']) => status,
      );

    it('the first address answers 503, and at the second the right phone rings', async () => {
      const exported = await runCli(
        [
          '--config',
          'settings',
          'dialplan',
          'export',
          '--freeswitch',
          'out',
          '--numbers',
          'numbers.csv',
          '--port',
          String(ports.failsafe),
          '--json',
        ],
        { cwd: folder },
      );
      expect(exported.json).toMatchObject({ ok: true, lost: [] });
      await startServers();
      const phone = sipp('-sn', 'uas', '-p', String(ports.phone), '-message_file', 'phone.log');
      await sipp(
        '-sn',
        'uac',
        '-s',
        '4930123456',
        `127.0.0.1:${ports.sip}`,
        '-message_file',
        'first.log',
      ).catch(() => undefined);
      expect(await statuses('first.log')).toContain('503');
      await sipp(
        '-sn',
        'uac',
        '-s',
        '+4930123456',
        '-d',
        '500',
        `127.0.0.1:${ports.failsafe}`,
        '-message_file',
        'second.log',
      );
      expect(await statuses('second.log')).toContain('200');
      await phone;
      expect(await readFile(join(folder, 'phone.log'), 'utf8')).toContain(
        `INVITE sip:anna@127.0.0.1:${ports.phone} SIP/2.0`,
      );
    });

    it('opening hours decide, and a gateway that is gone is followed by the next', async () => {
      const phone = sipp('-sn', 'uas', '-p', String(ports.phone), '-message_file', 'duty.log');
      const call = ['-sn', 'uac', '-s', '+4930123457', '-d', '500', `127.0.0.1:${ports.failsafe}`];
      await sipp(...call, '-message_file', 'clock.log');
      expect(await statuses('clock.log')).toContain('200');
      await phone;
      expect(await readFile(join(folder, 'duty.log'), 'utf8')).toContain(
        `INVITE sip:+4915112345678@127.0.0.1:${ports.phone};transport=udp SIP/2.0`,
      );
    });

    async function startServers(): Promise<void> {
      const template = await readFile(join(ROOT, 'config/drachtio/drachtio.conf.xml'), 'utf8');
      const values: Readonly<Record<string, string>> = {
        '@ADMIN_PORT@': String(ports.admin),
        '@SECRET@': 's',
        '@SIP_PORT@': String(ports.sip),
      };
      await writeFile(
        join(folder, 'drachtio.xml'),
        template.replace(/@[A-Z_]+@/g, (name) => values[name] ?? name),
      );
      children.push(spawn(drachtio, ['-f', 'drachtio.xml'], { cwd: folder, stdio: 'ignore' }));
      const own = ['log', 'db', 'run', 'temp', 'recordings', 'storage', 'cache'].flatMap((name) => [
        `-${name}`,
        join(folder, 'run'),
      ]);
      children.push(
        spawn(freeswitch, ['-nc', '-nf', '-nonat', '-np', '-conf', join(folder, 'out'), ...own], {
          cwd: folder,
          stdio: 'ignore',
        }),
      );
      await within(40_000, untilBothAnswer(), 'the servers to answer');
    }

    /** drachtio answers 503 to everybody; FreeSWITCH answers 503 while it starts, then 404 for a number it does not know. */
    async function untilBothAnswer(): Promise<void> {
      for (const [port, answer] of [
        [ports.sip, '503'],
        [ports.failsafe, '404'],
      ] as const) {
        const file = `up-${port}.log`;
        const ask = () =>
          sipp('-sn', 'uac', '-s', '000', `127.0.0.1:${port}`, '-message_file', file).catch(() => undefined);
        do await ask();
        while (!(await statuses(file).catch((): readonly string[] => [])).includes(answer));
      }
    }
  },
);
