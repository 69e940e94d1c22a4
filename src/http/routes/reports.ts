/** GET /v1/reports/sources and sources.csv: what advertising brought and cost; GET /v1/projects: of which sites. */
import { z } from 'zod';
import { MODEL_NAMES } from '../../domain/attribution/models.js';
import { reportCells, reportColumns } from '../../domain/attribution/report-table.js';
import { KEY_NAMES, REPORT_GROUPINGS } from '../../domain/attribution/report-grouping.js';
import { costOf, returnOf, type ReportRow } from '../../domain/attribution/source-report.js';
import { present } from '../../domain/values/present.js';
import type { SourceReportRequest } from '../../app/reports/report-sources.js';
import type { HttpContext, HttpServer } from '../context.js';
import { csvDocs, csvFile } from '../csv-file.js';
import { instantOf, isoTime, time, zoneNamed } from '../schemas/common.js';

const MONTH_MS = 30 * 86_400_000;

const figures = {
  calls: z.number().meta({ description: 'Models that credit several touches spread one call over rows' }),
  target_calls: z.number(),
  requests: z.number(),
  texts: z.number(),
  unique: z.number().meta({ description: 'First contacts of their person in the window' }),
  unique_target_calls: z.number(),
  persons: z.number(),
  costs: z.record(z.string(), z.number()).meta({ description: 'By currency' }),
  cost_per_call: z.number().nullable().meta({ description: 'null: no costs, or of several currencies' }),
  cost_per_request: z.number().nullable(),
  cost_per_target_call: z.number().nullable(),
  deals: z.number().meta({ description: 'That began in this time' }),
  sales: z.number().meta({ description: 'Deals that were won in this time, whenever they began' }),
  revenue: z.record(z.string(), z.number()).meta({ description: 'Of these sales, by currency' }),
  cost_per_sale: z.number().nullable(),
  roi: z.number().nullable().meta({
    description: '(revenue − costs) / costs; null: no costs, or several currencies',
  }),
};

const text = z.string().optional();
const keys = {
  source: text,
  medium: text,
  campaign: text,
  term: text.meta({ description: 'Keyword' }),
  day: text.meta({ description: 'YYYY-MM-DD in the zone of the report' }),
  weekday: text.meta({ description: '1 (Monday) to 7' }),
  hour: text.meta({ description: '00 to 23 in the zone of the report; costs have none' }),
  device: text.meta({ description: 'Kind, system and browser of the visit; costs have none' }),
  path: text.meta({ description: 'Touches in their order: `cpc yandex ×2 → direct`; costs have none' }),
} satisfies Readonly<Record<(typeof KEY_NAMES)[number], z.ZodType>>;

const reportSchema = z
  .object({
    project: z.string(),
    from: time,
    to: time,
    by: z.enum(REPORT_GROUPINGS),
    model: z.enum(MODEL_NAMES),
    items: z.array(
      z.object({
        ...keys,
        ...figures,
      }),
    ),
    total: z.object(figures),
  })
  .meta({ id: 'SourceReport', description: 'Names of sources and campaigns are texts of strangers' });

const query = z.object({
  project: z.string().optional().meta({ description: 'When there are several' }),
  from: time.optional().meta({ description: 'Default: 30 days before `to`' }),
  to: time.optional().meta({ description: 'Default: now' }),
  by: z.enum(REPORT_GROUPINGS).default('source'),
  model: z.enum(MODEL_NAMES).optional().meta({ description: 'Default: that of the project' }),
  window_days: z.coerce.number().positive().optional().meta({ description: 'Default: that of the project' }),
  unique: z.enum(['across-kinds', 'per-kind']).optional(),
  time_zone: z.string().max(64).default('UTC').meta({ description: 'Of the days' }),
});

function figuresOf(row: ReportRow) {
  const { calls, requests, texts, unique, persons, targetCalls } = row;
  return {
    ...{ calls, requests, texts, unique, persons },
    target_calls: targetCalls,
    unique_target_calls: row.uniqueTargetCalls,
    costs: { ...row.costs },
    cost_per_call: costOf(row, calls) ?? null,
    cost_per_request: costOf(row, requests) ?? null,
    cost_per_target_call: costOf(row, targetCalls) ?? null,
    deals: row.deals,
    sales: row.sales,
    revenue: { ...row.revenue },
    cost_per_sale: costOf(row, row.sales) ?? null,
    roi: returnOf(row) ?? null,
  };
}

function itemOf(row: ReportRow) {
  const named = Object.fromEntries(KEY_NAMES.map((name) => [name, row[name]]));
  return { ...present(named), ...figuresOf(row) };
}

type Asked = z.output<typeof query>;

function termsOf(asked: Asked, now: number): SourceReportRequest {
  const to = instantOf(asked.to) ?? now;
  const { by, project, model, unique, window_days: windowDays } = asked;
  return {
    to,
    from: instantOf(asked.from) ?? to - MONTH_MS,
    by,
    timeZone: zoneNamed(asked.time_zone),
    ...present({ project, model, unique, windowDays }),
  };
}

export function reportRoutes(server: HttpServer, { app, clock }: HttpContext): void {
  server.get('/v1/projects', {
    config: { scope: 'read' },
    schema: {
      summary: 'Sites whose calls are attributed, as the telephony names them',
      tags: ['reports'],
      response: {
        200: z.object({ items: z.array(z.object({ name: z.string(), model: z.enum(MODEL_NAMES) })) }),
      },
    },
    handler: () => ({
      items: Object.values(app.telephonySet().telephony.projects).map(({ name, attribution }) => ({
        name,
        model: attribution.model,
      })),
    }),
  });

  server.get('/v1/reports/sources', {
    config: { scope: 'read' },
    schema: {
      summary:
        'Calls, requests, persons, costs, sales and revenue by source, keyword, time, device or path, with any model',
      tags: ['reports'],
      querystring: query,
      response: { 200: reportSchema },
    },
    handler: async (request) => {
      const terms = termsOf(request.query, clock.now());
      const { project, model, rows, total } = await app.reportSources(terms);
      return {
        ...{ project, model, by: terms.by },
        from: isoTime(terms.from),
        to: isoTime(terms.to),
        items: rows.map(itemOf),
        total: figuresOf(total),
      };
    },
  });

  server.get('/v1/reports/sources.csv', {
    config: { scope: 'read' },
    schema: { ...csvDocs, querystring: query },
    handler: async (request, reply) => {
      const terms = termsOf(request.query, clock.now());
      const { rows } = await app.reportSources(terms);
      const columns = reportColumns(terms.by);
      return reply.send(csvFile(reply, { name: 'sources.csv', columns, rows: rows.map(reportCells) }));
    },
  });
}
