import { describe, expect, it } from 'vitest';
import { isTarget, parseTargetRule, type FinishedCall } from '../../../src/domain/attribution/target-rule.js';

const call = (change: Partial<FinishedCall> = {}): FinishedCall => ({
  talk: 42,
  duration: 60,
  outcome: 'answered',
  keys: [],
  tags: [],
  labels: { source: 'google', medium: 'cpc' },
  earlierCalls: 0,
  ...change,
});

function judge(text: string, change: Partial<FinishedCall> = {}): string {
  const parsed = parseTargetRule(text);
  return parsed.ok ? isTarget(parsed.expression, call(change)) : parsed.message;
}

const RULE = 'talk >= 30s and outcome != "spam" or key == "*1"';

describe('the rule of target calls', () => {
  it.each([
    [{}, 'yes'],
    [{ talk: 29.9 }, 'no'],
    [{ outcome: 'spam' }, 'no'],
    [{ talk: 5, keys: ['2', '*1'] }, 'yes'],
    [{ talk: 5, outcome: 'spam', keys: ['*1'] }, 'yes'],
  ])('judges %j as %s', (change, verdict) => {
    expect(judge(RULE, change)).toBe(verdict);
  });

  it.each([
    ['talk >= 2m', 'no'],
    ['talk >= 0.5m', 'yes'],
    ['source == "google" and medium in ["cpc", "cpm"]', 'yes'],
    ['tags == "vip"', 'no'],
    ['tags != "vip"', 'yes'],
    ['earlierCalls == 0 and not (duration < 1m)', 'yes'],
    ['outcome == "30s"', 'no'],
  ])('%s: %s', (text, verdict) => {
    expect(judge(text)).toBe(verdict);
  });

  it('names what it does not know, with the nearest name', () => {
    expect(judge('talks > 3')).toBe('talks is not known here; did you mean talk?');
    expect(judge('talk >')).toBe('expected a value before the end (character 7)');
  });
});
