/** The file of an export: CSV, or a zip of some. An error may stand in its place, as text. */
import { parse } from 'csv-parse/sync';
import type { TikTokAnswer } from '../app/ports/tiktok.js';
import type { ExportedRow } from '../domain/tiktok/exported-lead.js';
import { messageOf } from '../errors.js';
import { isZip, unzip } from './unzip.js';

export function readLeadFile(bytes: Uint8Array): TikTokAnswer<readonly ExportedRow[]> {
  const files = isZip(bytes) ? unzip(bytes) : [Buffer.from(bytes)];
  if (files === undefined) return unreadable('the zip is damaged');
  const rows: ExportedRow[] = [];
  for (const file of files) {
    const read = readCsv(file.toString('utf8'));
    if (typeof read === 'string') return unreadable(read);
    rows.push(...read);
  }
  return { kind: 'ok', value: rows };
}

function readCsv(text: string): readonly ExportedRow[] | string {
  if (!/^\uFEFF?[^\n]*lead[ _]?id/i.test(text)) return `there is no column Lead ID: ${text.slice(0, 200)}`;
  try {
    return parse(text, { bom: true, columns: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    return messageOf(error);
  }
}

function unreadable(message: string): TikTokAnswer<never> {
  return { kind: 'refused', refusal: { kind: 'unreadable', message } };
}
