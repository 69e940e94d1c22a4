/** Everything that is installed with the program has a licence we may ship beside MIT; exceptions are named in NOTICE. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
}

const PERMISSIVE = [
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'Python-2.0',
  'PSF-2.0',
  'WTFPL',
];
/** Package → licence; each stands in NOTICE. */
const NAMED: Readonly<Record<string, string>> = {
  'drachtio-modesl': 'MPL-2.0',
  modesl: 'MPL-2.0',
  '@echogarden/espeak-ng-emscripten': 'GPL-3.0',
  'date-holidays': '(ISC AND CC-BY-3.0)',
  mediabunny: 'MPL-2.0',
};

/** Read in the package itself where its package.json names none. */
const UNNAMED: Readonly<Record<string, string>> = { modesl: 'MPL-2.0', only: 'MIT' };

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const installed = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true)
  .map(([path, { license }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return { name, license: license ?? UNNAMED[name] ?? '' };
  });

/** `(MIT OR GPL-2.0)`: one permissive choice is enough; `A AND B`: both must be. */
function isPermissive(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => PERMISSIVE.includes(part.trim())));
}

describe('licences', () => {
  it('are all known and permissive, but for those named in NOTICE', () => {
    expect(installed.length).toBeGreaterThan(100);
    const refused = installed.filter(
      ({ name, license }) => !isPermissive(license) && NAMED[name] !== license,
    );
    expect(refused).toEqual([]);
  });

  it('names each exception in NOTICE', () => {
    const notice = readFileSync(join(ROOT, 'NOTICE'), 'utf8');
    for (const name of Object.keys(NAMED)) expect(notice).toContain(name);
  });
});
