/** Where a client came from, as the query of a page's address and the cookies of a site say it. */
import { CLICK_IDS } from '../attribution/touch.js';
import { cleaned } from '../attribution/clean-text.js';
import { touchName } from './aliases.js';
import type { Touch } from './lead.js';
import { pairsOf } from './url-encoded.js';

const KEPT: readonly string[] = [...CLICK_IDS, 'tracking_id'];

function keptOf(pairs: readonly (readonly [string, string])[]): Touch {
  return Object.fromEntries(
    pairs.flatMap(([theirs, value]) => {
      const isKept = /^utm_/i.test(theirs) || KEPT.includes(theirs.toLowerCase());
      const name = isKept ? touchName(theirs) : undefined;
      const text = cleaned(value);
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** The cookie `_ga` holds its version before the client's id: `GA1.2.1234567890.1700000000`. */
export const gaClientId = (cookie: string): string => cookie.replace(/^GA\d\.\d+\./, '');

/** UTM tags and click ids of a page's address; nothing else of it. */
export function touchOfUrl(url: string | undefined): Touch {
  const [, query = ''] = (url ?? '').split('#', 1)[0]?.split(/\?(.*)/s, 2) ?? [];
  return keptOf(pairsOf(query));
}

/**
 * What Tilda posts as `COOKIES`: `_ga=…; _ym_uid=…; TILDAUTM=utm_source%3Dx%7C%7C%7C…`. Analytics ids by their
 * cookies' names, UTM tags from Tilda's own cookie.
 */
export function touchOfCookies(cookies: string): Touch {
  const found: Record<string, string> = {};
  for (const [name, value] of pairsOf(cookies.replaceAll(/;\s*/g, '&'))) {
    if (name.toUpperCase() === 'TILDAUTM')
      Object.assign(found, keptOf(pairsOf(value.replaceAll('|||', '&'))));
    else if (name === '_ga' || name === '_ym_uid') found[touchName(name) ?? name] = gaClientId(value);
  }
  return found;
}
