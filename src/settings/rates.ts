/** Price lists of trunks: CSV files beside the YAML, two columns, prefix and cost per minute. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { messageOf } from '../errors.js';
import type { Rates } from './telephony.js';
import type { TelephonyYaml } from './telephony-schema.js';

/** A value that is well-formed but cannot be used here; `path` is its place in the merged document. */
export interface UnfitValue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}

export interface ReadRates {
  readonly rates: Rates;
  readonly problems: readonly UnfitValue[];
}

type Row = readonly [line: number, prefix: string, cost: string];

const PREFIX = /^\+\d+$/;

/** Never throws for what an admin wrote. */
export async function readRates(directory: string, { trunks }: TelephonyYaml): Promise<ReadRates> {
  const rates: Record<string, Readonly<Record<string, number>>> = {};
  const problems: UnfitValue[] = [];
  for (const [name, { allowed }] of Object.entries(trunks)) {
    if (allowed.rates === undefined) continue;
    const path = ['trunks', name, 'allowed', 'rates'];
    try {
      rates[name] = pricesOf(await readFile(join(directory, allowed.rates), 'utf8'), allowed.rates);
    } catch (error) {
      problems.push({ path, message: messageOf(error) });
    }
  }
  return { rates, problems };
}

/** Throws an Error that names file and line. */
export function pricesOf(csv: string, file: string): Readonly<Record<string, number>> {
  const prices: Record<string, number> = {};
  for (const [line, prefix, cost] of rowsOf(csv)) {
    const price = Number(cost);
    if (!PREFIX.test(prefix) || cost === '' || !Number.isFinite(price) || price < 0)
      throw new Error(
        `${file}:${line}: expected a prefix such as +7495 and a price, found "${prefix},${cost}"`,
      );
    if (Object.hasOwn(prices, prefix)) throw new Error(`${file}:${line}: ${prefix} stands there twice`);
    prices[prefix] = price;
  }
  return prices;
}

/** A first line without a number is a heading. */
function rowsOf(csv: string): readonly Row[] {
  const records = parse(csv, {
    bom: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
  }) as unknown as readonly {
    readonly info: { readonly lines: number };
    readonly record: readonly string[];
  }[];
  const rows = records.map(({ info, record: [prefix = '', cost = ''] }): Row => [info.lines, prefix, cost]);
  return rows[0] !== undefined && !/\d/.test(rows[0][1]) ? rows.slice(1) : rows;
}
