import { describe, expect, it } from 'vitest';
import {
  answerChallenges,
  digestResponse,
  ha1Of,
  parseChallenges,
  parseDigest,
} from '../../../src/switch/phones/digest.js';

describe('digest', () => {
  it('computes the example of RFC 2617 §3.5', () => {
    const ha1 = ha1Of('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
    const qop = { name: 'auth', nc: '00000001', cnonce: '0a4f113b' };
    const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
    expect(digestResponse({ algorithm: 'MD5', ha1, method: 'GET', uri: '/dir/index.html', nonce, qop })).toBe(
      '6629fae49393a05397450978507c4ef1',
    );
  });

  it('computes the SHA-256 example of RFC 7616 §3.9.1', () => {
    const ha1 = ha1Of('SHA-256', 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    const qop = { name: 'auth', nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' };
    const nonce = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
    expect(
      digestResponse({ algorithm: 'SHA-256', ha1, method: 'GET', uri: '/dir/index.html', nonce, qop }),
    ).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
  });

  it('reads quoted and bare parameters and refuses other schemes', () => {
    expect(parseDigest('DIGEST realm="a, b", nonce=x,qop="auth,auth-int" , stale=FALSE')).toEqual({
      realm: 'a, b',
      nonce: 'x',
      qop: 'auth,auth-int',
      stale: 'FALSE',
    });
    expect(parseDigest('Basic realm="x"')).toBeUndefined();
  });

  it('splits joined challenges and answers the strongest', () => {
    const header =
      'Digest realm="r", nonce="n", algorithm=MD5, qop="auth", Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"';
    expect(parseChallenges(header)).toHaveLength(2);
    const answer = { username: 'u', password: 'p', method: 'INVITE', uri: 'sip:x', cnonce: 'c' };
    expect(answerChallenges(header, answer)).toContain('algorithm=SHA-256');
    expect(answerChallenges('Digest realm="r", nonce="n", algorithm=SHA-512-256', answer)).toBeUndefined();
  });

  it('leaves qop out when only auth-int is offered, as RFC 2069 did', () => {
    const answer = { username: 'u', password: 'p', method: 'INVITE', uri: 'sip:x', cnonce: 'c' };
    const value = answerChallenges('Digest realm="r", nonce="n", opaque="o"', answer) ?? '';
    expect(value).not.toContain('qop');
    expect(value).toContain('opaque="o"');
  });
});
