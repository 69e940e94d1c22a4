import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS, createMetrics } from '../../../src/telemetry/metrics.js';
import type { MetricRow } from '../../../src/telemetry/metrics.js';
import { rememberingLogger } from '../../support/store/quiet.js';

const ROOT = join(import.meta.dirname, '../../..');

describe('metrics', () => {
  it('count, observe and set by the kind in the table', async () => {
    const metrics = createMetrics({ unknown: 'throw', processMetrics: 'off' });
    metrics.count('dialtrace_attempts_total', { disposition: 'busy' });
    metrics.count('dialtrace_attempts_total', { disposition: 'busy' });
    metrics.observe('dialtrace_stage_seconds', 0.012, { stage: 'operator-invite' });
    metrics.observe('dialtrace_registrations', 7);
    metrics.observe('dialtrace_registrations', 5);
    const text = await metrics.render();
    expect(text).toContain('dialtrace_attempts_total{disposition="busy"} 2');
    expect(text).toContain('dialtrace_stage_seconds_bucket{le="0.025",stage="operator-invite"} 1');
    expect(text).toContain('dialtrace_stage_seconds_bucket{le="0.01",stage="operator-invite"} 0');
    expect(text).toContain('dialtrace_registrations 5');
    expect(metrics.contentType).toContain('text/plain');
  });

  it('of two programs do not meet', async () => {
    const [one, other] = [1, 2].map(() => createMetrics({ unknown: 'throw', processMetrics: 'off' }));
    one?.count('dialtrace_sip_drops_total', { why: 'malformed' });
    expect(await other?.render()).not.toContain('malformed');
  });

  it.each([
    ['an unknown name', (metrics: ReturnType<typeof createMetrics>) => metrics.count('dialtrace_nonsense')],
    [
      'an unknown label',
      (metrics: ReturnType<typeof createMetrics>) => metrics.count('dialtrace_attempts_total', { x: '1' }),
    ],
    [
      'a count of a gauge',
      (metrics: ReturnType<typeof createMetrics>) => metrics.count('dialtrace_registrations'),
    ],
    [
      'an observation of a counter',
      (metrics: ReturnType<typeof createMetrics>) => metrics.observe('dialtrace_attempts_total', 1),
    ],
  ])('tell of %s: thrown in tests, logged once in production', (_what, use) => {
    expect(() => use(createMetrics({ unknown: 'throw', processMetrics: 'off' }))).toThrow(
      expect.objectContaining({ code: 'bug' }),
    );
    const logger = rememberingLogger();
    const metrics = createMetrics({ unknown: logger, processMetrics: 'off' });
    use(metrics);
    use(metrics);
    expect(logger.lines).toHaveLength(1);
  });

  it('are named and described alike', () => {
    for (const [name, { kind, help }] of Object.entries<MetricRow>(METRICS)) {
      expect(name).toMatch(/^dialtrace_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter');
      if (kind === 'histogram') expect(name).toMatch(/_(seconds|mos)$/);
      expect(help.length).toBeGreaterThan(5);
    }
  });
});

/** Names and labels in PromQL that the program does not have. */
async function strangersIn(expressions: readonly string[]): Promise<string[]> {
  const rendered = await createMetrics({ unknown: 'throw' }).render();
  const ofProcess = [...rendered.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1] ?? '');
  const known = new Set([...Object.keys(METRICS), ...ofProcess]);
  return expressions.flatMap((expression) => {
    const names = [...expression.matchAll(/\bdialtrace_\w+/g)].map((match) => match[0]);
    if (names.length === 0) return [`${expression} names no metric`];
    const labels = [...expression.matchAll(/\b(dialtrace_\w+)\{(\w+)=/g)];
    return [
      ...names.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, ''))),
      ...labels.flatMap(([, name = '', label = '']) => {
        const row = (METRICS as Record<string, MetricRow>)[name.replace(/_bucket$/, '')];
        return row === undefined || row.labels.includes(label) ? [] : [`${name}{${label}}`];
      }),
    ];
  });
}

describe('the shipped configuration', () => {
  it('of Grafana asks only for metrics that exist', async () => {
    const dashboard = JSON.parse(readFileSync(join(ROOT, 'config/grafana/dialtrace.json'), 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(20);
    expect(await strangersIn(expressions)).toEqual([]);
  });

  it('of Prometheus alerts only on metrics that exist', async () => {
    const { groups } = parse(readFileSync(join(ROOT, 'config/prometheus/alerts.yaml'), 'utf8')) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(8);
    expect(await strangersIn(expressions)).toEqual([]);
  });
});
