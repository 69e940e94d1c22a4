/** POST /v1/leads/import: a file of leads that were left elsewhere. */
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LeadImport, RowResult } from '../../app/leads/import-leads.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { resultJson, resultSchema } from '../hooks/taken-json.js';
import { leadRows } from '../lead-rows.js';

/** More would hold the request for minutes. */
const MOST_ROWS = 5000;
export const OLD_AFTER_DAYS = 3;

const flag = z.enum(['yes', 'no']).default('no');
const query = z.object({
  connection_id: z.string().min(1).max(64),
  form: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'Its id here or at the source, or its name; an unknown one is made' }),
  dry_run: flag.meta({ description: 'What would become of each row; nothing is stored' }),
  call: flag.meta({ description: 'Old leads are called too' }),
  old_after_days: z.coerce
    .number()
    .min(0)
    .max(3650)
    .default(OLD_AFTER_DAYS)
    .meta({ description: 'Left earlier, or nobody knows when: stored and not dialled' }),
});

export const importedSchema = z
  .object({
    dry_run: z.boolean(),
    stored: z.number(),
    repeated: z.number(),
    unusable: z.number(),
    will_call: z.number(),
    rows: z.array(resultSchema.extend({ line: z.number() })),
  })
  .meta({ id: 'ImportedLeads' });

export function importedJson(
  results: readonly RowResult[],
  mode: LeadImport['mode'],
): z.input<typeof importedSchema> {
  const count = (result: RowResult['result']): number =>
    results.filter((one) => one.result === result).length;
  return {
    dry_run: mode === 'dry-run',
    stored: count('stored'),
    repeated: count('repeated'),
    unusable: count('unusable'),
    will_call: results.filter(({ result, answer }) => result === 'stored' && answer?.willCallAt !== undefined)
      .length,
    rows: results.map((row) => ({ line: row.line, ...resultJson(row) })),
  };
}

/** A scope of its own: no other route takes a file for a body. */
export function leadImportRoutes(server: HttpServer, context: HttpContext): void {
  void server.register((scope, _options, done) => {
    scope.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    importRoute(scope.withTypeProvider<ZodTypeProvider>(), context);
    done();
  });
}

function importRoute(server: HttpServer, { app }: HttpContext): void {
  server.post('/v1/leads/import', {
    config: { scope: 'leads' },
    schema: {
      summary: 'A CSV file of leads, row by row',
      description:
        'TikTok’s export, that of another system, or any columns by the form’s field map. A lead that is known by its id, or by phone and time, is `repeated`. ' +
        `At most ${MOST_ROWS} rows; \`dialtrace lead import\` takes more.`,
      tags: ['leads'],
      consumes: ['text/csv'],
      querystring: query,
      body: z.string().meta({
        examples: [
          'Lead ID,Created time,Name,Phone number\n7301234567890100007,2026-11-25 09:00:00,Jan,+420601123456',
        ],
      }),
      response: { 200: importedSchema },
    },
    handler: async (request) => {
      const { connection_id, form, dry_run, call, old_after_days } = request.query;
      const rows = leadRows(request.body);
      if (rows.length > MOST_ROWS)
        throw new Fault(
          'field-invalid',
          `more than ${MOST_ROWS} rows: split the file, or use dialtrace lead import`,
        );
      const mode = dry_run === 'yes' ? 'dry-run' : 'write';
      const results = await app.importLeads({
        connectionId: connection_id as ConnectionId,
        form,
        rows,
        mode,
        oldAfterDays: old_after_days,
        old: call === 'yes' ? 'call' : 'store',
      });
      return importedJson(results, mode);
    },
  });
}
