/** How long ten plans of 495 steps take to read, check and advise on, beside the YAML library alone. Called by dialplan-rate.ts. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DEFAULT_LIMITS } from '../../domain/dialplan/advice/advice.js';
import { lintSet } from '../../settings/lint-set.js';
import { atMost, figure, percentile, type Figure } from './figures.js';
import { ownCpuMs } from './process-usage.js';

const PLANS = 10;
/** A multiple of five: the last step is one that leads to the end. */
const STEPS = 495;
const ROUNDS = 3;
const LIMIT_MS = 1000;

/** Five kinds in turns: a variable, conditions on it, a text with it, a menu; ways ahead and far away. */
const KINDS: readonly ((n: number, next: string, far: string) => string)[] = [
  (n, next) => `{ do: set, values: { v${n}: caller.timesCalled }, next: ${next} }`,
  (n, next, far) =>
    `{ do: if, when: v${n - 1} > ${n} and caller.country == 'DE', on: { yes: ${next}, no: ${far} } }`,
  (n, next) => `{ do: say, leg: caller, text: 'Number {{ v${n - 2} }}', next: ${next} }`,
  (_, next, far) =>
    `{ do: menu, what: [{ text: Press }], keys: { 1: ${next}, 2: ${far} }, on: { no-choice: ${next} } }`,
  (n, next, far) => `{ do: if, when: v${n - 4} == ${n}, on: { yes: ${far}, no: ${next} } }`,
];

function planText(name: string): string {
  const steps = Array.from({ length: STEPS }, (_, n) => {
    const next = n === STEPS - 1 ? 'end' : `s${n + 1}`;
    return `  s${n}: ${KINDS[n % KINDS.length]?.(n, next, `s${(n * 7 + 3) % STEPS}`) ?? ''}\n`;
  });
  return `name: ${name}\nstart: s0\nsteps:\n  end: { do: hangup }\n${steps.join('')}`;
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const startedAt = ownCpuMs();
  await work();
  return ownCpuMs() - startedAt;
}

async function lint(folder: string): Promise<void> {
  const nothing = { directory: undefined, environment: {}, catalogue: undefined, numbers: undefined };
  const { plans } = await lintSet({ folder, ...nothing, limits: DEFAULT_LIMITS });
  if (plans.length !== PLANS) throw new Error('the plans of the bench have mistakes');
}

async function parseAll(folder: string): Promise<void> {
  for (const name of await readdir(folder)) parse(await readFile(join(folder, name), 'utf8'));
}

export async function lintLargeSet(): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-bench-'));
  try {
    for (let plan = 0; plan < PLANS; plan += 1)
      await writeFile(join(folder, `p${plan}.yaml`), planText(`p${plan}`));
    const linted: number[] = [];
    const parsed: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      linted.push(await cpuOf(() => lint(folder)));
      parsed.push(await cpuOf(() => parseAll(folder)));
    }
    const beside = { what: 'the YAML library alone, ms of CPU', value: percentile(parsed, 0.5) };
    return figure({ value: percentile(linted, 0.5), unit: 'ms', beside, budget: atMost(LIMIT_MS) });
  } finally {
    await rm(folder, { recursive: true });
  }
}
