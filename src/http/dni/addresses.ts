/** Addresses of pages as strangers report them: split for the domain, or not used. */
import { isSiteOf, type Project } from '../../domain/attribution/project.js';
import type { LandedPage, ReferringPage } from '../../domain/attribution/touch.js';
import { Fault } from '../../errors.js';

/** A web address without credentials and fragment; undefined for anything else (`javascript:`, `data:`, nonsense). */
export function webAddress(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/** Of a repeated parameter the first counts. */
export function landedPage(url: URL): LandedPage {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams)
    if (!Object.hasOwn(query, name)) Object.defineProperty(query, name, { value, enumerable: true });
  return { url: url.href, host: url.hostname, path: url.pathname, query };
}

/** Absent when the visitor came from a page of the project itself: that is no arrival. */
export function referringPage(text: string | undefined, project: Project): ReferringPage | undefined {
  const url = webAddress(text);
  if (url === undefined || isSiteOf(project, url.origin)) return undefined;
  return { url: url.href, host: url.hostname };
}

/** Throws Fault `origin-refused`. */
export function requireSite(project: Project, origin: string | undefined): void {
  if (origin !== undefined && isSiteOf(project, origin)) return;
  const what = origin === undefined ? 'the request names no origin' : `${origin.slice(0, 200)} is no site`;
  throw new Fault('origin-refused', `${what} of the project ${project.name}`);
}
