// The number-swap script in one file, as dist/dni/dni.js; also called by its tests.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The text of the built script. */
export async function bundleDni() {
  const { outputFiles } = await build({
    entryPoints: [`${root}src/dni/dni.ts`],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0].text;
}
