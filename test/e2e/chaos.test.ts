/**
 * The shortest chaos run: a controller killed in a talk, at a hang-up and while a retry waits (in this order by seed 7, so
 * that no kill leaves an attempt in doubt, which would be waited out for a minute). The long one is `npm run chaos`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../dist/cli/chaos/main.js');
const DEADLINE_MS = 240_000;

it('loses no lead and rings no phone twice', { timeout: DEADLINE_MS + 5000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const options = [
    '--points',
    '3',
    '--at',
    'talk,hang-up,retry-wait',
    '--seed',
    '7',
    '--json',
    '--directory',
    directory,
  ];
  const run = spawnSync(process.execPath, [MAIN, ...options], { encoding: 'utf8', timeout: DEADLINE_MS });
  expect(run.stdout, run.stderr).not.toBe('');
  const report = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(report).toMatchObject({
    points: 3,
    lost: 0,
    rung_twice: 0,
    open_calls: 0,
    orphan_channels: 0,
    unaccounted_rings: 0,
    talks_cut: 0,
    talks_unheard: 0,
    wrong_ends: 0,
    missed_moments: 0,
    statuses: { reached: 3 },
  });
  expect(report['talks_across']).toBeGreaterThanOrEqual(1);
  expect(run.status).toBe(0);
  rmSync(directory, { recursive: true });
});
