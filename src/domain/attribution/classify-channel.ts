/**
 * Which channel an arrival came by. The rules are data (config/channels.yaml, in the order of trust): the first whose
 * conditions all hold wins; an arrival that no rule knows is a referral of its host, and without a host it is direct.
 */

export const CHANNELS = [
  'paid',
  'organic',
  'social',
  'referral',
  'messenger',
  'email',
  'direct',
  'other',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Every condition that is given must hold; inside a list one is enough. */
export interface ChannelRule {
  readonly channel: Channel;
  /** Any of these click ids is in the address. */
  readonly clickId?: readonly string[];
  /** `utm_medium`, lower case; `*` at an end stands for anything. */
  readonly medium?: readonly string[];
  /** `utm_source`, lower case, in the same way. */
  readonly utmSource?: readonly string[];
  /** Host of the referrer: `ya.ru` is also `m.ya.ru`; `google.*` is every `google.` domain. */
  readonly host?: readonly string[];
  /** Our own tag or `calltouch_tm` is in the address. */
  readonly tagged?: 'yes';
  /** Names the source when `utm_source` does not. */
  readonly source?: string;
}

export interface Arrival {
  readonly clickIds: readonly string[];
  readonly source?: string;
  readonly medium?: string;
  readonly referrerHost?: string;
  readonly tagged: 'yes' | 'no';
}

export interface Classified {
  readonly channel: Channel;
  readonly source: string;
  readonly medium: string;
}

const MEDIUM_OF: Readonly<Record<Channel, string>> = {
  paid: 'cpc',
  organic: 'organic',
  social: 'social',
  referral: 'referral',
  messenger: 'messenger',
  email: 'email',
  direct: 'none',
  other: 'other',
};

export function classifyChannel(arrival: Arrival, rules: readonly ChannelRule[]): Classified {
  const rule = rules.find((candidate) => fits(candidate, arrival));
  const channel = rule?.channel ?? channelWithoutRule(arrival);
  return {
    channel,
    source: arrival.source ?? rule?.source ?? plainHost(arrival.referrerHost) ?? sourceWithout(channel),
    medium: arrival.medium ?? MEDIUM_OF[channel],
  };
}

function fits(rule: ChannelRule, arrival: Arrival): boolean {
  const { clickId, medium, utmSource, host, tagged } = rule;
  return (
    holds(clickId, (wanted) => arrival.clickIds.includes(wanted)) &&
    holds(medium, (wanted) => matchesText(wanted, arrival.medium)) &&
    holds(utmSource, (wanted) => matchesText(wanted, arrival.source)) &&
    holds(host, (wanted) => matchesHost(wanted, arrival.referrerHost)) &&
    (tagged === undefined || arrival.tagged === tagged)
  );
}

/** A condition that is not given holds. */
function holds(wanted: readonly string[] | undefined, matches: (one: string) => boolean): boolean {
  return wanted === undefined || wanted.some(matches);
}

/** A link that names its source is somebody's, though no rule knows its medium. */
function channelWithoutRule({ source, medium, referrerHost }: Arrival): Channel {
  if (source !== undefined || medium !== undefined) return 'other';
  return referrerHost === undefined ? 'direct' : 'referral';
}

function sourceWithout(channel: Channel): string {
  return channel === 'direct' ? 'direct' : 'unknown';
}

function plainHost(host: string | undefined): string | undefined {
  return host?.replace(/^(?:www|m|l|lm|out)\./, '');
}

function matchesText(wanted: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  if (wanted.endsWith('*')) return text.startsWith(wanted.slice(0, -1));
  if (wanted.startsWith('*')) return text.endsWith(wanted.slice(1));
  return text === wanted;
}

function matchesHost(wanted: string, host: string | undefined): boolean {
  if (host === undefined) return false;
  if (wanted.endsWith('.*')) return anyDomainOf(wanted.slice(0, -2), host);
  return host === wanted || host.endsWith(`.${wanted}`);
}

/** `google` in `www.google.co.uk`: the name stands right before at most two short labels, so `google.evil.example` is not it. */
function anyDomainOf(name: string, host: string): boolean {
  const labels = host.split('.');
  const place = labels.lastIndexOf(name);
  const after = labels.slice(place + 1);
  return place >= 0 && after.length > 0 && after.length <= 2 && after.every((label) => label.length <= 3);
}
