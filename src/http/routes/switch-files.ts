/** /switch-files: prompts to, and recordings from, a media server that shares no folder with us (see file-links.ts). */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Fault, messageOf } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import type { FileLinks, LinkKind } from '../file-links.js';

const params = z.object({ mac: z.string().max(64), name: z.string().max(4096) });
/** Of a recording: eight hours of stereo at 8 kHz are 920 MB. */
const MOST_BYTES = 1_000_000_000;
/** The media server's cache asks again after this long: recorded prompts may be exchanged. */
const PROMPT_MAX_AGE_SECONDS = 300;

function pathOf(links: FileLinks, kind: LinkKind, { mac, name }: z.infer<typeof params>): string {
  const path = links.pathOf(kind, mac, name);
  if (path === undefined) throw new Fault('not-found', 'this is not a link that was given out');
  return path;
}

/** Whole or not at all: the file has its name only when its last byte is there. */
async function receive(body: Readable, path: string, part: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(body, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** mod_http_cache sends `audio/x-wav`; whatever the type says, the bytes are taken as they come. */
function takeRawBodies(scope: HttpServer): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
}

export function switchFileRoutes(server: HttpServer, { fileLinks: links, ids, logger }: HttpContext): void {
  if (links === undefined) return;
  server.get('/switch-files/prompts/:mac/:name', {
    config: { scope: 'public', rateLimit: false },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const path = pathOf(links, 'prompts', request.params);
      const file = await stat(path).catch((error: unknown) => {
        throw new Fault('not-found', messageOf(error));
      });
      return reply
        .header('cache-control', `private, max-age=${PROMPT_MAX_AGE_SECONDS}`)
        .header('content-type', 'audio/wav')
        .header('content-length', file.size)
        .send(createReadStream(path));
    },
  });
  void server.register((scope: HttpServer, _options, done) => {
    takeRawBodies(scope);
    scope.put('/switch-files/recordings/:mac/:name', {
      config: { scope: 'public', rateLimit: false },
      bodyLimit: MOST_BYTES,
      schema: { hide: true, params },
      handler: async (request, reply) => {
        const path = pathOf(links, 'recordings', request.params);
        await receive(request.body as Readable, path, `${path}.${ids.next()}.part`);
        logger.debug({ path }, 'recording received from the media server');
        return reply.code(201).send();
      },
    });
    done();
  });
}
