/**
 * Visitors and their calls, made up for what-if runs. Stays and delays are heavy-tailed, as measured traffic is: many
 * look for seconds, some for hours, and some call days later. Nothing here knows how calls are attributed.
 */

/** One visitor: when they came, how long they stayed, and whether and when they called. Seconds from the start. */
export interface Arrival {
  readonly at: number;
  readonly staySeconds: number;
  /** After the arrival. */
  readonly clickedAfter?: number;
  readonly calledAfter?: number;
}

export interface TrafficShape {
  readonly arrivalsPerHour: number;
  readonly days: number;
  /** `flat`: the same all day; `daily`: a peak in the afternoon, little at night, the mean as asked for. */
  readonly rhythm: 'flat' | 'daily';
  readonly medianStaySeconds: number;
  readonly callShare: number;
  /** Half of the callers call within so long of their arrival. */
  readonly medianDelaySeconds: number;
  readonly delayLaw: DelayLaw;
  /**
   * Smaller: more late callers. `log-logistic`: P(delay > t) falls as t to this power, with 0.75 one caller in sixty takes
   * more than a day. `log-normal`: as wide as the log-logistic one. `weibull`: its shape.
   */
  readonly delayTail: number;
  /** Callers who press the number on the page. */
  readonly clickShare: number;
}

export const DELAY_LAWS = ['log-logistic', 'log-normal', 'weibull'] as const;
export type DelayLaw = (typeof DELAY_LAWS)[number];

export const USUAL_TRAFFIC: TrafficShape = {
  arrivalsPerHour: 200,
  days: 30,
  rhythm: 'daily',
  medianStaySeconds: 75,
  callShare: 0.05,
  medianDelaySeconds: 240,
  delayLaw: 'log-logistic',
  delayTail: 0.75,
  clickShare: 0.45,
};

type Chance = () => number;

const HOUR = 3600;
const DAY = 86_400;
/** Spread of the stays: one in forty is longer than 13 times the median. */
const STAY_SPREAD = 1.3;
/** Of those who press the number and never call. */
const IDLE_CLICK_SHARE = 0.01;
/** From the click to the ringing phone. */
const CLICK_TO_CALL_SECONDS = 9;

/** In time order. */
export function makeTraffic(shape: TrafficShape, chance: Chance): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  const end = shape.days * DAY;
  const peak = shape.arrivalsPerHour * (shape.rhythm === 'daily' ? PEAK : 1);
  for (let at = gap(peak, chance); at < end; at += gap(peak, chance))
    if (shape.rhythm === 'flat' || chance() < rhythmAt(at) / PEAK)
      arrivals.push(arrivalAt(at, shape, chance));
  return arrivals;
}

const PEAK = 1.9;

/** Mean 1 over a day, highest at 15:00. */
function rhythmAt(at: number): number {
  return 1 + (PEAK - 1) * Math.cos((2 * Math.PI * (at - 15 * HOUR)) / DAY);
}

function gap(perHour: number, chance: Chance): number {
  return (-Math.log(1 - chance()) * HOUR) / perHour;
}

function arrivalAt(at: number, shape: TrafficShape, chance: Chance): Arrival {
  const staySeconds = shape.medianStaySeconds * Math.exp(STAY_SPREAD * normal(chance));
  const calls = chance() < shape.callShare;
  const clicks = chance() < (calls ? shape.clickShare : IDLE_CLICK_SHARE);
  if (!calls) return { at, staySeconds, ...(clicks && { clickedAfter: chance() * staySeconds }) };
  if (clicks) {
    const clickedAfter = chance() * staySeconds;
    return {
      at,
      staySeconds,
      clickedAfter,
      calledAfter: clickedAfter - Math.log(1 - chance()) * CLICK_TO_CALL_SECONDS,
    };
  }
  return { at, staySeconds, calledAfter: delayOf(shape, chance) };
}

/** Spread of the logarithm of a log-logistic time with power 1. */
const LOGISTIC_SPREAD = Math.PI / Math.sqrt(3);

function delayOf({ delayLaw, medianDelaySeconds, delayTail }: TrafficShape, chance: Chance): number {
  if (delayLaw === 'log-normal')
    return medianDelaySeconds * Math.exp((LOGISTIC_SPREAD / delayTail) * normal(chance));
  const part = chance();
  const odds = delayLaw === 'weibull' ? -Math.log(1 - part) / Math.LN2 : part / (1 - part);
  return medianDelaySeconds * odds ** (1 / delayTail);
}

/** Box and Muller. */
function normal(chance: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}
