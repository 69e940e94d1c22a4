/** Authorisation of connections and their ad accounts: /v1/connections/:id/…, and the way back from TikTok's page. */
import { z } from 'zod';
import { escapeXml } from '../../domain/failsafe/escape-xml.js';
import type { Access } from '../../domain/tiktok/access.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  accessJson,
  accessSchema,
  adAccountJson,
  adAccountSchema,
  syncJson,
  syncSchema,
} from '../schemas/ad-accounts.js';
import { idParams, isoTime, time } from '../schemas/common.js';

const tags = ['connections'];
const idOf = ({ id }: { readonly id: string }): ConnectionId => id as ConnectionId;

const PAGE = { description: 'What became of it', content: { 'text/html': { schema: z.string() } } };

/** Leads on to the page of this program, where there is one; says how it stands also where there is none. */
function landingPage({ state, why = '' }: Access): string {
  const told = escapeXml(`${state === 'authorised' ? 'The account is authorised.' : state} ${why}`);
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Dialtrace</title>',
    '<meta http-equiv="refresh" content="3; url=/#/connections">',
    `<p>${told}</p><p><a href="/#/connections">On to the connections</a></p></html>`,
  ].join('\n');
}

export function authorisationRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/access', {
    config: { scope: 'read' },
    schema: {
      summary: 'What connections are authorised for',
      tags,
      response: { 200: z.object({ items: z.array(accessSchema) }) },
    },
    handler: async () => ({ items: (await app.listAccess()).map(accessJson) }),
  });
  server.get('/v1/connections/:id/access', {
    config: { scope: 'read' },
    schema: {
      summary: 'Is the account authorised?',
      tags,
      params: idParams,
      response: { 200: accessSchema },
    },
    handler: async (request) => accessJson(await app.accessOf(idOf(request.params))),
  });
  server.post('/v1/connections/:id/authorise', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Where the owner of the account says yes; the address works once, for half an hour',
      tags,
      params: idParams,
      response: { 200: z.object({ url: z.string(), expires_at: time }) },
    },
    handler: async (request) => {
      const { url, expiresAt } = await app.beginAuthorisation(idOf(request.params));
      return { url, expires_at: isoTime(expiresAt) };
    },
  });
  server.post('/v1/connections/:id/revoke', {
    config: { scope: 'admin' },
    schema: { summary: 'Take the access back', tags, params: idParams, response: { 200: accessSchema } },
    handler: async (request) => accessJson(await app.revokeAccess(idOf(request.params), request.actor)),
  });
  server.get('/oauth/tiktok/callback', {
    config: { scope: 'public' },
    schema: {
      summary: 'TikTok sends the advertiser back here',
      tags,
      querystring: z.object({
        state: z.string().min(1).max(200),
        auth_code: z.string().max(500).optional(),
        code: z.string().max(500).optional(),
      }),
      response: { 200: PAGE },
    },
    handler: async (request, reply) => {
      const { state, auth_code: authCode, code } = request.query;
      const access = await app.endAuthorisation({ state, authCode: authCode ?? code });
      return reply.type('text/html; charset=utf-8').send(landingPage(access));
    },
  });
}

export function adAccountRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/connections/:id/accounts', {
    config: { scope: 'read' },
    schema: {
      summary: 'Ad accounts of a connection, as last synchronised',
      tags,
      params: idParams,
      response: { 200: z.object({ items: z.array(adAccountSchema) }) },
    },
    handler: async (request) => ({
      items: (await app.listAdAccounts(idOf(request.params))).map(adAccountJson),
    }),
  });
  server.post('/v1/connections/:id/sync', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Synchronise now: ad accounts, webhooks, forms',
      tags,
      params: idParams,
      body: z
        .strictObject({
          accounts: z
            .array(z.string().max(40))
            .max(1000)
            .optional()
            .meta({ description: 'Only these are wanted from now on; absent: as chosen before' }),
        })
        .nullish(),
      response: { 200: syncSchema },
    },
    handler: async (request) => {
      const only = request.body?.accounts;
      return syncJson(await app.syncConnection(idOf(request.params), only === undefined ? {} : { only }));
    },
  });
  server.patch('/v1/connections/:id/accounts/:account', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Choose whether forms and leads of an ad account are wanted',
      tags,
      params: idParams.extend({ account: z.string().min(1).max(40) }),
      body: z.strictObject({ chosen: z.enum(['on', 'off']) }),
      response: { 200: adAccountSchema },
    },
    handler: async (request) => {
      const { account } = request.params;
      const { chosen } = request.body;
      return adAccountJson(await app.chooseAccount(idOf(request.params), { account, chosen }));
    },
  });
}
