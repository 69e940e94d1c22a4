import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    // Two programs on one pair of real servers would take each other's calls.
    fileParallelism: process.env['SWITCH'] !== 'external',
    reporters: ['default'],
  },
});
