import { defineConfig } from 'vitest/config';

/** Pure, or clean behind themselves: their files share one set of loaded modules, which halves their time. */
const FAST = [
  'test/unit/**/*.test.ts',
  'test/property/**/*.test.ts',
  'test/golden/**/*.test.ts',
  'test/wire/**/*.test.ts',
  'test/http/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    // Two programs on one pair of real servers would take each other's calls.
    fileParallelism: process.env['SWITCH'] !== 'external',
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'fast', include: FAST, isolate: false, testTimeout: 60_000 } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: FAST } },
    ],
  },
});
