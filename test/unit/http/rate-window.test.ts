/** How often one subscriber may come, and that strangers cannot fill our memory by changing their address. */
import { describe, expect, it } from 'vitest';
import { RateWindow, subscriberOf } from '../../../src/http/dni/rate-window.js';

describe('a rate window', () => {
  it('lets 60 of 10 000 sessions of one address in, and the next minute again', () => {
    const window = new RateWindow();
    const ask = (now: number) => window.allow('shop 203.0.113.9', 60, now);
    const answers = Array.from({ length: 10_000 }, (_, index) => ask(60_000 + index));
    expect(answers.filter((answer) => answer === 'allowed')).toHaveLength(60);
    expect(window.allow('shop 203.0.113.10', 60, 60_005)).toBe('allowed');
    expect(ask(119_999)).toBe('over');
    expect(ask(120_000)).toBe('allowed');
  });

  it('stays bounded under 200 000 addresses, and forgets what is over', () => {
    const window = new RateWindow();
    for (let index = 0; index < 200_000; index += 1) window.allow(`a${index}`, 1, 0);
    expect(window.size).toBeLessThanOrEqual(50_000);
    window.allow('late', 1, 60_000);
    expect(window.size).toBe(1);
  });
});

describe('a subscriber', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['unix', 'unix'],
  ])('%s is %s', (ip, expected) => {
    expect(subscriberOf(ip)).toBe(expected);
  });
});
