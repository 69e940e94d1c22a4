/**
 * A touch: one arrival of a visitor from somewhere. Made once by `makeTouch` from what the page reported, kept as it
 * was; models of attribution only read it.
 */
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import { parseAutoTag, type AutoTag } from './auto-tag.js';
import { cleaned, LONGEST_URL } from './clean-text.js';
import { classifyChannel, type Arrival, type Channel, type ChannelRule } from './classify-channel.js';

export interface Touch {
  readonly at: Instant;
  readonly channel: Channel;
  /** `google`, `tiktok`, the referring host, or `direct`. */
  readonly source: string;
  /** `cpc`, `organic`, `referral`, `social`, or `none`. */
  readonly medium: string;
  readonly campaign?: string;
  readonly content?: string;
  readonly term?: string;
  /** `gclid`, `yclid`, `ttclid`, … as they came. */
  readonly clickIds: Readonly<Record<string, string>>;
  /** What our own tag or `calltouch_tm` said of the advertisement. */
  readonly tag?: AutoTag;
  /** Without its fragment. */
  readonly landingPage: string;
  readonly referrer?: string;
}

export const CLICK_IDS = ['gclid', 'gbraid', 'wbraid', 'yclid', 'ttclid', 'ttp', 'fbclid'] as const;

/** `ttp` is a browser's cookie id, not one of a click: it comes with every visit of that browser. */
const COOKIE_IDS: readonly string[] = ['ttp'];

/** An address, already split: the domain knows no URLs. */
export interface LandedPage {
  readonly url: string;
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface ReferringPage {
  readonly url: string;
  readonly host: string;
}

export interface Landing {
  readonly at: Instant;
  readonly page: LandedPage;
  readonly referrer?: ReferringPage;
  /** Ids that came by cookie rather than in the address (`ttp`). */
  readonly cookieIds?: Readonly<Record<string, string>>;
}

export function makeTouch(landing: Landing, rules: readonly ChannelRule[]): Touch {
  const { page, referrer, at } = landing;
  const utm = (name: string): string | undefined => cleaned(page.query[`utm_${name}`]);
  const clickIds = clickIdsOf(landing);
  const tag = parseAutoTag(page.query);
  const arrival: Arrival = {
    clickIds: Object.keys(clickIds).filter((name) => !COOKIE_IDS.includes(name)),
    ...present({
      source: utm('source')?.toLowerCase(),
      medium: utm('medium')?.toLowerCase(),
      referrerHost: referrer?.host,
    }),
    tagged: tag === undefined ? 'no' : 'yes',
  };
  return {
    at,
    ...classifyChannel(arrival, rules),
    clickIds,
    landingPage: page.url.slice(0, LONGEST_URL),
    ...present({
      campaign: utm('campaign') ?? tag?.campaign,
      content: utm('content'),
      term: utm('term') ?? tag?.keyword,
      tag,
      referrer: referrer?.url.slice(0, LONGEST_URL),
    }),
  };
}

function clickIdsOf({ page, cookieIds = {} }: Landing): Record<string, string> {
  return Object.fromEntries(
    CLICK_IDS.flatMap((name) => {
      const value = cleaned(page.query[name] ?? cookieIds[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The same arrival again: the page was reloaded, or the tab came back with the address it had. */
export function isSameArrival(one: Touch, other: Touch): boolean {
  return arrivalKey(one) === arrivalKey(other);
}

function arrivalKey({ channel, source, medium, campaign, content, term, clickIds }: Touch): string {
  const ids = CLICK_IDS.filter((name) => !COOKIE_IDS.includes(name)).map((name) => clickIds[name]);
  return JSON.stringify([channel, source, medium, campaign, content, term, ids]);
}

/** Of a visitor's touches in order: the last that was not direct, else the last. */
export function lastNonDirect(touches: readonly Touch[]): Touch | undefined {
  return touches.findLast(({ channel }) => channel !== 'direct') ?? touches.at(-1);
}
