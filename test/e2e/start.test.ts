/** `dialtrace start` as a service manager runs it: ready, used, stopped by SIGTERM, started again on the same store. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { finished, runCli, startCli, untilPrinted, type CliResult } from '../support/http/run-cli.js';

interface Running {
  readonly url: string;
  /** SIGTERM; resolves with what it printed and how it ended. */
  stop(): Promise<CliResult>;
}

const started = new Set<ChildProcessWithoutNullStreams>();

async function start(folder: ConfigFolder, environment: Record<string, string> = {}): Promise<Running> {
  const child = startCli(['start', '--json'], { cwd: folder.directory, environment });
  started.add(child);
  const result = finished(child).finally(() => started.delete(child));
  const [, url = ''] = await untilPrinted(child, /listens on (http:\/\/\S+)/);
  const stop = (): Promise<CliResult> => {
    child.kill('SIGTERM');
    return result;
  };
  return { url, stop };
}

/** Both halves of the switch connect within moments of the start. */
async function untilReady(url: string): Promise<Record<string, unknown>> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.status === 200) return (await answer.json()) as Record<string, unknown>;
  }
  throw new Error('not ready in 10 s');
}

describe('dialtrace start', { timeout: 60_000 }, () => {
  let folder: ConfigFolder;
  let key: string;
  beforeAll(async () => {
    folder = await makeConfigFolder();
    const added = await runCli(['apikey', 'add', 'test', '--json'], { cwd: folder.directory });
    key = String(added.json?.['key']);
  });
  afterAll(async () => {
    for (const child of started) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await folder.remove();
  });

  const leads = async (url: string): Promise<{ lead_id: string; status: string }[]> => {
    const answer = await fetch(`${url}/v1/leads`, { headers: { authorization: `Bearer ${key}` } });
    return ((await answer.json()) as { items: { lead_id: string; status: string }[] }).items;
  };

  it('serves until SIGTERM, and goes on with the same store after a second start', async () => {
    const first = await start(folder);
    expect(await (await fetch(`${first.url}/healthz`)).json()).toEqual({ status: 'alive' });
    expect(await untilReady(first.url)).toMatchObject({ ready: true });
    expect((await fetch(`${first.url}/v1/leads`)).status).toBe(401);
    const posted = await fetch(`${first.url}/v1/leads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        phone: '+79161234567',
        call_at: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    });
    expect(posted.status).toBe(202);
    const { lead_id: leadId } = (await posted.json()) as { lead_id: string };
    const stopped = await first.stop();
    expect(stopped.exitCode, stopped.stderr).toBe(0);
    expect(stopped.json).toEqual({ ok: true, calls_left: 0 });

    const second = await start(folder);
    expect(await leads(second.url)).toMatchObject([{ lead_id: leadId, status: 'deferred' }]);
    expect((await second.stop()).exitCode).toBe(0);
  });

  it('takes settings from the environment', async () => {
    const running = await start(folder, { DIALTRACE_HTTP__ACCESS: 'open-on-loopback' });
    expect((await fetch(`${running.url}/v1/leads`)).status).toBe(200);
    expect((await running.stop()).exitCode).toBe(0);
  });

  it('says which port is taken, and by what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const result = await runCli(['start', '--json'], {
      cwd: folder.directory,
      environment: { DIALTRACE_HTTP__PORT: String(port) },
      deadlineMs: 10_000,
    });
    taken.close();
    expect(result.exitCode).toBe(3);
    expect(result.json).toMatchObject({
      ok: false,
      code: 'port-in-use',
      error: expect.stringContaining(String(port)) as unknown,
    });
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it('names the line of settings that cannot be used', async () => {
    const broken = await makeConfigFolder();
    const text = await readFile(join(broken.directory, 'config/dialtrace.yaml'), 'utf8');
    await broken.write(
      'dialtrace.yaml',
      text.replace('address: 127.0.0.1, port: 0, access', 'address: 127.0.0.1, prot: 0, access'),
    );
    const result = await runCli(['start', '--json'], { cwd: broken.directory });
    await broken.remove();
    expect(result.exitCode).toBe(3);
    expect(result.json).toMatchObject({ ok: false, code: 'settings-invalid' });
    expect(result.stderr).toMatch(
      /config\/dialtrace\.yaml:2:29: http\.prot is not known — did you mean "port"\?/,
    );
  });
});
