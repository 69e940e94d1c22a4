/** Phone against phone on real sockets: every behaviour a script can have, seen from the other end. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { PhoneCall, Reaction } from '../../src/phone/api.js';
import { openPhone } from '../../src/phone/open-phone.js';
import type { LogEntry } from '../../src/phone/phone-log.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { mediaTest as test, talkFor, toneOf, untilHeard } from '../support/media/scratch.js';
import { phoneFor, tonesIn } from '../support/media/phones.js';

/** The next call that comes in. */
function nextCall(phone: { onCall(action: (call: PhoneCall) => void): void }): Promise<PhoneCall> {
  return new Promise((resolve) => {
    phone.onCall(resolve);
  });
}

// Real time on a machine that may be busy elsewhere: see test/wire/rtp-loopback.test.ts.
describe.concurrent('phone to phone', { retry: 2 }, () => {
  test('a call with tones both ways, digits and a BYE', async ({ folder, onTestFinished, expect }) => {
    const heard = { alice: join(folder, 'alice.wav'), bob: join(folder, 'bob.wav') };
    const said = join(folder, 'bob-said.wav');
    const bob = await phoneFor(
      { onTestFinished },
      {
        user: '200',
        script: {
          onCall: { kind: 'answer', afterMs: 150 },
          play: toneOf(1100, 800),
          recordHeard: () => heard.bob,
          recordSaid: () => said,
        },
      },
    );
    const alice = await phoneFor({ onTestFinished });
    const ringing = nextCall(bob);
    const call = await alice.call(bob.uri, { play: toneOf(700, 800), recordHeard: () => heard.alice });
    expect(await call.answered).toBe('answered');
    const answered = await ringing;
    await talkFor(900);
    await call.press('12#');
    await expect.poll(() => answered.digits, { timeout: 5000 }).toBe('12#');
    expect(await call.hangUp()).toEqual({ by: 'us' });
    expect(await answered.ended).toEqual({ by: 'them' });
    expect(await tonesIn(heard.bob, [700, 1100])).toEqual([700]);
    expect(await tonesIn(said, [700, 1100])).toEqual([1100]);
    expect(await tonesIn(heard.alice, [700, 1100])).toEqual([1100]);
    const times = (['invited', 'ringing', 'answered', 'ended'] as const).map(
      (name) => bob.log.events(name)[0]!.at,
    );
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(145);
    expect(alice.log.lines('out').map((line) => line.split(' ')[0])).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(alice.log.lines('in')).toEqual([
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
    ]);
    expect([alice.calls, bob.calls]).toEqual([[], []]);
  });

  test.for<[string, Reaction, number, string[]]>([
    ['busy', { kind: 'busy' }, 486, []],
    ['a refusal', { kind: 'reject', status: 603, reason: 'Decline', afterMs: 50 }, 603, []],
    ['a refusal after ringing', { kind: 'reject', status: 404, ringing: { kind: 'plain' } }, 404, ['180']],
  ])('%s', async ([, onCall, status, rung], { onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200', script: { onCall } });
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    expect(await call.answered).toBe('not-answered');
    expect(await call.ended).toEqual({ by: 'them', status });
    expect(alice.log.events('ringing').map((entry) => entry.detail)).toEqual(rung);
    expect(bob.log.events('ended').map((entry) => entry.detail)).toEqual([`us ${status}`]);
  });

  test('an invitation that expires while it rings', async ({ onTestFinished }) => {
    const bob = await phoneFor(
      { onTestFinished },
      { user: '200', script: { onCall: { kind: 'ring-only' } } },
    );
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri, { headers: [{ name: 'Expires', value: '1' }] });
    expect(await call.ended).toEqual({ by: 'them', status: 487 });
  });

  test('do not disturb, until it is switched off', async ({ onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200' });
    const alice = await phoneFor({ onTestFinished });
    bob.setDoNotDisturb('on');
    expect(await (await alice.call(bob.uri)).ended).toEqual({ by: 'them', status: 480 });
    bob.setDoNotDisturb('off');
    expect(await (await alice.call(bob.uri)).answered).toBe('answered');
  });

  test('rings until the caller gives up', async ({ onTestFinished, expect }) => {
    const bob = await phoneFor(
      { onTestFinished },
      { user: '200', script: { onCall: { kind: 'ring-only' } } },
    );
    const alice = await phoneFor({ onTestFinished });
    const ringing = nextCall(bob);
    const call = await alice.call(bob.uri);
    await expect.poll(() => alice.log.events('ringing')).toHaveLength(1);
    expect(await call.hangUp()).toEqual({ by: 'us', status: 487 });
    expect(await (await ringing).ended).toEqual({ by: 'them', status: 487 });
    expect(bob.log.events('answered')).toEqual([]);
  });

  test('a dead line does not even ring', async ({ onTestFinished, expect }) => {
    const bob = await phoneFor(
      { onTestFinished },
      { user: '200', script: { onCall: { kind: 'unresponsive' } } },
    );
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    await expect.poll(() => bob.log.events('invited')).toHaveLength(1);
    await talkFor(100);
    expect(alice.log.lines('in')).toEqual(['SIP/2.0 100 Trying']);
    await call.hangUp();
    expect(bob.log.events('ringing')).toEqual([]);
  });

  test('early media is heard before the answer', async ({ folder, onTestFinished, expect }) => {
    const ringing = { kind: 'early-media', source: toneOf(425, 5000), delivery: 'reliable' } as const;
    const bob = await phoneFor(
      { onTestFinished },
      { user: '200', script: { onCall: { kind: 'ring-only', ringing } } },
    );
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri, { headers: [{ name: 'Supported', value: '100rel' }] });
    const path = join(folder, 'early.wav');
    const recording = call.port.record({ path, channels: 1, voices: 'far-end' });
    await expect.poll(() => call.port.stats.packetsReceived, { timeout: 5000 }).toBeGreaterThan(25);
    recording.stop();
    await recording.ended;
    expect(await tonesIn(path, [425])).toEqual([425]);
    expect(alice.log.lines('in')).toContain('SIP/2.0 183 Session Progress');
    expect(alice.log.lines('out').some((line) => line.startsWith('PRACK'))).toBe(true);
    await call.hangUp();
  });

  test('hold silences the held side, resume brings it back', async ({ folder, onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200', script: { play: toneOf(900, 10_000) } });
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    await call.answered;
    const [held] = bob.calls;
    await untilHeard(call.port, 900);
    expect(await call.hold()).toBe('done');
    expect(call.state).toBe('held');
    expect(held?.port.settings.direction).toBe('recvonly');
    await talkFor(200); // What was under way has left the jitter buffer.
    const path = join(folder, 'held.wav');
    const recording = call.port.record({ path, channels: 1, voices: 'far-end' });
    await talkFor(400);
    recording.stop();
    await recording.ended;
    expect(await tonesIn(path, [900])).toEqual([]);
    expect(await call.resume()).toBe('done');
    expect(held?.port.settings.direction).toBe('sendrecv');
    await untilHeard(call.port, 900);
    expect(alice.log.events().map((entry) => entry.event)).toEqual(
      expect.arrayContaining(['held', 'resumed']) as string[],
    );
  });

  test('keys by INFO, and a key when the prompt has ended', async ({ onTestFinished, expect }) => {
    const bob = await phoneFor(
      { onTestFinished },
      {
        user: '200',
        script: { press: [{ digits: '1', when: { kind: 'after-speech', silenceMs: 200 } }] },
      },
    );
    const alice = await phoneFor({ onTestFinished });
    const ringing = nextCall(bob);
    const call = await alice.call(bob.uri, {
      press: [{ digits: '5*', when: { kind: 'after', ms: 100 }, by: 'info' }],
    });
    await call.answered;
    const answered = await ringing;
    await expect.poll(() => answered.digits, { timeout: 5000 }).toBe('5*');
    expect(call.digits).toBe('');
    const prompt = call.play(toneOf(500, 500));
    await prompt.ended;
    expect(call.digits).toBe('');
    await expect.poll(() => call.digits, { timeout: 5000 }).toBe('1');
  });

  test('hangs up when its script says so', async ({ onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200', script: { hangUpAfterMs: 200 } });
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    expect(await call.ended).toEqual({ by: 'them' });
    const [answered, ended] = (['answered', 'ended'] as const).map((name) => bob.log.events(name)[0]!.at);
    expect(ended! - answered!).toBeGreaterThanOrEqual(195);
  });

  test('asks for blind and attended transfers', async ({ onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200' });
    const carol = await phoneFor({ onTestFinished }, { user: '300' });
    const alice = await phoneFor({ onTestFinished });
    const [first, second] = await Promise.all([alice.call(bob.uri), alice.call(carol.uri)]);
    await Promise.all([first.answered, second.answered]);
    // A phone takes no REFER: what matters is what was asked of the switch.
    expect(await first.transfer('sip:400@127.0.0.1')).toBe('refused');
    expect(await first.transfer(second)).toBe('refused');
    const asked = bob.log.entries.flatMap((entry) =>
      entry.kind === 'message' && entry.line.startsWith('REFER')
        ? entry.message.headers.filter((header) => header.name === 'Refer-To').map((header) => header.value)
        : [],
    );
    expect(asked[0]).toBe('<sip:400@127.0.0.1>');
    expect(decodeURIComponent(asked[1]!)).toMatch(
      new RegExp(`^<sip:300@.*\\?Replaces=${second.callId};to-tag=[^;]+;from-tag=[^;]+>$`),
    );
  });

  test('writes its log line by line as things happen', async ({ folder, onTestFinished, expect }) => {
    const logPath = join(folder, 'bob.jsonl');
    const bob = await phoneFor(
      { onTestFinished },
      { user: '200', logPath, script: { onCall: { kind: 'ring-only' } } },
    );
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    await expect.poll(() => alice.log.events('ringing')).toHaveLength(1);
    const entries = (await readFile(logPath, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogEntry);
    expect(entries).toEqual(JSON.parse(JSON.stringify(bob.log.entries)));
    expect(entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []))).toEqual([
      'invited',
      'ringing',
    ]);
    await call.hangUp();
  });

  test('codecs: what one side prefers and both can', async ({ onTestFinished }) => {
    const bob = await phoneFor({ onTestFinished }, { user: '200', codecs: ['PCMA'] });
    const alice = await phoneFor({ onTestFinished });
    const call = await alice.call(bob.uri);
    await call.answered;
    expect(call.port.settings).toMatchObject({ codec: 'PCMA', payloadType: 8, dtmfPayloadType: 101 });
    const carol = await phoneFor({ onTestFinished }, { codecs: ['PCMU'] });
    expect(await (await carol.call(bob.uri)).ended).toEqual({ by: 'them', status: 488 });
  });

  test('registers with digest, and is called through what it registered', async ({ onTestFinished }) => {
    const registrar = await openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });
    onTestFinished(() => registrar.close());
    const bindings: { readonly contact: string; readonly expires: string }[] = [];
    registrar.onRequest((request) => {
      const authorization = headerOf(request, 'Authorization') ?? '';
      const isProven = /username="200"/.test(authorization) && /response="[0-9a-f]{32}"/.test(authorization);
      if (!isProven)
        return {
          status: 401,
          headers: [{ name: 'WWW-Authenticate', value: 'Digest realm="test", nonce="once", algorithm=MD5' }],
        };
      bindings.push({
        contact: headerOf(request, 'Contact') ?? '',
        expires: headerOf(request, 'Expires') ?? '',
      });
      return { status: 200 };
    });
    const { port } = registrar.stack.locals[0]!;
    const bob = await openPhone({
      user: '200',
      credentials: { username: '200', password: 'a secret of this test' },
      account: { registrar: `sip:127.0.0.1:${port}`, expiresSeconds: 60 },
    });
    expect(await bob.registered).toBe(200);
    expect(bindings).toEqual([{ contact: `<${bob.uri}>`, expires: '60' }]);
    const alice = await phoneFor({ onTestFinished });
    expect(await (await alice.call(bindings[0]!.contact.slice(1, -1))).answered).toBe('answered');
    await bob.close();
    expect(bindings.at(-1)?.expires).toBe('0');
  });

  test('many calls leave nothing behind', async ({ media, onTestFinished, expect }) => {
    const script = { onCall: { kind: 'answer' }, hangUpAfterMs: 50 } as const;
    const bob = await phoneFor({ onTestFinished }, { user: '200', media, script });
    const alice = await phoneFor({ onTestFinished }, { media });
    for (let round = 0; round < 5; round += 1) {
      const calls = await Promise.all(Array.from({ length: 20 }, () => alice.call(bob.uri)));
      expect(new Set((await Promise.all(calls.map((call) => call.ended))).map((end) => end.by))).toEqual(
        new Set(['them']),
      );
    }
    expect(bob.log.events('answered')).toHaveLength(100);
    await expect.poll(() => media.portCount).toBe(0);
    expect([alice.calls, bob.calls]).toEqual([[], []]);
  });
});
