/** SRTP: the test vectors of RFC 3711, another library as a counterpart, and packets that come wrong. */
import fc from 'fast-check';
import { ProtectionProfileAes128CmHmacSha1_80, SrtcpSession, SrtpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import { counterMode, packetIv, sessionKeys } from '../../src/media/srtp/session-keys.js';
import { SrtcpStream } from '../../src/media/srtp/srtcp-stream.js';
import { SrtpStream } from '../../src/media/srtp/srtp-stream.js';
import { asAvp, asSavp, cryptoLine, readCrypto } from '../../src/wire/sdp-crypto.js';

const MASTER = Buffer.from('E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6', 'hex');

function packet(sequence: number, body = 'voice', ssrc = 0x1234abcd): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(sequence * 160, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, Buffer.from(body)]);
}

describe('RFC 3711', () => {
  it('B.2: AES in counter mode', () => {
    const key = Buffer.from('2B7E151628AED2A6ABF7158809CF4F3C', 'hex');
    const salt = Buffer.from('F0F1F2F3F4F5F6F7F8F9FAFBFCFD', 'hex');
    expect(
      counterMode(key, packetIv(salt, 0, 0, 0), Buffer.alloc(48))
        .toString('hex')
        .toUpperCase(),
    ).toBe(
      'E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0',
    );
  });

  it('B.3: session keys', () => {
    const { cipher, salt, auth } = sessionKeys(MASTER);
    const hex = (bytes: Buffer) => bytes.toString('hex').toUpperCase();
    expect(hex(cipher)).toBe('C61E7A93744F39EE10734AFE3FF7A087');
    expect(hex(salt)).toBe('30CBBC08863D8C85D49DB34A9AE1');
    expect(hex(auth)).toBe('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4');
  });
});

describe('a stream', () => {
  const session = () =>
    new SrtpSession({
      keys: {
        localMasterKey: MASTER.subarray(0, 16),
        localMasterSalt: MASTER.subarray(16),
        remoteMasterKey: MASTER.subarray(0, 16),
        remoteMasterSalt: MASTER.subarray(16),
      },
      profile: ProtectionProfileAes128CmHmacSha1_80,
    });

  it('speaks with another library, round the end of the sequence', () => {
    const [ours, theirs] = [new SrtpStream(MASTER), session()];
    for (let sequence = 65_530; sequence < 65_545; sequence += 1) {
      const plain = packet(sequence);
      const sealed = ours.protect(plain);
      expect(sealed.includes('voice')).toBe(false);
      expect(Buffer.from(theirs.decrypt(sealed))).toEqual(plain);
    }
  });

  it('gives back what was sealed, in any order within its window, each packet once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 60 }),
        (first, jitter) => {
          const [sender, receiver] = [new SrtpStream(MASTER), new SrtpStream(MASTER)];
          const sealed = jitter.map((_, index) => sender.protect(packet(first + index, `frame ${index}`)));
          const order = [...jitter.keys()].sort((a, b) => a + (jitter[a] ?? 0) - b - (jitter[b] ?? 0));
          // The first to come fixes the counter: it must not be from beyond the wrap.
          fc.pre(first + (order[0] ?? 0) <= 65_535);
          for (const index of order) {
            const opened = receiver.unprotect(sealed[index] ?? Buffer.alloc(0));
            expect(opened).toEqual(packet(first + index, `frame ${index}`));
          }
          for (const again of sealed) expect(receiver.unprotect(again)).toBeUndefined();
        },
      ),
    );
  });

  it('takes nothing that was changed, cut, or sealed by another key', () => {
    const sealed = new SrtpStream(MASTER).protect(packet(1));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: sealed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, bits) => {
          const changed = Buffer.from(sealed);
          changed[at] = (changed[at] ?? 0) ^ bits;
          expect(new SrtpStream(MASTER).unprotect(changed)).toBeUndefined();
        },
      ),
    );
    for (let length = 0; length < sealed.length; length += 1)
      expect(new SrtpStream(MASTER).unprotect(sealed.subarray(0, length))).toBeUndefined();
    expect(new SrtpStream(Buffer.alloc(30, 7)).unprotect(sealed)).toBeUndefined();
  });

  it('leaves contributing sources and the extension readable', () => {
    const head = Buffer.from('910000050000000000000001000000aabede000100000000', 'hex');
    const sealed = new SrtpStream(MASTER).protect(Buffer.concat([head, Buffer.from('voice')]));
    expect(sealed.subarray(0, head.length)).toEqual(head);
    expect(new SrtpStream(MASTER).unprotect(sealed)?.subarray(head.length).toString()).toBe('voice');
  });
});

describe('a stream of reports', () => {
  const report = (text: string) => {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x80c9, 0);
    head.writeUInt32BE(0x1234abcd, 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };

  it('speaks with another library, both ways', () => {
    const keys = {
      localMasterKey: MASTER.subarray(0, 16),
      localMasterSalt: MASTER.subarray(16),
      remoteMasterKey: MASTER.subarray(0, 16),
      remoteMasterSalt: MASTER.subarray(16),
    };
    const theirs = new SrtcpSession({ keys, profile: ProtectionProfileAes128CmHmacSha1_80 });
    const ours = new SrtcpStream(MASTER);
    for (const text of ['lost 1', 'lost 2', 'lost 3']) {
      const sealed = ours.protect(report(text));
      expect(sealed.includes('lost')).toBe(false);
      expect(Buffer.from(theirs.decrypt(sealed))).toEqual(report(text));
      expect(ours.unprotect(theirs.encrypt(report(text)))).toEqual(report(text));
    }
  });

  it('takes nothing twice, changed or cut', () => {
    const sealed = new SrtcpStream(MASTER).protect(report('lost 1'));
    const receiver = new SrtcpStream(MASTER);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(receiver.unprotect(changed)).toBeUndefined();
      expect(receiver.unprotect(sealed.subarray(0, at))).toBeUndefined();
    }
    expect(receiver.unprotect(sealed)).toEqual(report('lost 1'));
    expect(receiver.unprotect(sealed)).toBeUndefined();
  });
});

describe('keys in the SDP', () => {
  const key = MASTER.toString('base64');
  const sdp = (lines: string) => `v=0\r\nm=audio 9 RTP/SAVP 0\r\n${lines}\r\na=ptime:20\r\n`;

  it.each([
    [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`, '1'],
    [`a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31`, '7'],
    [
      `a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:${key}\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:${key}`,
      '2',
    ],
    [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31|1:4`, undefined],
    ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short', undefined],
  ])('%s', (lines, tag) => {
    expect(readCrypto(sdp(lines))?.tag).toBe(tag);
  });

  it('are written as they are read, and the profile changes both ways', () => {
    const text = sdp(cryptoLine({ tag: '3', key }));
    expect(readCrypto(text)).toEqual({ tag: '3', key });
    expect(asAvp(text)).toContain('m=audio 9 RTP/AVP 0');
    expect(asSavp(asAvp(text))).toBe(text);
  });
});
