// Builds dist/: TypeScript by project references, the number-swap script (esbuild), then the console page (vite). `--no-console` skips the page.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleDni } from './dni.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (bin, args) => {
  const { status } = spawnSync(process.execPath, [`${root}node_modules/${bin}`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};
run('typescript/bin/tsc', ['-b']);
mkdirSync(`${root}dist/dni`, { recursive: true });
writeFileSync(`${root}dist/dni/dni.js`, await bundleDni());
if (!process.argv.includes('--no-console') && existsSync(`${root}src/console/index.html`))
  run('vite/bin/vite.js', ['build', '--config', 'src/console/vite.config.ts', '--logLevel', 'warn']);
