/** A power law through measured rates: a straight line in logarithms, by weighted least squares. */

export interface MeasuredRate {
  readonly seconds: number;
  readonly rate: number;
  /** How many events it was measured from. */
  readonly weight: number;
}

/** Rates that fall slower than this are noise: people forget. */
const SLOWEST_FALL = -0.3;

/** All fields above 0. Answers the rate at a time. */
export function powerLawThrough(measured: readonly MeasuredRate[]): (seconds: number) => number {
  const points = measured.map(({ seconds, rate, weight }) => ({
    x: Math.log(seconds),
    y: Math.log(rate),
    weight,
  }));
  const whole = points.reduce((sum, { weight }) => sum + weight, 0);
  const meanOf = (value: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + point.weight * value(point), 0) / whole;
  const [meanX, meanY] = [meanOf(({ x }) => x), meanOf(({ y }) => y)];
  const spread = meanOf(({ x }) => (x - meanX) ** 2);
  const slope = Math.min(SLOWEST_FALL, meanOf(({ x, y }) => (x - meanX) * (y - meanY)) / spread);
  return (seconds) => Math.exp(meanY + slope * (Math.log(seconds) - meanX));
}
