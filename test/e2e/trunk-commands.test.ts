/** The commands about trunks, as an admin types them: which trunk carries a number, and what is wrong with a carrier. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFakeCarrier, type FakeCarrier } from '../support/carrier/fake-carrier.js';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli } from '../support/http/run-cli.js';

const PASSWORD = 'right';

describe.concurrent('dialtrace', { timeout: 60_000 }, () => {
  let folder: ConfigFolder;
  let carrier: FakeCarrier;
  beforeAll(async () => {
    carrier = await openFakeCarrier({ password: PASSWORD });
    folder = await makeConfigFolder();
    await folder.write('telephony.yaml', telephonyWith(carrier.port));
  });
  afterAll(async () => {
    await carrier.close();
    await folder.remove();
  });
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    runCli([...args, '--json'], { cwd: folder.directory, environment });

  it('route explain prints the decision', async () => {
    const { exitCode, json } = await run(['route', 'explain', '+79991234567']);
    expect(exitCode).toBe(0);
    const cheap = { trunk: 'cheap', gateway: 'udp:127.0.0.1:5998', order: 1, excluded_by: null };
    expect(json).toMatchObject({
      ...{ number: '+79991234567', country: 'RU', allowed: true, chosen: cheap },
      choices: [cheap, { trunk: 'carrier', order: 2, excluded_by: null }],
    });
    for (const { why } of json?.['choices'] as { why: string }[]) expect(why).toMatch(/\w/);
  });

  it('route explain ends with 1 when nothing may carry the number, and says what forbids it', async () => {
    const { exitCode, json } = await run(['route', 'explain', '+4930123456']);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({
      ...{ allowed: false, chosen: null },
      choices: [{ excluded_by: 'country' }, { excluded_by: 'country' }],
    });
  });

  it('doctor trunk ends with 0 for a healthy carrier', async () => {
    const args = ['doctor', 'trunk', 'carrier', '--call', '+74950000001', '--digits', '15#'];
    const { exitCode, json } = await run(args, { CARRIER: PASSWORD });
    expect(json?.['findings']).toContainEqual({
      ...{ check: 'dtmf', state: 'ok', detail: 'every digit was heard: 15#', remedy: null },
    });
    expect([exitCode, json?.['ok']]).toEqual([0, true]);
  });

  it('doctor trunk ends with 1 for a broken one, and says what to do', async () => {
    const args = ['doctor', 'trunk', 'carrier', '--call', '+74950000001'];
    const { exitCode, json } = await run(args, { CARRIER: 'wrong' });
    expect(json?.['findings']).toContainEqual({
      ...{ check: 'authentication', state: 'failure' },
      detail: expect.stringContaining('407') as string,
      remedy: expect.stringMatching(/\w/) as string,
    });
    expect([exitCode, json?.['ok']]).toEqual([1, false]);
  });

  it('doctor trunk ends with 2 for a trunk that is not there, and names those that are', async () => {
    const { exitCode, stdout, stderr } = await run(['doctor', 'trunk', 'carier']);
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toMatch(/carrier, cheap/);
  });
});

const telephonyWith = (port: number) => `
operators: { anna: {} }
groups: { sales: { operators: [anna], country: RU } }
trunks:
  carrier:
    gateways: [{ host: 127.0.0.1, port: ${port} }]
    country: RU
    callerId: "+74951234567"
    username: acme
    password: env:CARRIER
    allowed: { countries: [RU] }
  cheap:
    gateways: [{ host: 127.0.0.1, port: 5998 }]
    country: RU
    callerId: "+74951234567"
    allowed: { countries: [RU] }
routing:
  routes: [{ match: "+", trunks: [cheap, carrier] }]
callbacks: { default: { group: sales, trunk: carrier } }
`;
