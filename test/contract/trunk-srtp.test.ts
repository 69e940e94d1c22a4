/** SRTP with a carrier by keys in the SDP (RFC 4568): real encrypted packets both ways, or a clear refusal. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { MediaTerms, Trunk } from '../../src/domain/routing/telephony.js';
import type { E164 } from '../../src/domain/values/ids.js';
import type { MediaPort } from '../../src/media/api.js';
import { openMedia } from '../../src/media/open-media.js';
import type { SipDialog } from '../../src/sip/api.js';
import { buildAnswer, buildOffer, readAudio } from '../../src/wire/sdp.js';
import { asSavp, cryptoLine, isSavp, readCrypto } from '../../src/wire/sdp-crypto.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const TONE = 500;

describe.skipIf(missingServers() !== undefined)(`SRTP of a trunk (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  let trunk: Trunk;
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'gw' });
    const trunks = { all: () => [{ trunk }], onChange: () => () => undefined };
    use('off');
    bed = await openTestSwitch({ trunk: () => ({ trunk }), trunks });
  });
  afterAll(async () => {
    await bed.close();
    await carrier.close();
  });

  function use(srtp: NonNullable<MediaTerms['srtp']>): void {
    const port = carrier.agent.stack.locals[0]?.port ?? 0;
    trunk = {
      name: 'carrier',
      gateways: [{ host: '127.0.0.1', port, transport: 'udp' }],
      format: 'e164',
      channels: 10,
      callsPerSecond: 10,
      noResponseSeconds: 1,
      media: { codecs: ['PCMA'], dtmf: 'rfc4733', early: 'pass', srtp },
    };
  }

  /** A line of the carrier's with a key of its own; `heard` fills while it is open. */
  async function openLine(): Promise<{
    readonly port: MediaPort;
    readonly key: string;
    readonly heard: number[];
  }> {
    const media = await openMedia({ address: '127.0.0.1' });
    onTestFinished(() => media.close());
    const port = await media.openPort({ codec: 'PCMA', payloadType: 8, idle: 'silence' });
    const heard: number[] = [];
    port.listen((frame) => heard.push(...frame));
    port.play({ kind: 'tone', spec: `%(60000,0,${TONE})` });
    return { port, key: randomBytes(30).toString('base64'), heard };
  }
  const localAudio = (port: MediaPort) => ({
    ...{ address: '127.0.0.1', port: port.localPort, sessionId: 1, sessionVersion: 1 },
    codecs: ['PCMA'] as const,
  });
  function aim(port: MediaPort, theirs: string, key: string | undefined): void {
    const audio = readAudio(theirs);
    const crypto = readCrypto(theirs);
    port.configure({
      remote: { address: audio?.address ?? '', port: audio?.port ?? 0 },
      srtp: key === undefined || crypto === undefined ? undefined : { send: key, receive: crypto.key },
    });
  }
  const ended = (dialog: SipDialog) => new Promise((resolve) => dialog.on({ ended: resolve }));

  /** A carrier answers re-INVITEs as it answered the INVITE: its key stays. */
  async function call(answers: 'with a key' | 'in the clear', refused: readonly number[] = []) {
    const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } });
    for (const status of refused) (await carrier.nextCall()).reject(status);
    const incoming = await carrier.nextCall();
    const line = await openLine();
    const answerTo = (offer: string) => {
      aim(line.port, offer, answers === 'with a key' ? line.key : undefined);
      const plain = buildAnswer(offer, localAudio(line.port)) ?? '';
      if (answers === 'in the clear') return plain;
      return asSavp(`${plain}${cryptoLine({ tag: readCrypto(offer)?.tag ?? '1', key: line.key })}\r\n`);
    };
    const offer = incoming.request.body;
    const dialog = incoming.answer({ body: answerTo(offer) });
    dialog.on({ offer: answerTo });
    return { leg, offer, line, over: ended(dialog) };
  }

  /** What it says comes back as an echo would: the tone of the leg's playback is another one. */
  async function speaks({ leg, line }: Awaited<ReturnType<typeof call>>): Promise<void> {
    await signalOf(leg, 'answered');
    leg.play([{ kind: 'tone', tone: 'ringback' }]);
    await until('the carrier hears the switch', () => toneShare(line.heard, 425) > 0.5);
    // The carrier is heard, too: nothing of its packets was refused.
    await until('a second was sent', () => line.port.stats.packetsSent > 50);
    await leg.hangup('normal');
  }

  it('required: is offered as SRTP alone, and spoken', async () => {
    use('required');
    const told: number[] = [];
    const undo = bed.listenInstead({ measured: ({ packets }) => told.push(packets) });
    const up = await call('with a key');
    expect(isSavp(up.offer)).toBe(true);
    await speaks(up);
    // The media server counts what it could open.
    await until('it was measured', () => told.length > 0);
    expect(told[0]).toBeGreaterThan(25);
    undo();
  });

  it('required: a carrier that answers in the clear is hung up on', async () => {
    use('required');
    const { leg, over } = await call('in the clear');
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ by: 'system', reason: 'srtp-missing' });
    expect(await over).toBe('remote-bye');
  });

  it('optional: a carrier that refuses SRTP is offered plain RTP, and rung once', async () => {
    use('optional');
    const up = await call('in the clear', [488]);
    expect([isSavp(up.offer), readCrypto(up.offer)]).toEqual([false, undefined]);
    await speaks(up);
  });

  it('optional: one that is busy is not asked again', async () => {
    use('optional');
    const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } });
    const incoming = await carrier.nextCall();
    expect(isSavp(incoming.request.body)).toBe(true);
    incoming.reject(486);
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ sipStatus: 486 });
  });

  it('off: no key is offered', async () => {
    use('off');
    const up = await call('in the clear');
    expect(readCrypto(up.offer)).toBeUndefined();
    await speaks(up);
  });

  describe('a call that comes in', () => {
    async function arrive(offer: string) {
      const taken = bed.nextInbound();
      const outgoing = carrier.agent.invite({ uri: bed.sipUri('1000'), body: offer });
      const { leg } = await taken;
      await leg.answer();
      return { leg, outcome: await outgoing.outcome };
    }

    it.each(['RTP/SAVP', 'RTP/AVP'] as const)('with a key in %s is answered so', async (profile) => {
      use('optional');
      const line = await openLine();
      const plain = `${buildOffer(localAudio(line.port))}${cryptoLine({ tag: '4', key: line.key })}\r\n`;
      const { leg, outcome } = await arrive(profile === 'RTP/SAVP' ? asSavp(plain) : plain);
      if (outcome.kind !== 'answered') throw new Error(outcome.kind);
      const { body } = outcome.response;
      expect([isSavp(body), readCrypto(body)?.tag]).toEqual([profile === 'RTP/SAVP', '4']);
      aim(line.port, body, line.key);
      const over = ended(outcome.dialog);
      await speaks({ leg, line, offer: plain, over });
      await over;
    });

    it('without a key is refused with 488 where one is required', async () => {
      use('required');
      const line = await openLine();
      const { outcome } = await arrive(buildOffer(localAudio(line.port)));
      expect(outcome).toMatchObject({ kind: 'failed', response: { status: 488 } });
    });
  });
});
