/** Who the visitor is, kept on the site's own domain: cookie first (shared by subdomains), localStorage beside it. */
import { settings } from './settings.js';
import type { Shown } from './swap.js';

const NAME = '_dt';
const CONSENT = '_dt_ok';
const LONGEST_S = 34_560_000;

export interface Memory {
  visitor?: string | undefined;
  session?: string | undefined;
  /** What is shown, by number of the page, and until when by this browser's clock. */
  shown: readonly (readonly [siteNumber: string, shown: Shown, until: number])[];
}

export function cookie(name: string | RegExp): string | undefined {
  const found = document.cookie
    .split('; ')
    .map((pair) => pair.split('='))
    .find(([key = '']) => (typeof name === 'string' ? key === name : name.test(key)));
  return found?.slice(1).join('=');
}

function setCookie(value: string, seconds: number): void {
  const labels = location.hostname.split('.');
  const domains = settings.d ? [settings.d] : labels.map((_, at) => labels.slice(-at - 2).join('.'));
  for (const domain of [...domains, '']) {
    document.cookie = `${NAME}=${value};path=/;max-age=${seconds};SameSite=Lax${domain && `;domain=${domain}`}`;
    if (seconds && cookie(NAME) === value) return;
  }
}

/** Storage may be forbidden, full or gone: then the cookie alone holds. */
export function store(name: string, value?: string | null): string | null {
  try {
    if (value === null) localStorage.removeItem(name);
    else if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function recall(): Memory {
  let kept: Memory = { shown: [] };
  try {
    kept = { ...kept, ...(JSON.parse(store(NAME) ?? '{}') as Memory) };
  } catch {
    // Somebody else wrote there.
  }
  const [visitor, session] = (cookie(NAME) ?? '').split('.');
  return visitor ? { ...kept, visitor, session } : kept;
}

export function keep(memory: Memory): void {
  store(NAME, JSON.stringify(memory));
  setCookie(`${memory.visitor ?? ''}.${memory.session ?? ''}`, LONGEST_S);
}

export function forget(): void {
  store(NAME, null);
  setCookie('', 0);
}

export function isAllowed(): boolean {
  return !settings.c || store(CONSENT) === '1';
}

export function allow(answer: 'yes' | 'no'): void {
  store(CONSENT, answer === 'yes' ? '1' : null);
}

/* ---- links to sites of the project on other domains ---- */

const FRESH_MS = 120_000;

/** What a link of another site of the project brought; the address is made clean again. */
export function adopt(memory: Memory): Memory {
  const url = new URL(location.href);
  const [visitor, session, at] = (url.searchParams.get(NAME) ?? '').split('.');
  if (!at) return memory;
  url.searchParams.delete(NAME);
  history.replaceState(history.state, '', url);
  return Math.abs(Date.now() - Number(at)) < FRESH_MS ? { ...memory, visitor, session } : memory;
}

function isOurs(origin: string): boolean {
  return settings.s.some((site) => {
    const [scheme = '', rest] = site.split('//*.');
    return rest ? origin.startsWith(`${scheme}//`) && origin.endsWith(`.${rest}`) : site === origin;
  });
}

export function decorate(link: HTMLAnchorElement, { visitor, session }: Memory): void {
  if (!visitor || link.origin === location.origin || !isOurs(link.origin)) return;
  const url = new URL(link.href);
  url.searchParams.set(NAME, `${visitor}.${session ?? ''}.${Date.now()}`);
  link.href = url.href;
}
