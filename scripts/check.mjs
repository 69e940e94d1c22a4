// `npm run check`: format, types (also of the page), lint, architecture and fast tests, in this order; stops at the first that fails.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps = [
  ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-b', 'test', 'src/cli']],
  ['types of the page', ['node_modules/typescript/bin/tsc', '-p', 'src/console', '--noEmit']],
  ['generated pages', ['scripts/docs.mjs', '--check']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '.']],
  [
    'fast tests',
    ['node_modules/vitest/vitest.mjs', 'run', 'test/unit', 'test/property', 'test/golden', 'test/wire'],
  ],
];
for (const [name, args] of steps) {
  console.log(`— ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
