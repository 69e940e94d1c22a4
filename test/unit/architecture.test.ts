/** Who may import whom (ARCHITECTURE.md, "Layers"), read from the import lines of every source file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

interface Layer {
  readonly ours: readonly string[];
  /** Packages; `node:` built-ins are allowed unless `pure`. */
  readonly packages: readonly string[] | 'any';
  readonly pure?: readonly string[];
}

const ADAPTER = ['domain', 'app', 'wire'];
const LAYERS: Record<string, Layer> = {
  domain: {
    ours: ['domain'],
    packages: ['zod', 'libphonenumber-js', 'temporal-polyfill', 'n2words'],
    pure: [],
  },
  app: { ours: ['domain', 'app'], packages: ['zod'], pure: ['node:crypto', 'node:path', 'node:async_hooks'] },
  wire: { ours: ['wire'], packages: ['sdp-transform'], pure: ['node:buffer'] },
  sip: { ours: ['sip', 'wire'], packages: ['ws'] },
  media: { ours: ['media', 'wire'], packages: ['@alexanderolsen/libsamplerate-js', 'werift'] },
  engine: { ours: ['engine', 'sip', 'media', 'wire'], packages: [] },
  phone: { ours: ['phone', 'sip', 'media', 'wire'], packages: [] },
  switch: {
    ours: [...ADAPTER, 'switch'],
    packages: ['drachtio-srf', 'drachtio-fsmrf', 'modesl', 'drachtio-modesl'],
  },
  store: { ours: [...ADAPTER, 'store'], packages: ['kysely', 'better-sqlite3'] },
  resolve: { ours: [...ADAPTER, 'resolve'], packages: [] },
  jobs: { ours: [...ADAPTER, 'jobs'], packages: ['node-cron'] },
  speech: { ours: [...ADAPTER, 'speech'], packages: 'any' },
  tiktok: { ours: [...ADAPTER, 'tiktok'], packages: ['zod', 'cockatiel', 'csv-parse'] },
  telemetry: { ours: [...ADAPTER, 'telemetry'], packages: ['pino', 'pino-pretty', 'prom-client'] },
  http: { ours: [...ADAPTER, 'http'], packages: 'any' },
};
/** Libraries that only one room may know. */
const CONFINED: Record<string, string> = {
  'drachtio-srf': 'switch',
  'drachtio-fsmrf': 'switch',
  werift: 'media',
  modesl: 'switch',
  kysely: 'store',
  'better-sqlite3': 'store',
  fastify: 'http',
  pino: 'telemetry',
  'prom-client': 'telemetry',
};

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(
      /^\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^\s*import\s+['"]([^'"]+)['"]/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

const layerOf = (file: string): string => relative(SRC, file).split('/')[0] ?? '';
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function mayImportOurs(file: string, specifier: string, layer: Layer): boolean {
  const target = resolve(dirname(file), specifier);
  return target === join(SRC, 'errors.js') || layer.ours.includes(layerOf(target));
}

function mayImportPackage(layerName: string, specifier: string, layer: Layer): boolean {
  const name = packageOf(specifier);
  const owner = CONFINED[name];
  if (owner !== undefined && owner !== layerName) return false;
  return layer.packages === 'any' || layer.packages.includes(name);
}

function isAllowed(file: string, specifier: string): boolean {
  const name = layerOf(file);
  const layer = LAYERS[name];
  if (layer === undefined) return CONFINED[packageOf(specifier)] === undefined || specifier.startsWith('.');
  if (specifier.startsWith('.')) return mayImportOurs(file, specifier, layer);
  if (specifier.startsWith('node:')) return layer.pure?.includes(specifier) ?? true;
  return mayImportPackage(name, specifier, layer);
}

describe('architecture', () => {
  const files = filesUnder(SRC).filter((file) => !file.includes('/console/'));

  it('reads the whole program', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('has no import that its layer may not have', () => {
    const complaints = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !isAllowed(file, specifier))
        .map((specifier) => `${relative(SRC, file)} imports ${specifier}`),
    );
    expect(complaints).toEqual([]);
  });

  it('keeps the two programs of the engine apart', () => {
    const crossing = files
      .filter((file) => file.includes('/engine/'))
      .flatMap((file) => importsOf(file).map((specifier) => [file, specifier] as const))
      .filter(([file, specifier]) => {
        const other = file.includes('/engine/drachtio/')
          ? '/freeswitch/'
          : file.includes('/engine/freeswitch/')
            ? '/drachtio/'
            : undefined;
        return (
          other !== undefined &&
          specifier.startsWith('.') &&
          resolve(dirname(file), specifier).includes(`/engine${other}`)
        );
      });
    expect(crossing).toEqual([]);
  });

  it('has no barrels inside layers', () => {
    expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual([]);
  });
});
