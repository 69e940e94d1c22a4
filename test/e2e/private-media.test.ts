/**
 * A media server in a private network and a carrier in a public one, with nothing between them but the machine that the
 * controller and the signalling server run on: the carrier is told the public address, and sound goes both ways.
 */
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import type { CallId, E164, LegId } from '../../src/domain/values/ids.js';
import { openDrachtio } from '../../src/engine/drachtio/drachtio-server.js';
import { connectSwitch } from '../../src/switch/connect.js';
import { clearestLevels, scratchFolder } from '../support/media/scratch.js';
import { CLI } from '../support/http/run-cli.js';
import {
  CONTROL_PORT,
  RTP,
  SECRET,
  startFreeSwitch,
  startLookAlike,
} from '../support/netns/private-media.js';
import {
  openNetwork,
  openPortForwarding,
  PRIVATE,
  PUBLIC,
  whyNoNamespaces,
} from '../support/netns/namespaces.js';
import { signalOf, testOptions, testPorts, until } from '../support/switch/test-switch.js';

const CARRIER_PORT = 5062;
const THEIR_TONE = 1150;
/** Of our beep. */
const OUR_TONE = 1000;
const LOUD = -25;

const refused = whyNoNamespaces();
if (refused !== undefined) console.warn(`networks of their own cannot be made here: ${refused}`);

/** A genuine FreeSWITCH, where a program is named. */
const genuine = process.env['FREESWITCH_BIN'];
if (genuine === undefined)
  console.warn('FREESWITCH_BIN is not set: no genuine FreeSWITCH in a private network');

it
  .skipIf(refused !== undefined)
  .each([
    { kind: 'look-alike', program: undefined },
    ...(genuine === undefined ? [] : [{ kind: 'genuine', program: genuine }]),
  ])(
  'a private media server ($kind) and a public carrier hear each other',
  async ({ program }) => {
    const folder = await scratchFolder();
    const secluded = openNetwork('media', PRIVATE, [PUBLIC.edge]);
    onTestFinished(() => secluded.close());
    const outside = openNetwork('carrier', PUBLIC);
    onTestFinished(() => outside.close());
    expect([PRIVATE.edge, PUBLIC.edge, PUBLIC.inside].map((to) => secluded.wayTo(to))).toEqual([
      'known',
      'known',
      'unreachable',
    ]);
    expect(outside.wayTo(PRIVATE.inside)).toBe('unreachable');

    if (program === undefined) startLookAlike(secluded);
    else await startFreeSwitch(secluded, program, folder);
    const heardPath = join(folder, 'carrier.wav');
    const said = ['--play', `tone:%(60000,0,${THEIR_TONE})`, '--record', heardPath];
    const place = ['--address', PUBLIC.inside, '--port', String(CARRIER_PORT)];
    const carrier = outside.run(process.execPath, [
      CLI,
      'phone',
      '--user',
      'carrier',
      ...place,
      '--answer-after',
      '0',
      ...said,
    ]);
    const gone = new Promise((resolve) => carrier.once('exit', resolve));

    const forwarding = await openPortForwarding(RTP.first, RTP.last);
    onTestFinished(() => forwarding.close());
    const drachtio = await openDrachtio({
      adminAddress: '127.0.0.1',
      adminPort: 0,
      secret: SECRET,
      sip: [{ address: PUBLIC.edge, port: 0, protocols: ['udp', 'tcp'] }],
      cdrs: 'on',
    });
    onTestFinished(() => drachtio.close());
    const trunk: Trunk = {
      name: 'carrier',
      gateways: [{ host: PUBLIC.inside, port: CARRIER_PORT, transport: 'udp' }],
      format: 'e164',
      channels: 1,
      callsPerSecond: 1,
      noResponseSeconds: 4,
      mediaAddress: PUBLIC.edge,
    };
    const connected = await connectSwitch(
      {
        ...testOptions(
          { host: '127.0.0.1', port: drachtio.adminPort, secret: SECRET },
          { host: PRIVATE.inside, port: CONTROL_PORT, secret: SECRET },
        ),
        listen: { address: PUBLIC.edge, port: 0 },
        trunk: () => ({ trunk }),
      },
      testPorts(),
    );
    onTestFinished(() => connected.close({ legs: 'end' }));
    connected.listen({ inbound: () => undefined, regained: () => undefined, lost: () => undefined });
    await until('both servers are there', () => connected.status().media === 'ready', 30_000);

    const leg = connected.originate({
      legId: 'leg' as LegId,
      callId: 'call' as CallId,
      sipCallId: 'netns-call',
      role: 'client',
      target: { kind: 'trunk', trunk: 'carrier', number: '+4930123456' as E164 },
      ringMs: 15_000,
    });
    await signalOf(leg, 'answered', 15_000);
    const ownPath = join(folder, 'talk.wav');
    const recording = leg.record({ path: ownPath, startedAt: Date.now() });
    await leg.play([
      { kind: 'silence', ms: 1000 },
      { kind: 'tone', tone: 'beep' },
      { kind: 'silence', ms: 500 },
    ]).outcome;
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready' });
    await leg.hangup('normal');
    await gone;

    const [theirs] = await clearestLevels(ownPath, [THEIR_TONE]);
    expect(theirs?.[0], 'the media server hears the carrier').toBeGreaterThan(LOUD);
    const [ours] = await clearestLevels(heardPath, [OUR_TONE]);
    expect(ours?.[0], 'the carrier hears the media server').toBeGreaterThan(LOUD);
  },
  60_000,
);
