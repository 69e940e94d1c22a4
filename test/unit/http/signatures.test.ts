import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkTiktokSignature, escapeNonAscii } from '../../../src/http/tiktok-signature.js';
import { parseSafeJson } from '../../../src/http/safe-json.js';
import { parseRange } from '../../../src/http/routes/recordings.js';

// Vectors of the interface reference, key `test_app_secret`.
const SECRET = 'test_app_secret';
const BODY = '{"object":1,"entry":[{"changes":[{"field":"name","value":"Иван 😀"}]}]}';
const RAW = '74f3eb6e1cb2c457152779f84bd02dc67539bf273a8e97b60b8a75bd97bae4d8';
const ESCAPED = '6684cff279356029ce9dae9cb5005c97805fc378d0d98a96896ba30e3bf204ff';
const DIRECT = '709cc5db5ecf3bd899caaeac034dd1ec29af6b4f3a507587216aaf913d4e2b99';

const push = (signature: { open?: string; tiktok?: string }, body = BODY) => ({
  body: Buffer.from(body),
  openSignature: signature.open,
  tiktokSignature: signature.tiktok,
});

describe('signatures of TikTok pushes', () => {
  it('accepts the body as sent and in its escaped form', () => {
    expect(checkTiktokSignature(push({ open: RAW }), SECRET, 0)).toEqual({ ok: true, form: 'open-raw' });
    expect(checkTiktokSignature(push({ open: ESCAPED }), SECRET, 0)).toEqual({
      ok: true,
      form: 'open-escaped',
    });
  });

  it('escapes astral characters as surrogate pairs', () => {
    expect(escapeNonAscii('И 😀')).toBe('\\u0418 \\ud83d\\ude00');
  });

  it('accepts the timestamped form within its time', () => {
    const signed = push({ tiktok: `t=1700000000,s=${DIRECT}` }, '{"event":"im_receive_msg"}');
    expect(checkTiktokSignature(signed, SECRET, 1_700_000_100)).toEqual({ ok: true, form: 'tiktok' });
    expect(checkTiktokSignature(signed, SECRET, 1_700_000_301)).toMatchObject({ ok: false });
  });

  it.each([
    ['another body', push({ open: RAW }, `${BODY} `), SECRET],
    ['another secret', push({ open: RAW }), 'other'],
    ['no secret', push({ open: RAW }), undefined],
    ['no signature', push({}), SECRET],
    ['an empty signature', push({ open: '' }), SECRET],
    ['a timestamp that is none', push({ tiktok: `t=x,s=${DIRECT}` }), SECRET],
    ['a part missing', push({ tiktok: 't=1700000000' }), SECRET],
  ])('refuses %s', (_what, signed, secret) => {
    expect(checkTiktokSignature(signed, secret, 1_700_000_000).ok).toBe(false);
  });

  it('does not believe a matching TikTok-Signature beside a wrong X-Open-Signature', () => {
    const good = createHmac('sha256', SECRET).update(`1700000000.${BODY}`).digest('hex');
    expect(
      checkTiktokSignature(push({ open: 'no', tiktok: `t=1700000000,s=${good}` }), SECRET, 1_700_000_000).ok,
    ).toBe(false);
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
