// Unmodified drachtio-fsmrf against the look-alike, through the drachtio look-alike, with real RTP on the far side.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBed, type Bed, type FsmrfEndpoint, type Phone } from '../support/freeswitch/fsmrf.js';
import { writeSounds } from '../support/freeswitch/sounds.js';

let bed: Bed;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fsmrf-'));
  writeSounds(folder);
  bed = await openBed();
});

afterEach(async () => {
  await nothingLeft(bed);
  await bed.close();
  rmSync(folder, { recursive: true });
});

async function nothingLeft({ freeSwitch }: Bed): Promise<void> {
  await vi.waitFor(() => {
    const { channels, outboundConnections, rtpPorts } = freeSwitch.stats();
    expect({ channels, outboundConnections, rtpPorts }).toEqual({
      channels: 0,
      outboundConnections: 0,
      rtpPorts: 0,
    });
  }, 3000);
}

async function legs(count: number): Promise<{ readonly phone: Phone; readonly endpoint: FsmrfEndpoint }[]> {
  const made = [];
  for (let index = 0; index < count; index += 1) {
    const phone = await bed.phone();
    made.push({ phone, endpoint: await bed.endpoint(phone) });
  }
  return made;
}

const A_VOICE = 0x11;
const B_VOICE = 0x22;

