/** Prompts and recordings by HTTP, for a media server that shares no folder with the controller (mod_http_cache). */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFileLinks } from '../../src/http/file-links.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { toneShare, usualToneShare } from '../support/switch/rtp-line.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import { kind, missingServers, openTestSwitch, signalOf, until } from '../support/switch/test-switch.js';
import type { TestSwitch } from '../support/switch/test-switch.js';
import { readStereo, writeTone } from '../support/switch/tone-file.js';

const missing = kind === 'external' ? missingServers() : 'the embedded switch shares our folders';

describe.skipIf(missing !== undefined)(`switch files by HTTP (${missing ?? kind})`, () => {
  let http: HttpBed;
  let bed: TestSwitch;
  let anna: TestPhone;
  let ben: TestPhone;

  beforeAll(async () => {
    const port = await freePort();
    const links = createFileLinks(`http://127.0.0.1:${port}`, randomUUID());
    http = await openHttpBed({ fileLinks: links });
    await http.server.listen({ host: '127.0.0.1', port });
    bed = await openTestSwitch({
      files: {
        mode: 'http',
        promptUrl: (path) => links.url('prompts', path),
        recordingUrl: (path) => links.url('recordings', path),
        arrivalMs: 5000,
      },
    });
    [anna, ben] = [await openTestPhone({ user: 'anna' }), await openTestPhone({ user: 'ben' })];
  });
  afterEach(() => bed.cleanUp());
  afterAll(async () => {
    await Promise.all([anna.close(), ben.close()]);
    await bed.close();
    await http.close();
  });

  const talk = async (phone: TestPhone) => {
    const leg = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    const call = await phone.answer(await phone.nextCall());
    await signalOf(leg, 'answered');
    return { leg, call };
  };

  it('plays a prompt that only the controller has, also in a gather', async () => {
    const { leg, call } = await talk(anna);
    const prompt = join(http.directory, 'prompt.wav');
    await writeTone(prompt, 700, 1);
    const played = leg.play([{ kind: 'file', path: prompt }]);
    await until('the prompt is heard', () => toneShare(call.line.heard, 700) > 0.8);
    expect(await played.outcome).toMatchObject({ kind: 'played' });
    const gathering = leg.gather({
      items: [{ kind: 'file', path: prompt }],
      minDigits: 1,
      maxDigits: 1,
      timeoutMs: 2000,
      interDigitMs: 500,
      terminators: '',
    });
    await until('the prompt is heard again', () => toneShare(call.line.heard, 700) > 0.8);
    await call.line.press('1');
    expect(await gathering.outcome).toEqual({ kind: 'digits', digits: '1' });
  });

  it('receives a recording whole', async () => {
    const [one, two] = [await talk(anna), await talk(ben)];
    one.call.line.say(440);
    two.call.line.say(1000);
    one.leg.bridge(two.leg);
    const path = join(http.directory, 'recordings', 'talk.wav');
    await until('anna hears ben', () => toneShare(one.call.line.heard, 1000) > 0.8);
    const recording = one.leg.record({ path, startedAt: Date.now() });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    recording.stop();
    expect(await recording.outcome).toMatchObject({ kind: 'ready', path, channels: 2, sampleRate: 8000 });
    const [left, right] = await readStereo(path);
    expect(usualToneShare(left, 440)).toBeGreaterThan(0.8);
    expect(usualToneShare(right, 1000)).toBeGreaterThan(0.8);
  });

  it('says that a prompt is missing', async () => {
    const { leg } = await talk(anna);
    const path = join(http.directory, 'none.wav');
    expect(await leg.play([{ kind: 'file', path }]).outcome).toEqual({ kind: 'file-missing', path });
  });
});
