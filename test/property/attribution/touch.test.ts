/** Whatever strangers put into an address: a touch is bounded, plain text, of a known channel; a visit's log never lies. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CHANNELS } from '../../../src/domain/attribution/classify-channel.js';
import { cleaned, LONGEST_URL, LONGEST_VALUE } from '../../../src/domain/attribution/clean-text.js';
import { DEFAULT_CHANNELS } from '../../../src/domain/attribution/default-channels.js';
import { isSameArrival, makeTouch, type Landing } from '../../../src/domain/attribution/touch.js';
import { withPage, withTimeOnPage } from '../../../src/domain/attribution/visit-log.js';
import { freezeVisitor, MOST_PAGES, type PageView } from '../../../src/domain/attribution/visitor.js';
import { aSession, aTouch } from '../../support/store/visitors.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.constantFrom('cpc', 'google', '{keyword}', '<b>'),
);
const names = fc.constantFrom(
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'gclid',
  'yclid',
  'fbclid',
  'ttp',
  'dt_tag',
  'calltouch_tm',
  '__proto__',
);
const host = fc.oneof(
  fc.domain(),
  fc.constantFrom('www.google.com', 'ya.ru', 'google.evil.example', 'localhost'),
);
const landing: fc.Arbitrary<Landing> = fc.record(
  {
    at: fc.nat(),
    page: fc.record({ url: text, host, path: text, query: fc.dictionary(names, text) }),
    referrer: fc.record({ url: text, host }),
  },
  { requiredKeys: ['at', 'page'] },
);

describe('a touch', () => {
  test.prop([landing])('is bounded plain text of a known channel, whatever came', (given) => {
    const touch = makeTouch(given, DEFAULT_CHANNELS);
    expect(CHANNELS).toContain(touch.channel);
    const { source, medium, campaign, content, term, clickIds, tag } = touch;
    const values = [
      source,
      medium,
      campaign,
      content,
      term,
      ...Object.values(clickIds),
      ...Object.values<string>({ ...tag }),
    ];
    for (const value of values) {
      if (value === undefined) continue;
      expect(typeof value).toBe('string');
      expect(value.length).toBeLessThanOrEqual(LONGEST_VALUE);
      expect(value).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
    expect(touch.landingPage.length).toBeLessThanOrEqual(LONGEST_URL);
    expect(isSameArrival(touch, makeTouch({ ...given, at: given.at + 1 }, DEFAULT_CHANNELS))).toBe(true);
  });

  test.prop([text])('of cleaned text is the same text', (given) => {
    const once = cleaned(given);
    expect(cleaned(once)).toBe(once);
  });
});

describe('the log of a visit', () => {
  const report = fc.record({
    url: fc.constantFrom('a', 'b', 'c'),
    seconds: fc.double(),
    later: fc.nat({ max: 100_000 }),
  });
  test.prop([fc.array(report, { maxLength: 300 })])(
    'holds no longer times than passed, however clocks are set',
    (reports) => {
      let pages: readonly PageView[] = [];
      let at = 1_000_000;
      for (const { url, seconds, later } of reports) {
        at += later;
        const longer = withTimeOnPage(withPage(pages, { url, at }), { url, seconds, at });
        for (const [place, page] of pages.entries())
          expect(longer[place]?.seconds ?? 0).toBeGreaterThanOrEqual(page.seconds ?? 0);
        pages = longer;
        for (const page of pages)
          expect(page.seconds ?? 0).toBeLessThanOrEqual(Math.ceil((at - page.at) / 1000));
      }
      expect(pages.length).toBeLessThanOrEqual(MOST_PAGES);
    },
  );

  test.prop([fc.array(fc.nat({ max: 1000 })), fc.nat({ max: 1000 })])(
    'frozen at a moment knows nothing later, and later visits do not change it',
    (times, at) => {
      const session = aSession({ startedAt: 0, touches: times.map((time) => aTouch({ at: time })) });
      const frozen = freezeVisitor(session, at);
      expect(frozen.touches.every((touch) => touch.at <= at)).toBe(true);
      const longer = { ...session, touches: [...session.touches, aTouch({ at: at + 1 })] };
      expect(freezeVisitor(longer, at)).toEqual(frozen);
    },
  );
});
