import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  checkMessenger,
  checkTiktokSignature,
  escapeNonAscii,
} from '../../../src/http/hooks/tiktok-signature.js';
import { checkSignedOrToken, type SignedPush } from '../../../src/http/hooks/signed-push.js';
import { parseSafeJson } from '../../../src/http/safe-json.js';
import { parseRange } from '../../../src/http/routes/recordings.js';

// Vectors of the interface reference, key `test_app_secret`.
const SECRET = 'test_app_secret';
const BODY = '{"object":1,"entry":[{"changes":[{"field":"name","value":"Иван 😀"}]}]}';
const RAW = '74f3eb6e1cb2c457152779f84bd02dc67539bf273a8e97b60b8a75bd97bae4d8';
const ESCAPED = '6684cff279356029ce9dae9cb5005c97805fc378d0d98a96896ba30e3bf204ff';
const DIRECT = '709cc5db5ecf3bd899caaeac034dd1ec29af6b4f3a507587216aaf913d4e2b99';

const signed = (headers: Readonly<Record<string, string>>, body = BODY): SignedPush => ({
  body: Buffer.from(body),
  header: (name) => headers[name],
  token: undefined,
  nowSeconds: 1_700_000_100,
});
const push = ({ open, tiktok }: { open?: string; tiktok?: string }, body = BODY): SignedPush =>
  signed(
    {
      ...(open === undefined ? {} : { 'x-open-signature': open }),
      ...(tiktok === undefined ? {} : { 'tiktok-signature': tiktok }),
    },
    body,
  );

describe('signatures of TikTok pushes', () => {
  it('accepts the body as sent and in its escaped form', () => {
    expect(checkTiktokSignature(push({ open: RAW }), SECRET)).toEqual({ ok: true, form: 'open-raw' });
    expect(checkTiktokSignature(push({ open: ESCAPED }), SECRET)).toEqual({ ok: true, form: 'open-escaped' });
  });

  it('escapes astral characters as surrogate pairs', () => {
    expect(escapeNonAscii('И 😀')).toBe('\\u0418 \\ud83d\\ude00');
  });

  it('accepts the timestamped form within its time', () => {
    const timed = push({ tiktok: `t=1700000000,s=${DIRECT}` }, '{"event":"im_receive_msg"}');
    expect(checkTiktokSignature(timed, SECRET)).toEqual({ ok: true, form: 'tiktok' });
    expect(checkTiktokSignature({ ...timed, nowSeconds: 1_700_000_301 }, SECRET)).toMatchObject({
      ok: false,
    });
  });

  it.each([
    ['another body', push({ open: RAW }, `${BODY} `), SECRET],
    ['another secret', push({ open: RAW }), 'other'],
    ['no signature', push({}), SECRET],
    ['an empty signature', push({ open: '' }), SECRET],
    ['a timestamp that is none', push({ tiktok: `t=x,s=${DIRECT}` }), SECRET],
    ['a part missing', push({ tiktok: 't=1700000000' }), SECRET],
  ])('refuses %s', (_what, given, secret) => {
    expect(checkTiktokSignature(given, secret).ok).toBe(false);
  });

  it('does not believe a matching TikTok-Signature beside a wrong X-Open-Signature', () => {
    const good = createHmac('sha256', SECRET).update(`1700000000.${BODY}`).digest('hex');
    expect(checkTiktokSignature(push({ open: 'no', tiktok: `t=1700000000,s=${good}` }), SECRET).ok).toBe(
      false,
    );
  });
});

describe('signatures and tokens of other sources', () => {
  // Vectors of the interface reference, §8.3 and §9.1.
  const HARAVAN = '8ezVZvOFwkR4/7wlnMO56zvuLIQNKL6oC85Yxw8LYfg=';
  const META = 'sha256=5da47c9c7409e70d7a1851f0cfd9bc27786bd99587a9bf1dd5b51e23a2de03cf';

  it.each([
    ['base64 of Haravan', { 'x-haravan-hmacsha256': HARAVAN }, '{"id":1}', 'hmac'],
    ['hex with its algorithm', { 'x-hub-signature-256': META }, '{"object":"page","entry":[]}', 'hmac'],
    ['a Bearer token', { authorization: `Bearer ${SECRET}` }, '{}', 'token'],
    ['a token of its own header', { 'x-api-key': SECRET }, '{}', 'token'],
  ])('accepts %s', (_what, headers: Record<string, string>, body, form) => {
    expect(checkSignedOrToken(signed(headers, body), SECRET)).toEqual({ ok: true, form });
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['a signature of another body', { 'x-signature': META }],
    ['a wrong signature beside the right token', { 'x-signature': 'no', authorization: `Bearer ${SECRET}` }],
  ])('refuses %s', (_what, headers: Record<string, string>) => {
    expect(checkSignedOrToken(signed(headers), SECRET).ok).toBe(false);
  });

  it('of messengers: by TikTok’s own when there is one, whatever else is beside it', () => {
    const body = '{"event":"im_receive_msg"}';
    const good = { 'tiktok-signature': `t=1700000000,s=${DIRECT}` };
    expect(checkMessenger(signed(good, body), SECRET)).toEqual({ ok: true, form: 'tiktok' });
    expect(checkMessenger({ ...signed({ 'tiktok-signature': 'no' }, body), token: SECRET }, SECRET).ok).toBe(
      false,
    );
    expect(checkMessenger({ ...signed({}, body), token: SECRET }, SECRET).ok).toBe(true);
  });

  it('takes the token of the address, when the source can send no header', () => {
    expect(checkSignedOrToken({ ...signed({}), token: SECRET }, SECRET)).toEqual({ ok: true, form: 'token' });
  });
});

describe('JSON of pushes', () => {
  it('keeps ids of 19 digits and ordinary numbers', () => {
    expect(parseSafeJson('{"id":7123456789012345678,"time":1700000000,"rate":0.5}')).toEqual({
      id: '7123456789012345678',
      time: 1_700_000_000,
      rate: 0.5,
    });
  });

  it('says that a body is not JSON', () => {
    expect(() => parseSafeJson('{"id":')).toThrow(/not JSON/);
  });
});

describe('ranges of a recording', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=0-9', { kind: 'part', first: 0, last: 9 }],
    ['bytes=90-', { kind: 'part', first: 90, last: 99 }],
    ['bytes=-10', { kind: 'part', first: 90, last: 99 }],
    ['bytes=-1000', { kind: 'part', first: 0, last: 99 }],
    ['bytes=50-1000', { kind: 'part', first: 50, last: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=9-1', { kind: 'unsatisfiable' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['items=0-1', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
  ])('%s', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });
});
