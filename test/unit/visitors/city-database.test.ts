/** The optional city database: a file made here by the format's description (MaxMind DB 2.0), and files that are none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/app/ports/ports.js';
import { openCityDatabase } from '../../../src/main/adapters/city-database.js';

type Value = string | number | { readonly [key: string]: Value };

/** Type in the upper three bits, size in the lower five; all values here are short. */
function encoded(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([Buffer.from([(2 << 5) | text.length]), text]);
  }
  if (typeof value === 'number') return Buffer.from([(6 << 5) | 4, 0, 0, value >> 8, value & 255]);
  const entries = Object.entries(value).flatMap(([key, content]) => [encoded(key), encoded(content)]);
  return Buffer.concat([Buffer.from([(7 << 5) | Object.keys(value).length]), ...entries]);
}

const BITS = 32;

/** A tree of one address: every other branch ends nowhere (the node count). */
function databaseOf(ip: string, record: Value): Buffer {
  const bits = ip.split('.').flatMap((part) => Array.from(Number(part).toString(2).padStart(8, '0'), Number));
  const tree = Buffer.concat(
    bits.map((bit, place) => {
      const next = place === BITS - 1 ? BITS + 16 : place + 1;
      const node = Buffer.alloc(6);
      node.writeUIntBE(bit === 0 ? next : BITS, 0, 3);
      node.writeUIntBE(bit === 1 ? next : BITS, 3, 3);
      return node;
    }),
  );
  const about = { node_count: BITS, record_size: 24, ip_version: 4, binary_format_major_version: 2 };
  const metadata = encoded({ ...about, database_type: 'Test', build_epoch: 1 });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    encoded(record),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ]);
}

describe('the city database', () => {
  let folder: string;
  const warned: string[] = [];
  const logger = {
    warn: (_fields: unknown, text: string) => void warned.push(text),
  } as Partial<Logger> as Logger;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dialtrace-city-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('tells the city of an address it knows, and nothing of others', async () => {
    const path = join(folder, 'city.mmdb');
    await writeFile(
      path,
      databaseOf('192.0.2.7', { city: { names: { en: 'Brno' } }, country: { iso_code: 'CZ' } }),
    );
    const placeOf = await openCityDatabase(path, logger);
    expect(placeOf?.('192.0.2.7')).toEqual({ city: 'Brno', country: 'CZ' });
    expect(placeOf?.('192.0.2.8')).toBeUndefined();
    expect(placeOf?.('not an address')).toBeUndefined();
    expect(warned).toEqual([]);
  });

  it('that cannot be used is told once, and visits go on without', async () => {
    await writeFile(join(folder, 'text.mmdb'), 'not a database');
    expect(await openCityDatabase(undefined, logger)).toBeUndefined();
    expect(await openCityDatabase(join(folder, 'text.mmdb'), logger)).toBeUndefined();
    expect(await openCityDatabase(join(folder, 'none.mmdb'), logger)).toBeUndefined();
    expect(warned).toHaveLength(2);
  });
});
