/** A report as a file for spreadsheets. Called by the routes of reports. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { csvText, type CsvRow } from '../domain/values/csv-text.js';

export const csvDocs = {
  summary: 'The same as a table',
  description: 'What a spreadsheet would run as a formula is a text in it.',
  tags: ['reports'],
  response: { 200: { description: 'Table', content: { 'text/csv': { schema: z.string() } } } },
};

export interface CsvFile {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Writes the headers of a download; answers its body. */
export function csvFile(reply: Pick<FastifyReply, 'headers'>, { name, columns, rows }: CsvFile): string {
  reply.headers({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}"`,
  });
  return csvText(columns, rows);
}
