/** /v1/connections and /v1/forms. */
import { z } from 'zod';
import type { NewForm } from '../../app/connections/add-form.js';
import type { NewConnection } from '../../app/connections/add-connection.js';
import type { ConnectionChange } from '../../app/connections/set-connection.js';
import type { FormChange } from '../../app/connections/set-form.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  connectionBody,
  connectionChange,
  connectionJson,
  connectionSchema,
  formBody,
  formChange,
  formJson,
  formSchema,
} from '../schemas/connections.js';
import { idParams } from '../schemas/common.js';

/** Whose names are ours; static UTM and field maps hold names of others. */
const NESTED: readonly string[] = ['intake'];

/** snake_case of the API to camelCase of the domain, absent fields left out. */
function camel(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      NESTED.includes(name) ? camel(value as Readonly<Record<string, unknown>>) : value,
    ]),
  );
}

export function connectionRoutes(server: HttpServer, { app }: HttpContext): void {
  const tags = ['connections'];

  server.get('/v1/connections', {
    config: { scope: 'read' },
    schema: {
      summary: 'Authorised accounts of lead sources',
      tags,
      response: { 200: z.object({ items: z.array(connectionSchema) }) },
    },
    handler: async () => ({ items: (await app.listConnections()).map(connectionJson) }),
  });

  server.post('/v1/connections', {
    config: { scope: 'admin' },
    schema: { summary: 'Add a connection', tags, body: connectionBody, response: { 201: connectionSchema } },
    handler: async (request, reply) =>
      reply.code(201).send(connectionJson(await app.addConnection(camel(request.body) as NewConnection))),
  });

  server.patch('/v1/connections/:id', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Change a connection',
      tags,
      params: idParams,
      body: connectionChange,
      response: { 200: connectionSchema },
    },
    handler: async (request) =>
      connectionJson(
        await app.setConnection(request.params.id as ConnectionId, camel(request.body) as ConnectionChange),
      ),
  });
}

export function formRoutes(server: HttpServer, { app }: HttpContext): void {
  const tags = ['connections'];

  server.get('/v1/forms', {
    config: { scope: 'read' },
    schema: {
      summary: 'Forms of connections, with their settings',
      tags,
      querystring: z.object({ connection_id: z.string().optional() }),
      response: { 200: z.object({ items: z.array(formSchema) }) },
    },
    handler: async (request) => ({
      items: (await app.listForms(request.query.connection_id as ConnectionId | undefined)).map(formJson),
    }),
  });

  server.post('/v1/forms', {
    config: { scope: 'admin' },
    schema: { summary: 'Add a form of a connection', tags, body: formBody, response: { 201: formSchema } },
    handler: async (request, reply) =>
      reply.code(201).send(formJson(await app.addForm(camel(request.body) as NewForm))),
  });

  server.patch('/v1/forms/:id', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Set a form: on/off, name, static UTM, whisper template, group, policy, fields',
      tags,
      params: idParams,
      body: formChange,
      response: { 200: formSchema },
    },
    handler: async (request) =>
      formJson(await app.setForm(request.params.id as FormId, camel(request.body) as FormChange)),
  });
}
