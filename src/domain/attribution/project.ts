/** A site or brand whose numbers are tracked, as PBX admins write it under `projects`. */
import type { ProjectNumbering } from '../numbers/pool.js';
import type { E164 } from '../values/ids.js';

export interface Project extends ProjectNumbering {
  readonly name: string;
  readonly displayName: string;
  /** Origins whose pages may use the script: `https://shop.example`, `https://*.shop.example`. */
  readonly sites: readonly string[];
  /** What stands on the pages and is replaced there; stays whenever we have nothing better. */
  readonly siteNumbers: readonly E164[];
  /** ISO 3166 country that national numbers on its pages belong to. */
  readonly country: string;
  /** `shop.example` shares the visitor among its subdomains; absent, the script takes the widest that works. */
  readonly cookieDomain?: string;
  readonly consent: 'required' | 'not-required';
  /** A visit ends when nothing was heard for so long. */
  readonly sessionMinutes: number;
  /** New visits a minute from one address; above it the site number stays and nothing is stored. */
  readonly visitsPerMinute: number;
  /** SMS and SIP MESSAGE to its numbers: kept only, or called back as any request. */
  readonly texts: 'store' | 'call-back';
}

/** Does this origin belong to the project? An origin is compared whole: scheme, host and port. */
export function isSiteOf(project: Pick<Project, 'sites'>, origin: string): boolean {
  return project.sites.some((site) => {
    const [scheme, rest] = site.split('//*.');
    if (rest === undefined) return site === origin;
    const start = `${scheme ?? ''}//`;
    return origin.startsWith(start) && origin.slice(start.length).endsWith(`.${rest}`);
  });
}
