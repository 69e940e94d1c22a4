/** What is reported of the page and its browser. */
import { cookie, store } from './memory.js';

/** An address with a parameter of 64 kB still names its page and its other parameters. */
export function address(): string {
  const url = new URL(location.href);
  for (const [name, value] of [...url.searchParams])
    if (value.length > 500) url.searchParams.set(name, value.slice(0, 500));
  return (url.href.split('#')[0] ?? '').slice(0, 9000);
}

/** Ids of Google Analytics (`_ga`: GA1.1.123.456; `_ga_…`: GS1.1.1700000000.… or GS2.1.s1700000000$…) and Metrica. */
export function analytics(): object {
  return {
    ga_client_id: /\d+\.\d+$/.exec(cookie('_ga') ?? '')?.[0],
    ga_session_id: /^GS\d\.\d\.s?(\d+)/.exec(cookie(/^_ga_/) ?? '')?.[1],
    ym_client_id: cookie('_ym_uid') ?? store('_ym_uid')?.replace(/\D/g, ''),
  };
}

export function browser(): object {
  return {
    webdriver: navigator.webdriver ? 'yes' : undefined,
    language: navigator.language,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: `${screen.width}x${screen.height}`,
  };
}
