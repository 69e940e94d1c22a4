/** What an arrival is called: channel, source, medium, campaign, ids and tags, of whatever address a browser reports. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CHANNELS } from '../../../src/domain/attribution/default-channels.js';
import {
  isSameArrival,
  lastNonDirect,
  makeTouch,
  type Touch,
} from '../../../src/domain/attribution/touch.js';

function arrive(address: string, referrer?: string, cookieIds: Record<string, string> = {}): Touch {
  const page = new URL(address, 'https://shop.example');
  return makeTouch(
    {
      at: 7,
      page: {
        url: page.href,
        host: page.host,
        path: page.pathname,
        query: Object.fromEntries(page.searchParams),
      },
      cookieIds,
      ...(referrer === undefined ? {} : { referrer: { url: referrer, host: new URL(referrer).hostname } }),
    },
    DEFAULT_CHANNELS,
  );
}
const named = ({ channel, source, medium }: Touch): string => [channel, source, medium].join(' ');

describe('an arrival', () => {
  it.each([
    ['/', undefined, 'direct direct none'],
    ['/?gclid=abc', 'https://www.google.com/', 'paid google cpc'],
    ['/?gbraid=abc', undefined, 'paid google cpc'],
    ['/?wbraid=abc', undefined, 'paid google cpc'],
    ['/?yclid=1', 'https://yandex.ru/', 'paid yandex cpc'],
    ['/?ttclid=1', undefined, 'paid tiktok cpc'],
    ['/?utm_source=Vk&utm_medium=CPC', undefined, 'paid vk cpc'],
    ['/?utm_source=crm&utm_medium=email', undefined, 'email crm email'],
    ['/?utm_source=flyer', undefined, 'other flyer other'],
    ['/?calltouch_tm=yd_c:12_gb:3_ad:4', undefined, 'paid yandex cpc'],
    ['/', 'https://www.google.co.uk/', 'organic google organic'],
    ['/', 'https://ya.ru/', 'organic yandex organic'],
    ['/', 'https://yandex.com.tr/', 'organic yandex organic'],
    ['/', 'https://google.evil.example/', 'referral google.evil.example referral'],
    ['/', 'https://notgoogle.com/', 'referral notgoogle.com referral'],
    ['/', 'https://m.facebook.com/', 'social facebook social'],
    ['/?fbclid=1', undefined, 'social facebook social'],
    ['/', 'https://t.me/', 'messenger telegram messenger'],
    ['/', 'https://www.partner.example/x', 'referral partner.example referral'],
  ])('at %s from %s is %s', (address, referrer, expected) => {
    expect(named(arrive(address, referrer))).toBe(expected);
  });

  it('keeps what the advertisement said', () => {
    const touch = arrive(
      '/p?utm_source=google&utm_medium=cpc&utm_campaign=Spring&utm_content=A&utm_term=boots&gclid=Gx&x=1',
      'https://www.google.com/',
      { ttp: 'cookie' },
    );
    expect(touch).toMatchObject({
      at: 7,
      campaign: 'Spring',
      content: 'A',
      term: 'boots',
      clickIds: { gclid: 'Gx', ttp: 'cookie' },
      landingPage: expect.stringMatching(/^https:\/\/shop\.example\/p\?/) as unknown,
      referrer: 'https://www.google.com/',
    });
  });

  it('reads our tag before that of Calltouch, and no place-holder as a value', () => {
    const ours = 'c:77~g:12~a:34~k:red%20boots~t:search~b:{position_type}';
    const theirs =
      'yd_c:1_gb:2_ad:3_ph:4_st:context_pt:premium_p:2_s:site.example_dt:mobile_reg:213_ret:_apt:none';
    expect(arrive(`/?dt_tag=${ours}&calltouch_tm=${theirs}`)).toMatchObject({
      campaign: '77',
      term: 'red boots',
      tag: {
        campaign: '77',
        adGroup: '12',
        ad: '34',
        keyword: 'red boots',
        placementType: 'search',
        blockPosition: 'premium',
      },
    });
  });

  it('is bounded and holds no control characters, whatever came', () => {
    const touch = arrive(
      `/?utm_source=a%00b%E2%80%AEc&utm_campaign=${'x'.repeat(65_536)}&utm_term=${encodeURIComponent('😀'.repeat(400))}`,
    );
    expect(touch.source).toBe('abc');
    expect(touch.campaign).toHaveLength(500);
    expect(touch.landingPage.length).toBeLessThanOrEqual(2000);
    expect(touch.term).toBe('😀'.repeat(250));
  });

  it('that is repeated is recognised, another advertisement is not', () => {
    expect(isSameArrival(arrive('/?gclid=1'), arrive('/other?gclid=1'))).toBe(true);
    expect(isSameArrival(arrive('/?gclid=1'), arrive('/?gclid=2'))).toBe(false);
    expect(isSameArrival(arrive('/', undefined, { ttp: 'x' }), arrive('/'))).toBe(true);
  });

  it('counts as the last only when it was not direct', () => {
    const [paid, direct] = [arrive('/?gclid=1'), arrive('/')];
    expect(lastNonDirect([paid, direct])).toBe(paid);
    expect(lastNonDirect([direct])).toBe(direct);
    expect(lastNonDirect([])).toBeUndefined();
  });
});
