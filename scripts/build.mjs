// Builds dist/: TypeScript by project references, then the console page (vite). `--no-console` skips the page.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (bin, args) => {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/${bin}`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};
run('typescript/bin/tsc', ['-b']);
if (!process.argv.includes('--no-console') && existsSync(`${root}src/console/index.html`))
  run('vite/bin/vite.js', ['build', '--config', 'src/console/vite.config.ts', '--logLevel', 'warn']);
