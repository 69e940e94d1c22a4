/** The OpenAPI document of a running API, and whether an answer is what it promises. */
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { HttpServer } from '../../../src/http/context.js';
import { problemsOf, type JsonSchema } from './json-schema.js';

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<Record<string, Answer>>;
  readonly security?: readonly unknown[];
}

export interface OpenApiText {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** What was requested. */
export interface Asked {
  readonly method?: InjectOptions['method'];
  readonly url: string;
}

export interface OpenApiDocument {
  readonly text: OpenApiText;
  /** Throws when the answer is undocumented or not of its schema. */
  check(request: Asked, answer: LightMyRequestResponse): void;
}

function operationOf(text: OpenApiText, { method = 'GET', url }: Asked): Operation | undefined {
  const path = url.split('?')[0] ?? '';
  const found = Object.entries(text.paths).find(([template]) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return found?.[1][method.toLowerCase()];
}

function checkAnswer(text: OpenApiText, promised: Answer, answer: LightMyRequestResponse): string[] {
  const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  const schema = promised.content?.[type]?.schema;
  if (schema === undefined)
    return answer.rawPayload.length === 0 ? [] : [`the content type "${type}" is not documented`];
  if (!type.endsWith('json')) return [];
  const resolve = (reference: string): JsonSchema => {
    const target = text.components.schemas[reference.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`${reference} leads nowhere`);
    return target;
  };
  return problemsOf(answer.json(), { path: '$', schema, resolve });
}

export async function openDocument(server: HttpServer): Promise<OpenApiDocument> {
  const text: OpenApiText = (await server.inject({ method: 'GET', url: '/docs/json' })).json();
  return {
    text,
    check: (request, answer) => {
      const operation = operationOf(text, request);
      if (operation === undefined) return;
      const promised = operation.responses[String(answer.statusCode)] ?? operation.responses['default'] ?? {};
      const problems = checkAnswer(text, promised, answer);
      if (problems.length > 0)
        throw new Error(
          `${request.method ?? 'GET'} ${request.url} → ${answer.statusCode}:\n${problems.join('\n')}`,
        );
    },
  };
}
