/** Pages and clicks of one visit as reports of the browser come in. Its clock is never believed, only how long it says. */
import type { Instant } from '../values/ids.js';
import { MOST_PAGES, type PageView } from './visitor.js';

/** The page now in front. A reload of the last page is the same view. */
export function withPage(pages: readonly PageView[], page: PageView): readonly PageView[] {
  if (pages.at(-1)?.url === page.url || pages.length >= MOST_PAGES) return pages;
  return [...pages, page];
}

/** `seconds` in front so far; no page can have been seen for longer than it has been there, nor for less than before. */
export function withTimeOnPage(
  pages: readonly PageView[],
  seen: { readonly url: string; readonly seconds: number; readonly at: Instant },
): readonly PageView[] {
  const place = pages.findLastIndex(({ url }) => url === seen.url);
  const page = pages[place];
  if (page === undefined || !Number.isFinite(seen.seconds)) return pages;
  const possible = Math.max(0, Math.ceil((seen.at - page.at) / 1000));
  const seconds = Math.max(page.seconds ?? 0, Math.min(Math.round(seen.seconds), possible));
  return pages.with(place, { ...page, seconds });
}
