// Digest against the examples of RFC 2617 §3.5 and RFC 7616 §3.9.1, and our two sides against each other.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerChallenge,
  challenge,
  digestHa1,
  digestResponse,
  parseAnswer,
  parseChallenge,
  verifyDigest,
} from '../../src/sip/digest.js';

const RFC7616 = {
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  uri: '/dir/index.html',
  qop: 'auth',
  nonceCount: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
} as const;

describe('digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('RFC 7616 example with %s', (algorithm, expected) => {
    const ha1 = digestHa1({
      username: 'Mufasa',
      realm: 'http-auth@example.org',
      password: 'Circle of Life',
      algorithm,
    });
    expect(digestResponse({ ...RFC7616, algorithm }, ha1, 'GET')).toBe(expected);
  });

  it('RFC 2617 example', () => {
    const ha1 = digestHa1({
      username: 'Mufasa',
      realm: 'testrealm@host.com',
      password: 'Circle Of Life',
      algorithm: 'MD5',
    });
    const answer = {
      ...RFC7616,
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      cnonce: '0a4f113b',
      algorithm: 'MD5',
    } as const;
    expect(digestResponse(answer, ha1, 'GET')).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('is accepted by the side that asked, and only with the right password, method and fields', () => {
    const algorithm = fc.constantFrom('MD5', 'SHA-256', 'SHA-512-256');
    const qop = fc.constantFrom('auth', 'none');
    fc.assert(
      fc.property(
        algorithm,
        qop,
        fc.string(),
        fc.string({ minLength: 1 }),
        (each, wanted, realm, password) => {
          const asked = challenge({
            realm,
            nonce: 'n"1',
            algorithm: each,
            qop: wanted,
            stale: 'no',
            opaque: 'o',
          });
          const use = { credentials: { username: 'ü "1"', password }, cnonce: 'c' };
          const answer = parseAnswer(answerChallenge([asked], { method: 'INVITE', uri: 'sip:a@b' }, use)!)!;
          const ha1 = digestHa1({ ...use.credentials, realm, algorithm: each });
          expect(answer).toMatchObject({ realm, username: 'ü "1"', nonce: 'n"1' });
          expect(verifyDigest(answer, { ha1, method: 'INVITE' })).toBe(true);
          expect(verifyDigest(answer, { ha1, method: 'BYE' })).toBe(false);
          expect(verifyDigest({ ...answer, nonce: 'other' }, { ha1, method: 'INVITE' })).toBe(false);
          const wrong = digestHa1({ username: 'ü "1"', password: `${password}x`, realm, algorithm: each });
          expect(verifyDigest(answer, { ha1: wrong, method: 'INVITE' })).toBe(false);
        },
      ),
    );
  });

  it('takes the first challenge that it knows (RFC 8760)', () => {
    const offers = [
      'Digest realm="r", nonce="n", algorithm=SHA-1024',
      'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int"',
      'Digest realm="r", nonce="n"',
    ];
    const value = answerChallenge(
      offers,
      { method: 'INVITE', uri: 'sip:a' },
      { credentials: { username: 'u', password: 'p' }, cnonce: 'c' },
    );
    expect(parseAnswer(value!)).toMatchObject({ algorithm: 'SHA-256', qop: 'auth' });
  });

  it.each(['', 'Basic realm="x"', 'Digest realm="r"', 'Digest realm="r", nonce="n", qop="auth-int"'])(
    'cannot answer %j',
    (value) => {
      expect(parseChallenge(value)).toBeUndefined();
    },
  );

  it('never throws on what a peer may send', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        parseChallenge(`Digest ${text}`);
        parseAnswer(`Digest ${text}`);
      }),
    );
  });
});
