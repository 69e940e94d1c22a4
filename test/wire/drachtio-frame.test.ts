// Frames of the drachtio control connection, in any cut of the stream.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDrachtioFrameReader, encodeDrachtioFrame } from '../../src/wire/drachtio-frame.js';

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const payloads = fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 6 });
    fc.assert(
      fc.property(payloads, fc.array(fc.nat({ max: 40 }), { maxLength: 40 }), (texts, cuts) => {
        const reader = createDrachtioFrameReader();
        let rest = Buffer.concat(texts.map(encodeDrachtioFrame));
        const got: string[] = [];
        for (const cut of [...cuts, rest.length]) {
          got.push(...reader.push(rest.subarray(0, cut)).frames);
          rest = rest.subarray(cut);
        }
        got.push(...reader.push(rest).frames);
        expect(got).toEqual(texts);
      }),
    );
  });

  it('count bytes, not characters', () => {
    expect(encodeDrachtioFrame('€').toString()).toBe('3#€');
  });

  it('of 99999 bytes pass', () => {
    const payload = 'x'.repeat(99_999);
    expect(createDrachtioFrameReader().push(encodeDrachtioFrame(payload))).toEqual({ frames: [payload] });
  });

  it.each(['123456#', '1234567', '12x#', '#', 'abc'])(
    '%j ends the connection, after the frames before it',
    (bad) => {
      const reader = createDrachtioFrameReader();
      expect(reader.push(Buffer.from(`2#ok${bad}`))).toEqual({ frames: ['ok'], fault: 'length' });
      expect(reader.push(Buffer.from('2#ok'))).toEqual({ frames: [] });
    },
  );

  it('never throw on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void createDrachtioFrameReader().push(bytes)));
  });
});
