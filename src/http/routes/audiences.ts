/** /v1/audiences: customer audiences at an ad platform, their uploads and what became of them. */
import { z } from 'zod';
import type { AudienceId } from '../../domain/tiktok/audience.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  audienceBody,
  audienceJson,
  audienceSchema,
  audienceTaskJson,
  audienceTaskSchema,
  newAudience,
  taskBody,
} from '../schemas/audiences.js';
import { idParams } from '../schemas/common.js';

const tags = ['audiences'];
const idOf = ({ id }: { readonly id: string }): AudienceId => id as AudienceId;

export function audienceRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/audiences', {
    config: { scope: 'read' },
    schema: {
      summary: 'Customer audiences',
      tags,
      response: { 200: z.object({ items: z.array(audienceSchema) }) },
    },
    handler: async () => ({ items: (await app.listAudiences()).map(audienceJson) }),
  });
  server.post('/v1/audiences', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Name an audience and its segment; the first upload makes it',
      tags,
      body: audienceBody,
      response: { 201: audienceSchema },
    },
    handler: async (request, reply) =>
      reply.code(201).send(audienceJson(await app.addAudience(newAudience(request.body)))),
  });
  server.get('/v1/audiences/:id', {
    config: { scope: 'read' },
    schema: {
      summary: 'An audience with its uploads, newest first',
      tags,
      params: idParams,
      response: { 200: audienceSchema.extend({ tasks: z.array(audienceTaskSchema) }) },
    },
    handler: async (request) => {
      const { audience, tasks } = await app.audienceOf(idOf(request.params));
      return { ...audienceJson(audience), tasks: tasks.map(audienceTaskJson) };
    },
  });
  server.get('/v1/audiences/:id/preview', {
    config: { scope: 'read' },
    schema: {
      summary: 'How many people would be uploaded now',
      tags,
      params: idParams,
      response: { 200: z.object({ valid: z.number(), total: z.number() }) },
    },
    handler: async (request) => {
      const { valid, total } = await app.previewAudience(idOf(request.params));
      return { valid, total };
    },
  });
  uploadRoute(server, app);
}

function uploadRoute(server: HttpServer, app: HttpContext['app']): void {
  server.post('/v1/audiences/:id/tasks', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Upload the segment: append, replace or remove; now, or in the quiet hours',
      tags,
      params: idParams,
      body: taskBody,
      response: { 202: audienceTaskSchema },
    },
    handler: async (request, reply) => {
      const { action, trigger, at } = request.body;
      const task = await app.planFill(idOf(request.params), {
        ...{ action, trigger, by: request.actor },
        ...(at !== undefined && { at: at.replace(':', '') }),
      });
      return reply.code(202).send(audienceTaskJson(task));
    },
  });
}
