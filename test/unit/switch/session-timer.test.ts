import { describe, expect, it } from 'vitest';
import type { SipText } from '../../../src/switch/libraries.js';
import { answerHeaders, longerInterval, refreshHeaders } from '../../../src/switch/messages/session-timer.js';

function message(headers: Readonly<Record<string, string>>): SipText {
  return { headers, body: '', get: (name) => headers[name], has: (name) => name in headers };
}

const asking = (value: string) => message({ 'Session-Expires': value });

describe('session timers', () => {
  it.each([
    ['1800;refresher=uac', { 'Session-Expires': '1800;refresher=uac', Require: 'timer' }],
    ['1800 ; refresher = UAS', { 'Session-Expires': '1800;refresher=uas' }],
    ['1800', { 'Session-Expires': '1800;refresher=uac', Require: 'timer' }],
    ['soon', {}],
  ])('a refresh with %j is answered in kind', (value, headers) => {
    expect(refreshHeaders(asking(value))).toEqual(headers);
  });

  it('leaves callers who say who refreshes to the signalling server, and asks the others to refresh', () => {
    expect(answerHeaders(asking('1800;refresher=uas'))).toEqual({});
    expect(answerHeaders(message({}))).toEqual({});
    expect(answerHeaders(asking('60'))).toEqual({
      'Session-Expires': '90;refresher=uac',
      Require: 'timer',
    });
  });

  it('asks again with the interval that the far end can do, once it is longer', () => {
    const ours = { 'Session-Expires': '90;refresher=uas', Supported: 'timer' };
    expect(longerInterval(ours, message({ 'Min-SE': '1800' }))).toEqual({
      'Session-Expires': '1800;refresher=uas',
      'Min-SE': '1800',
      Supported: 'timer',
    });
    expect(longerInterval(ours, message({ 'Min-SE': '90' }))).toBeUndefined();
    expect(longerInterval(ours, message({}))).toBeUndefined();
    expect(longerInterval({}, message({ 'Min-SE': '1800' }))).toBeUndefined();
  });
});
