/** What the browser is, and whether a person is behind it. */
import Bowser from 'bowser';
import { isbot } from 'isbot';
import type { Device, VisitorSession } from '../../domain/attribution/visitor.js';
import { present } from '../../domain/values/present.js';

/** What a page reported of its browser beside the header. */
export interface BrowserSigns {
  readonly webdriver?: 'yes' | undefined;
  readonly language?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly screen?: string | undefined;
}

/** Automation that isbot does not name; people's browsers never say these. */
const AUTOMATION = /\b(?:HeadlessChrome|PhantomJS|Electron|Puppeteer|Playwright|Selenium|jsdom)\b/i;

/** By its name, and by what no person's browser does: steered by a program, of no language, of no size. */
export function agentOf(userAgent: string, signs: BrowserSigns): VisitorSession['agent'] {
  const named = userAgent.length < 10 || isbot(userAgent) || AUTOMATION.test(userAgent);
  const behaves = signs.webdriver === undefined && signs.language !== '' && signs.screen !== '0x0';
  return named || !behaves ? 'bot' : 'person';
}

const KINDS: Readonly<Record<string, Device['kind']>> = {
  desktop: 'desktop',
  mobile: 'mobile',
  tablet: 'tablet',
  tv: 'tv',
};

export function deviceOf(userAgent: string, { language, timeZone, screen }: BrowserSigns): Device {
  const parsed = Bowser.parse(userAgent === '' ? 'unknown' : userAgent.slice(0, 1000));
  return {
    kind: kindOf(userAgent, parsed.platform.type),
    ...present({
      browser: named(parsed.browser.name, parsed.browser.version),
      os: named(parsed.os.name, parsed.os.version),
      language: language === '' ? undefined : language,
      timeZone,
      screen,
    }),
  };
}

function kindOf(userAgent: string, parsed: string | undefined): Device['kind'] {
  if (/\b(?:SMART-TV|SmartTV|AppleTV|Tizen.*TV|Web0S|BRAVIA|AFT[A-Z])\b/.test(userAgent)) return 'tv';
  // A tablet with Android leaves out the word Mobile.
  if (/Android(?!.*Mobile)/.test(userAgent)) return 'tablet';
  return KINDS[parsed ?? ''] ?? 'unknown';
}

/** `Chrome 140`: what comes after the first dot is nobody's interest. */
function named(name: string | undefined, version: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  const major = version?.split('.')[0] ?? '';
  return /^\d+$/.test(major) ? `${name} ${major}` : name;
}
