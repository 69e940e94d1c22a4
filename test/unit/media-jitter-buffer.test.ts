import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { JitterBuffer } from '../../src/media/jitter-buffer.js';
import { encodeG711, MU_LAW } from '../../src/wire/g711.js';

const FRAME = 160;

/** Packet k carries the constant level of code k: what comes out tells which packet it was. */
function payload(packet: number, length = FRAME): Uint8Array {
  return new Uint8Array(length).fill(0x80 + (packet % 64));
}

function write(
  buffer: JitterBuffer,
  packet: number,
  options: { start?: number; length?: number } = {},
): void {
  const { start = 0, length = FRAME } = options;
  buffer.write((start + packet * length) >>> 0, MU_LAW.decode, payload(packet, length), 0, length);
}

/** Packet numbers in the order they are heard, silence left out. */
function readAll(buffer: JitterBuffer, frames: number): number[] {
  const frame = new Int16Array(FRAME);
  const heard: number[] = [];
  for (let index = 0; index < frames; index += 1) {
    if (buffer.read(frame) === 'nothing' || frame[0] === 0) continue;
    const code = new Uint8Array(FRAME);
    encodeG711(MU_LAW, frame, code);
    heard.push(code[0]! - 0x80);
  }
  return heard;
}

describe('jitter buffer', () => {
  test.prop([fc.nat(0xffff_ffff), fc.shuffledSubarray([0, 1, 2], { minLength: 3 })])(
    'puts three packets in order whatever the timestamp they begin with',
    (start, order) => {
      const buffer = new JitterBuffer();
      for (const packet of order) write(buffer, packet, { start });
      expect(readAll(buffer, 10).filter((each, index, all) => all.indexOf(each) === index)).toEqual(
        // What is older than the two packets of delay before the first to come is too late.
        [0, 1, 2].filter((packet) => packet >= order[0]! - 2),
      );
    },
  );

  test('gives out the first packet after 40 ms, and each once when doubled', () => {
    const buffer = new JitterBuffer();
    const heard: number[][] = [];
    for (let tick = 0; tick < 8; tick += 1) {
      if (tick < 5) write(buffer, tick);
      if (tick < 5) write(buffer, tick);
      heard.push(readAll(buffer, 1));
    }
    expect(heard).toEqual([[], [], [0], [1], [2], [3], [4], []]);
  });

  test('plays silence for a lost packet and keeps the time of the others', () => {
    const buffer = new JitterBuffer();
    const heard: number[][] = [];
    for (let tick = 0; tick < 8; tick += 1) {
      if (tick < 5 && tick !== 2) write(buffer, tick);
      heard.push(readAll(buffer, 1));
    }
    expect(heard).toEqual([[], [], [0], [1], [], [3], [4], []]);
  });

  test('cuts a burst back to at most 60 ms of delay', () => {
    const buffer = new JitterBuffer();
    for (let packet = 0; packet < 9; packet += 1) write(buffer, packet);
    const heard = readAll(buffer, 9);
    expect(heard.at(-1)).toBe(8);
    expect(heard.length).toBeLessThanOrEqual(4);
  });

  test.prop([fc.constantFrom(80, 240, 320, 480)])('takes packets of %i samples', (length) => {
    const buffer = new JitterBuffer();
    const frame = new Int16Array(FRAME);
    let voiced = 0;
    let written = 0;
    for (let tick = 0; tick < 60; tick += 1) {
      for (; written * length <= tick * FRAME; written += 1) write(buffer, written, { length });
      if (buffer.read(frame) === 'audio' && frame.every((sample) => sample !== 0)) voiced += 1;
    }
    expect(voiced).toBeGreaterThanOrEqual(57);
  });

  test('starts anew when the sender begins another timeline', () => {
    const buffer = new JitterBuffer();
    write(buffer, 0, { start: 1_000_000 });
    write(buffer, 1, { start: 5000 });
    expect(readAll(buffer, 4)).toEqual([1]);
  });

  test.prop([fc.array(fc.tuple(fc.nat(0xffff_ffff), fc.nat(600)), { maxLength: 40 })])(
    'survives any packets',
    (packets) => {
      const buffer = new JitterBuffer();
      const frame = new Int16Array(FRAME);
      for (const [timestamp, length] of packets) {
        buffer.write(timestamp, MU_LAW.decode, new Uint8Array(length), 0, length);
        buffer.read(frame);
      }
      for (let tick = 0; tick < 20; tick += 1) buffer.read(frame);
      expect(buffer.read(frame)).toBe('nothing');
    },
  );
});
