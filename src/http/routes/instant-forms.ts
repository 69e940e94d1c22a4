/** Instant forms of ad accounts: what their fields become, the leads that no push brought, and a lead for a test. */
import { z } from 'zod';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  formReadingJson,
  formReadingSchema,
  leadExportJson,
  leadExportSchema,
  testLeadJson,
  testLeadSchema,
} from '../schemas/instant-forms.js';
import { idParams } from '../schemas/common.js';

const tags = ['connections'];
const fetches = z.object({ items: z.array(leadExportSchema) });
const oneForm = z.strictObject({ form_id: z.string().max(64).optional() }).nullish();
const LONGEST_WAIT = 60;
const WAIT = 20;

export function instantFormRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/forms/:id/fields', {
    config: { scope: 'read' },
    schema: {
      summary: 'What each field of an instant form becomes, and what is suggested',
      tags,
      params: idParams,
      response: { 200: formReadingSchema },
    },
    handler: async (request) => formReadingJson(await app.fieldsOf(request.params.id as FormId)),
  });
  server.get('/v1/connections/:id/fetches', {
    config: { scope: 'read' },
    schema: {
      summary: 'Fetches of leads that no push brought, newest first',
      tags,
      params: idParams,
      response: { 200: fetches },
    },
    handler: async (request) => ({
      items: (await app.listFetches(request.params.id as ConnectionId)).map(leadExportJson),
    }),
  });
  server.post('/v1/connections/:id/fetches', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Fetch the leads that TikTok keeps of a form, or of all; known ones are not taken twice',
      tags,
      params: idParams,
      body: oneForm,
      response: { 202: fetches },
    },
    handler: async (request, reply) => {
      const formId = request.body?.form_id as FormId | undefined;
      const begun = await app.fetchLeads(request.params.id as ConnectionId, formId);
      return reply.code(202).send({ items: begun.map(leadExportJson) });
    },
  });
  testLeadRoute(server, app);
}

function testLeadRoute(server: HttpServer, app: HttpContext['app']): void {
  server.post('/v1/connections/:id/test', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Make a test lead at TikTok and wait for its push; nobody is called',
      tags,
      params: idParams,
      body: z
        .strictObject({
          form_id: z.string().max(64).optional(),
          wait_seconds: z.number().min(0).max(LONGEST_WAIT).optional(),
        })
        .nullish(),
      response: { 200: testLeadSchema },
    },
    handler: async (request) => {
      const { form_id: formId, wait_seconds: wait = WAIT } = request.body ?? {};
      const report = await app.testLead(request.params.id as ConnectionId, {
        waitMs: wait * 1000,
        ...(formId !== undefined && { formId: formId as FormId }),
      });
      return testLeadJson(report);
    },
  });
}
