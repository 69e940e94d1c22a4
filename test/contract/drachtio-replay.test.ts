// The drachtio look-alike against every recorded trace of the real server: 0 differing lines, or a reason.
import { describe, expect, it } from 'vitest';
import { drachtioScenarios, readTrace } from '../support/sip/trace.js';
import { replay } from '../support/sip/trace-replay.js';
import { DRACHTIO_COVERAGE } from './drachtio-coverage.js';

describe('recorded scenarios', () => {
  it('all have a row in the coverage table', () => {
    expect(Object.keys(DRACHTIO_COVERAGE).sort()).toEqual(drachtioScenarios());
  });

  for (const scenario of drachtioScenarios()) {
    const row = DRACHTIO_COVERAGE[scenario];
    if (row !== undefined && row !== 'same') continue;
    it(scenario, async () => {
      expect(await replay(readTrace(scenario))).toEqual([]);
    });
  }
});
