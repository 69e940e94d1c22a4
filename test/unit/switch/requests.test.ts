import { describe, expect, it } from 'vitest';
import { argumentsOf } from '../../../src/switch/activities/gather.js';
import { filePaths } from '../../../src/switch/file-paths.js';
import { parseInfoKey } from '../../../src/switch/messages/info-key.js';
import { parseReferTo } from '../../../src/switch/legs/transfer.js';

describe('keys by INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', { digit: '5', durationMs: 160 }],
    ['application/dtmf-relay; charset=utf-8', 'Signal = *\nDuration = 250', { digit: '*', durationMs: 250 }],
    ['application/dtmf-relay', 'Signal=11', { digit: '#', durationMs: 160 }],
    ['Application/DTMF', '#', { digit: '#', durationMs: 160 }],
    ['application/dtmf', 'd', { digit: 'D', durationMs: 160 }],
  ])('%s %j', (type, body, key) => {
    expect(parseInfoKey(type, body)).toEqual(key);
  });

  it.each([
    ['application/dtmf-relay', 'Signal=flash'],
    ['application/dtmf', ''],
    ['application/media_control+xml', '<x/>'],
  ])('refuses %s %j', (type, body) => {
    expect(parseInfoKey(type, body)).toBeUndefined();
  });
});

describe('Refer-To', () => {
  it('reads a blind target', () => {
    expect(parseReferTo('"Ben" <sip:ben@10.0.0.2>;x=y')).toEqual({ uri: 'sip:ben@10.0.0.2' });
    expect(parseReferTo('sip:ben@10.0.0.2')).toEqual({ uri: 'sip:ben@10.0.0.2' });
  });

  it('reads Replaces out of the escaped header part', () => {
    expect(
      parseReferTo('<sip:ben@10.0.0.2?Replaces=c%40h%3Bto-tag%3Dt%3Bfrom-tag%3Df&Require=replaces>'),
    ).toEqual({
      uri: 'sip:ben@10.0.0.2',
      replaces: { callId: 'c@h', toTag: 't', fromTag: 'f', early: 'or-confirmed' },
    });
  });

  it('takes a broken Replaces for a blind transfer, and nothing for nothing', () => {
    expect(parseReferTo('<sip:b@h?Replaces=only-an-id>')).toEqual({ uri: 'sip:b@h' });
    expect(parseReferTo('')).toBeUndefined();
  });
});

describe('gather arguments', () => {
  const request = {
    items: [],
    minDigits: 1,
    maxDigits: 4,
    timeoutMs: 3000,
    interDigitMs: 1500,
    terminators: '#',
  };

  it('adds the stop key, quotes spaces, joins files', () => {
    expect(argumentsOf(request, [])).toBe(
      '1 4 1 3000 #D silence_stream://20 silence_stream://20 dialtrace_digits [0-9*#A-D]+ 1500',
    );
    expect(argumentsOf({ ...request, terminators: '' }, ['/a b.wav', '/c.wav'])).toContain(
      " D '/a b.wav!/c.wav' ",
    );
  });
});

describe('file paths', () => {
  const shared = filePaths({ mode: 'shared', controllerPath: '/var/dialtrace', switchPath: '/mnt/media' });

  it('translates one mount into the other', () => {
    expect(shared.prompt('/var/dialtrace/prompts/a.wav')).toBe('/mnt/media/prompts/a.wav');
    expect(filePaths({ mode: 'shared', controllerPath: '/', switchPath: '/' }).recording('/x/y.wav')).toBe(
      '/x/y.wav',
    );
  });

  it.each(['/etc/passwd', '/var/dialtrace/../secret', '/var/dialtrace-other/x'])('refuses %s', (path) => {
    expect(() => shared.prompt(path)).toThrow(expect.objectContaining({ code: 'settings-invalid' }));
  });
});
