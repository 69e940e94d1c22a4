/** What FreeSWITCH says of its load. The first text is what 1.10.12 answered. */
import { describe, expect, it } from 'vitest';
import { parseStatus } from '../../../src/switch/servers/parse-status.js';

const GENUINE = `UP 0 years, 0 days, 1 hour, 57 minutes, 20 seconds, 724 milliseconds, 834 microseconds
FreeSWITCH (Version 1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit) is ready
8785 session(s) since startup
1 session(s) - peak 376, last 5min 2 
3 session(s) per Sec out of max 500, peak 100, last 5min 2 
2000 session(s) max
min idle cpu 0.00/97.57
Current Stack Size/Max 240K/8192K
`;

describe('parseStatus', () => {
  it('reads what the genuine server answers', () => {
    expect(parseStatus(GENUINE)).toEqual({
      sessions: 1,
      maxSessions: 2000,
      sessionsThisSecond: 3,
      maxSessionsPerSecond: 500,
      idleCpu: expect.closeTo(0.9757, 6) as number,
    });
  });

  it.each([
    ['a refusal', '-ERR no such command'],
    ['an empty answer', ''],
    ['one without its CPU', GENUINE.replace(/^min idle.*$/m, '')],
    ['one without its limit', GENUINE.replace(/^2000 session.*$/m, '')],
  ])('says nothing of %s', (_, text) => {
    expect(parseStatus(text)).toBeUndefined();
  });
});
