/** /v1/numbers: the stock of tracked numbers, changes to many at once, and which rule a visit meets. */
import { z } from 'zod';
import { cellsOf, NUMBER_COLUMNS, unknownColumns } from '../../domain/numbers/number-rows.js';
import { NUMBER_STATES } from '../../domain/numbers/tracked-number.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';

const numberSchema = z
  .object(
    Object.fromEntries(NUMBER_COLUMNS.map((name) => [name, z.string()])) as Record<
      (typeof NUMBER_COLUMNS)[number],
      z.ZodString
    >,
  )
  .meta({ id: 'TrackedNumber', description: 'Empty texts are absent values' });

const importBody = z
  .strictObject({
    rows: z
      .array(z.record(z.string(), z.string().max(1000)))
      .min(1)
      .max(10_000)
      .meta({ description: `Columns: ${NUMBER_COLUMNS.join(', ')}. Absent: unchanged; empty: removed` }),
    dry_run: z.boolean().default(false),
  })
  .meta({ id: 'NumberImportBody' });

const importSchema = z
  .object({
    written: z.enum(['yes', 'no']),
    changes: z.array(
      z.object({
        number: z.string(),
        change: z.enum(['added', 'changed', 'same']),
        columns: z.record(z.string(), z.object({ before: z.string(), after: z.string() })),
      }),
    ),
    refused: z.array(z.object({ row: z.number(), number: z.string(), problems: z.array(z.string()) })),
  })
  .meta({ id: 'NumberImport', description: 'All rows are written, or none' });

const explanationSchema = z
  .object({
    project: z.string(),
    source: z.string(),
    medium: z.string(),
    campaign: z.string().nullable(),
    rules: z.array(z.object({ name: z.string(), fits: z.enum(['yes', 'no']) })),
    rule: z.string().nullable().meta({ description: 'null: none fits, the site’s number stays' }),
    show: z.enum(['site-number', 'static', 'pool']),
    pool: z.string().nullable(),
    number: z.string().nullable(),
  })
  .meta({ id: 'NumberExplanation' });

export function numberRoutes(server: HttpServer, { app, store }: HttpContext): void {
  const tags = ['numbers'];

  server.get('/v1/numbers', {
    config: { scope: 'read' },
    schema: {
      summary: 'Tracked numbers',
      tags,
      querystring: z.object({
        project: z.string().optional(),
        state: z.enum(NUMBER_STATES).optional(),
        pool: z.string().optional(),
        trunk: z.string().optional(),
      }),
      response: { 200: z.object({ items: z.array(numberSchema) }) },
    },
    handler: async (request) => ({ items: (await store.numbers.list(present(request.query))).map(cellsOf) }),
  });

  server.post('/v1/numbers/import', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Add and change numbers: all rows or none; a dry run tells what would change',
      tags,
      body: importBody,
      response: { 200: importSchema },
    },
    handler: async ({ body: { rows, dry_run } }) => {
      const wrong = unknownColumns([...new Set(rows.flatMap((row) => Object.keys(row)))]);
      if (wrong.length > 0)
        throw new Fault('field-invalid', wrong.join('; '), {
          fields: wrong.map((problem) => ({ field: 'rows', problem })),
        });
      return importJson(await app.importNumbers(rows, dry_run ? 'dry-run' : 'write'));
    },
  });

  explainRoute(server, app);
}

function explainRoute(server: HttpServer, app: HttpContext['app']): void {
  server.get('/v1/numbers/explain', {
    config: { scope: 'read' },
    schema: {
      summary: 'Which rule a visit of this address meets; nothing is leased',
      tags: ['numbers'],
      querystring: z.object({ url: z.url(), project: z.string().optional(), referrer: z.url().optional() }),
      response: { 200: explanationSchema },
    },
    handler: async ({ query: { url, project, referrer } }) => {
      const { hostname, pathname, searchParams } = new URL(url);
      const { touch, rules, rule, show, number, ...rest } = await app.explainShow({
        url,
        landing: { host: hostname, path: pathname, query: Object.fromEntries(searchParams) },
        ...present({ project, referrer: referringPage(referrer) }),
      });
      return {
        project: rest.project,
        source: touch.source,
        medium: touch.medium,
        campaign: touch.campaign ?? null,
        rules: [...rules],
        rule: rule ?? null,
        show: show.kind,
        pool: show.kind === 'pool' ? show.pool : null,
        number: number ?? null,
      };
    },
  });
}

function importJson(
  report: Awaited<ReturnType<HttpContext['app']['importNumbers']>>,
): z.input<typeof importSchema> {
  return {
    written: report.written,
    changes: [...report.changes],
    refused: report.refused.map(({ row, number, problems }) => ({ row, number, problems: [...problems] })),
  };
}

function referringPage(url: string | undefined): { readonly url: string; readonly host: string } | undefined {
  return url === undefined ? undefined : { url, host: new URL(url).hostname };
}