describe('an endpoint', () => {
  it('is made from an SDP and destroyed', async () => {
    const [leg] = await legs(1);
    expect(leg!.endpoint.local.sdp).toContain('m=audio');
    expect(await bed.admin.api(`uuid_exists ${leg!.endpoint.uuid}`)).toBe('true');
    await leg!.endpoint.destroy();
  });

  it('is made without an SDP (3pcc) and modified to a real one', async () => {
    const endpoint = await bed.media.createEndpoint();
    expect(endpoint.local.sdp).toContain('m=audio');
    const phone = await bed.phone();
    await endpoint.modify(phone.sdp);
    await vi.waitFor(() => expect(phone.farEnd.heard.length).toBeGreaterThan(5));
    await endpoint.destroy();
  });

  it('plays a file, a list, and says that a file is missing', async () => {
    const [leg] = await legs(1);
    const { endpoint, phone } = leg!;
    const starts: string[] = [];
    endpoint.on('playback-start', ({ file }) => starts.push(file ?? ''));
    expect(await endpoint.play(join(folder, 'short.wav'))).toMatchObject({
      playbackSeconds: '1',
      playbackMilliseconds: '1000',
    });
    expect(phone.farEnd.heard.length).toBeGreaterThan(40);
    await endpoint.play(['silence_stream://100', join(folder, 'short.wav')]);
    expect(starts).toEqual([join(folder, 'short.wav'), 'silence_stream://100', join(folder, 'short.wav')]);
    await expect(endpoint.play(join(folder, 'none.wav'))).rejects.toThrow();
    await endpoint.destroy();
  });

  it('collects the digits of a real phone', async () => {
    const [leg] = await legs(1);
    const { endpoint, phone } = leg!;
    const seen: string[] = [];
    endpoint.on('dtmf', ({ dtmf, duration, source }) =>
      seen.push(`${dtmf ?? ''} ${duration ?? ''} ${source ?? ''}`),
    );
    const collected = endpoint.playCollect({
      file: join(folder, 'long.wav'),
      min: 1,
      max: 4,
      timeout: 3000,
      terminators: '#',
    });
    await vi.waitFor(() => expect(phone.farEnd.heard.length).toBeGreaterThan(10));
    for (const digit of '12#') await phone.farEnd.press(digit);
    expect(await collected).toMatchObject({ digits: '12', terminatorUsed: '#' });
    expect(seen).toEqual(['1 960 RTP', '2 960 RTP', '# 960 RTP']);
    await endpoint.destroy();
  });

  it('takes digits by SIP INFO', async () => {
    const [leg] = await legs(1);
    const { endpoint } = leg!;
    const seen = new Promise<string | undefined>((resolve) => {
      endpoint.on('dtmf', ({ dtmf }) => resolve(dtmf));
    });
    // The library subscribes to events after createEndpoint has settled.
    await endpoint.set({ subscribed: 'yes' });
    await endpoint.dialog.request({
      method: 'INFO',
      headers: { 'Content-Type': 'application/dtmf-relay' },
      body: 'Signal=7\r\nDuration=160\r\n',
    });
    expect(await seen).toBe('7');
    await endpoint.destroy();
  });

  it('keeps variables of any text', async () => {
    const [leg] = await legs(1);
    await leg!.endpoint.set({ plain: '1', weird: '50% of: ü €' });
    expect(await leg!.endpoint.getChannelVariables(true)).toMatchObject({
      variable_plain: '1',
      variable_rtp_audio_in_packet_count: expect.anything() as unknown,
    });
    expect(await bed.admin.api(`uuid_getvar ${leg!.endpoint.uuid} weird`)).toBe('50% of: ü €');
    await leg!.endpoint.destroy();
  });

  it('records both sides of a talk, one on each channel', async () => {
    const [a, b] = await legs(2);
    const path = join(folder, 'talk.wav');
    a!.phone.farEnd.speak(A_VOICE);
    b!.phone.farEnd.speak(B_VOICE);
    await a!.endpoint.bridge(b!.endpoint);
    await vi.waitFor(() => expect(a!.phone.farEnd.share(B_VOICE, 5)).toBe(1), 3000);
    await a!.endpoint.set({ RECORD_STEREO: 'true' });
    await a!.endpoint.recordSession(path);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await bed.admin.api(`uuid_record ${a!.endpoint.uuid} stop ${path}`)).toBe('+OK Success\n');
    const file = readFileSync(path);
    expect(file.readUInt16LE(22)).toBe(2);
    const seconds = (file.length - 44) / 4 / 8000;
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(2);
    const samples = Array.from(
      { length: Math.floor((file.length - 44) / 4) },
      (_, index) => [file.readInt16LE(44 + index * 4), file.readInt16LE(46 + index * 4)] as const,
    );
    const both = samples.filter(([left, right]) => left !== 0 && right !== 0);
    expect(both.length).toBeGreaterThan(samples.length / 2);
    expect(both.every(([left, right]) => left !== right)).toBe(true);
    await Promise.all([a!.endpoint.destroy(), b!.endpoint.destroy()]);
  });

  it('hears the other leg while bridged, and not after', async () => {
    const [a, b] = await legs(2);
    a!.phone.farEnd.speak(A_VOICE);
    b!.phone.farEnd.speak(B_VOICE);
    await a!.endpoint.bridge(b!.endpoint);
    await vi.waitFor(() => {
      expect(a!.phone.farEnd.share(B_VOICE, 10)).toBe(1);
      expect(b!.phone.farEnd.share(A_VOICE, 10)).toBe(1);
    }, 3000);
    await a!.endpoint.unbridge();
    await vi.waitFor(() => expect(b!.phone.farEnd.share(A_VOICE, 10)).toBe(0), 3000);
    expect(await b!.endpoint.play(join(folder, 'short.wav'))).toMatchObject({ playbackSeconds: '1' });
    await Promise.all([a!.endpoint.destroy(), b!.endpoint.destroy()]);
  });

  it('listens to a talk until it is killed', async () => {
    const [a, b, c] = await legs(3);
    a!.phone.farEnd.speak(A_VOICE);
    await a!.endpoint.bridge(b!.endpoint);
    await vi.waitFor(() => expect(b!.phone.farEnd.share(A_VOICE, 5)).toBe(1), 3000);
    void c!.endpoint.execute('eavesdrop', a!.endpoint.uuid);
    await vi.waitFor(() => expect(c!.phone.farEnd.share(A_VOICE, 5)).toBe(1), 3000);
    const gone = new Promise<void>((resolve) => {
      c!.endpoint.dialog.on('destroy', resolve);
    });
    expect(await bed.admin.api(`uuid_kill ${c!.endpoint.uuid}`)).toBe('+OK\n');
    await gone;
    expect(b!.phone.farEnd.share(A_VOICE, 5)).toBe(1);
    await Promise.all([a!.endpoint.destroy(), b!.endpoint.destroy()]);
  });

  it('is made and destroyed a hundred times without a rest', async () => {
    for (let round = 0; round < 10; round += 1) {
      const made = await legs(10);
      await Promise.all(made.map(({ endpoint }) => endpoint.destroy()));
    }
    expect(bed.freeSwitch.stats().sessionsSinceStart).toBe(100);
  });
});

describe('limits', () => {
  it('refuses endpoints beyond max-sessions with 503', async () => {
    await bed.close();
    bed = await openBed({ maxSessions: 1 });
    const [leg] = await legs(1);
    await expect(bed.endpoint(await bed.phone())).rejects.toMatchObject({ status: 503 });
    await leg!.endpoint.destroy();
  });

  it('refuses endpoints beyond sessions-per-second with 503', async () => {
    await bed.close();
    bed = await openBed({ sessionsPerSecond: 0 });
    await expect(bed.endpoint(await bed.phone())).rejects.toMatchObject({ status: 503 });
  });

  it('ends a channel that hears nothing for the media timeout', async () => {
    await bed.close();
    bed = await openBed({ mediaTimeoutSeconds: 1 });
    const [leg] = await legs(1);
    await bed.admin.command('event json CHANNEL_HANGUP');
    const destroyed = new Promise<void>((resolve) => {
      leg!.endpoint.dialog.on('destroy', resolve);
    });
    expect(await bed.admin.event('CHANNEL_HANGUP')).toMatchObject({ 'Hangup-Cause': 'MEDIA_TIMEOUT' });
    await destroyed;
  });
});
