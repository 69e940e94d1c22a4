/**
 * The server against recordings of FreeSWITCH 1.10.12: for each scenario, 0 differing lines. Replays are in real time;
 * one that a busy machine held up for longer than a frame is repeated.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../support/freeswitch/run-scenario.js';
import { readTrace } from '../support/freeswitch/trace.js';
import { COVERAGE } from './freeswitch-coverage.js';

const TRACES = new URL('./traces/real/', import.meta.url);
const recorded = readdirSync(TRACES).flatMap((name) => /^freeswitch-(.*)\.jsonl$/.exec(name)?.[1] ?? []);

/** So many replays at a time: more would hold each other up. */
const LANES = 3;
const waiting: (() => void)[] = [];
let busy = 0;

async function inLane<T>(run: () => Promise<T>): Promise<T> {
  if (busy >= LANES) await new Promise<void>((resolve) => waiting.push(resolve));
  busy += 1;
  try {
    return await run();
  } finally {
    busy -= 1;
    waiting.shift()?.();
  }
}

describe('FreeSWITCH recordings', () => {
  it('are all in the coverage table, and the table names no others', () => {
    expect(Object.keys(COVERAGE).sort()).toEqual(recorded.sort());
  });

  describe.concurrent('replayed', () => {
    for (const [scenario, covered] of Object.entries(COVERAGE)) {
      if (covered.verdict === 'out-of-scope') {
        it.skip(`${scenario}: out of scope, ${covered.why}`);
        continue;
      }
      it(scenario, { retry: 4, timeout: 180_000 }, async () => {
        const trace = readTrace(new URL(`freeswitch-${scenario}.jsonl`, TRACES));
        const differences = await inLane(() => runScenario(trace, covered));
        expect(differences.join('\n')).toBe('');
      });
    }
  });
});
