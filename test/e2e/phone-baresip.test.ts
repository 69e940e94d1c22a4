/** The phone and the media room against baresip, which shares no code with them: the calls and the sound of both. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ToneStore } from '../../src/media/tone-store.js';
import type { PhoneCall } from '../../src/phone/api.js';
import { writeWavHeader } from '../../src/wire/wav-header.js';
import { phoneFor, tonesIn } from '../support/media/phones.js';
import { mediaTest as test, toneOf, untilHeard } from '../support/media/scratch.js';

const MODULES = ['/usr/lib/baresip/modules', '/usr/local/lib/baresip/modules'].find((path) =>
  existsSync(path),
);
const isInstalled = MODULES !== undefined && spawnSync('baresip', ['-h']).error === undefined;

/** Its microphone is a tone in a file; what it says and hears it writes to files of its own naming. */
async function configure(folder: string, frequency: number): Promise<void> {
  const tone = new ToneStore().render(toneOf(frequency, 15_000).spec)!.samples;
  const header = writeWavHeader({ sampleRate: 8000, channels: 1, dataBytes: tone.byteLength });
  const microphone = join(folder, 'microphone.wav');
  await writeFile(microphone, Buffer.concat([header, Buffer.from(tone.buffer)]));
  const lines = [
    'sip_listen 127.0.0.1:0',
    'net_interface 127.0.0.1',
    `audio_source aufile,${microphone}`,
    `snd_path ${folder}`,
    `module_path ${MODULES ?? ''}`,
    ...['g711', 'account', 'aufile', 'sndfile', 'menu'].map((name) => `module ${name}.so`),
  ];
  await writeFile(join(folder, 'config'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'contacts'), '');
  await writeFile(join(folder, 'accounts'), '<sip:baresip@127.0.0.1>;regint=0;audio_codecs=PCMA\n');
}

function dial(folder: string, uri: string): ChildProcess {
  return spawn('baresip', ['-f', folder, '-e', `/dial ${uri}`, '-t', '20'], { stdio: 'ignore' });
}

describe.skipIf(!isInstalled)('phone and baresip', { retry: 2 }, () => {
  test('hear each other in A-law, and the phone ends the call', async ({ folder, onTestFinished }) => {
    await configure(folder, 440);
    const heardPath = join(folder, 'phone-heard.wav');
    const phone = await phoneFor(
      { onTestFinished },
      { user: '200', script: { play: toneOf(1000, 20_000), recordHeard: () => heardPath } },
    );
    const calling = new Promise<PhoneCall>((resolve) => {
      phone.onCall(resolve);
    });
    const baresip = dial(folder, phone.uri);
    onTestFinished(async () => {
      if (baresip.exitCode === null && baresip.kill('SIGKILL')) await once(baresip, 'exit');
    });
    const call = await calling;
    expect(await call.answered).toBe('answered');
    await untilHeard(call.port, 440);
    expect(call.port.settings).toMatchObject({ codec: 'PCMA', payloadType: 8 });
    await expect.poll(() => call.port.stats.packetsSent, { timeout: 5000 }).toBeGreaterThan(50);
    expect(await call.hangUp()).toEqual({ by: 'us' });
    expect(await tonesIn(heardPath, [440, 1000])).toEqual([440]);
    baresip.kill('SIGTERM');
    await once(baresip, 'exit');
    const heardByBaresip = (await readdir(folder)).find((name) => name.endsWith('-dec.wav'));
    expect(await tonesIn(join(folder, heardByBaresip!), [440, 1000])).toEqual([1000]);
  });
});
