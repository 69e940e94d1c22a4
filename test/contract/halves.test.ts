/**
 * Each half of the embedded switch with the genuine other half completes a callback: our drachtio with a FreeSWITCH named
 * by FREESWITCH=host:port:secret, our FreeSWITCH with a drachtio-server named by DRACHTIO=host:port:secret and
 * DRACHTIO_SIP=host:port. All on this machine: the recording is read from its disk. Skipped, visibly, without them.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import { openFreeSwitch } from '../../src/engine/freeswitch/server.js';
import { CHANNEL_VARIABLES } from '../../src/main/engine-program.js';
import { openPhone } from '../../src/phone/open-phone.js';
import { clearestLevels, toneOf } from '../support/media/scratch.js';
import { startProgram, type ProgramOptions } from '../support/sipp/program.js';

const HOST = '127.0.0.1';
const SECRET = 'half';
const OPERATOR_TONE = 500;
const CLIENT_TONE = 1330;

/** `host:port[:secret]` of an environment variable. */
function addressIn(name: string) {
  const [host = '', port = '', secret = ''] = (process.env[name] ?? '').split(':');
  return host === '' ? undefined : { host, port: Number(port), secret };
}

const freeSwitch = addressIn('FREESWITCH');
const drachtio = addressIn('DRACHTIO');
const drachtioSip = addressIn('DRACHTIO_SIP');
if (!freeSwitch) console.warn('FREESWITCH=host:port:secret is not given: 1 test of the halves is skipped');
if (!drachtio || !drachtioSip)
  console.warn('DRACHTIO=host:port:secret and DRACHTIO_SIP=host:port are not given: 1 test is skipped');

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function expectCallback(servers: NonNullable<ProgramOptions['servers']>, sip: string): Promise<void> {
  const client = await openPhone({
    user: 'client',
    script: {
      onCall: { kind: 'answer', ringing: { kind: 'plain' } },
      play: toneOf(CLIENT_TONE, 60_000),
      hangUpAfterMs: 2000,
    },
  });
  closing.push(() => client.close());
  const gateway = { host: HOST, port: Number(/:(\d+)$/.exec(client.uri)?.[1]) };
  const program = await startProgram({
    servers,
    telephony: {
      trunks: { carrier: { gateways: [gateway] } },
      operators: { anna: {} },
      groups: { sales: { operators: ['anna'], country: 'DE' } },
      callbacks: { default: { group: 'sales', trunk: 'carrier' } },
    },
  });
  closing.push(() => program.close());
  const operator = await openPhone({
    user: 'anna',
    credentials: { username: 'anna', password: await program.passwordOf('anna') },
    account: { registrar: `sip:${sip}` },
    script: {
      onCall: { kind: 'answer', ringing: { kind: 'plain' } },
      press: [{ digits: '1', when: { kind: 'after', ms: 1500 } }],
      play: toneOf(OPERATOR_TONE, 60_000),
    },
  });
  closing.push(() => operator.close());
  expect(await operator.registered).toBe(200);
  const lead = { source: 'api', kind: 'form', rawPhone: '+4930123456', answers: [], touch: {} } as const;
  await program.dialtrace.app.takeLead(lead);
  const { call, recordings } = await program.nextFinished();
  expect(call.disposition).toBe('answered');
  expect(recordings).toMatchObject([
    { state: 'ready', channels: 2, channelRoles: ['operator', 'client'], sampleRate: 8000 },
  ]);
  const levels = await clearestLevels(recordings[0]!.path, [OPERATOR_TONE, CLIENT_TONE]);
  const heard = levels.map((channel) => channel.map((level) => (level > -20 ? 'heard' : 'not heard')));
  expect(heard).toEqual([
    ['heard', 'not heard'],
    ['not heard', 'heard'],
  ]);
  await program.untilNothingIsLeft();
}

describe('a callback', { timeout: 60_000 }, () => {
  it.skipIf(!freeSwitch)('over our drachtio and the genuine FreeSWITCH', async () => {
    const ours = await openDrachtio({
      adminAddress: HOST,
      adminPort: 0,
      secret: SECRET,
      cdrs: 'on',
      sip: [{ address: HOST, port: 0, protocols: ['udp', 'tcp'] }],
    });
    closing.push(() => ours.close());
    const signalling = { host: HOST, port: ours.adminPort, secret: SECRET };
    await expectCallback({ signalling, media: freeSwitch! }, `${HOST}:${String(ours.sipPort)}`);
    expect(ours.stats()).toMatchObject({ dialogs: 0, pendingRequests: 0, appTransactions: 0 });
  });

  it.skipIf(!drachtio || !drachtioSip)('over the genuine drachtio-server and our FreeSWITCH', async () => {
    const ours = await openFreeSwitch({
      eventSocket: { address: HOST, port: 0, password: SECRET },
      sip: { address: HOST, port: 0 },
      rtp: { address: HOST },
      variables: CHANNEL_VARIABLES,
    });
    closing.push(() => ours.close());
    const media = { host: HOST, port: ours.eventSocketPort, secret: SECRET };
    const { host, port } = drachtioSip!;
    await expectCallback({ signalling: drachtio!, media }, `${host}:${String(port)}`);
    expect(ours.stats()).toMatchObject({ channels: 0, rtpPorts: 0 });
  });
});
