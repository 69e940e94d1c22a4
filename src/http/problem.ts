/** Errors as RFC 9457 problem+json with our stable `code`. The only place where a thrown value becomes an answer. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Logger } from '../app/ports/ports.js';
import { ERRORS, Fault, type ErrorCode, type FieldProblem } from '../errors.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly remedy: string;
  readonly fields?: readonly FieldProblem[];
}

export function problemOf(fault: Fault): Problem {
  return {
    type: `https://dialtrace.example/errors/${fault.code}`,
    title: ERRORS[fault.code].title,
    status: fault.status,
    code: fault.code,
    detail: fault.message,
    remedy: fault.remedy,
    ...(fault.fields.length === 0 ? {} : { fields: fault.fields }),
  };
}

/** Codes of fastify's own errors that a client can cause. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body-malformed',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body-malformed',
};

function validationFault(error: FastifyError): Fault | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const fields = error.validation.map((issue) => ({
    field: issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || (error.validationContext ?? 'body'),
    problem: issue.message ?? 'not usable',
  }));
  const first = fields[0];
  return new Fault(
    'field-invalid',
    first === undefined ? 'a field is not usable' : `${first.field}: ${first.problem}`,
    { fields },
  );
}

/** Any thrown value as a Fault; an unknown one is a bug and keeps its cause for the log. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const framework = error as FastifyError;
  const invalid = validationFault(framework);
  if (invalid !== undefined) return invalid;
  const code = FRAMEWORK_CODES[framework.code];
  if (code !== undefined) return new Fault(code, framework.message);
  if (framework.statusCode === 400) return new Fault('body-malformed', framework.message);
  if (framework.statusCode === 429) return new Fault('rate-limited', framework.message);
  return new Fault('bug', 'an unexpected error; see the log', { cause: error });
}

export function sendFault(
  reply: FastifyReply,
  fault: Fault,
  more: Readonly<Record<string, string>> = {},
): FastifyReply {
  if (fault.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(fault.retryAfterSeconds));
  else if (fault.status === 503) void reply.header('retry-after', '5');
  return reply
    .code(fault.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify({ ...problemOf(fault), ...more }));
}

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** `more`: what a vendor wants to read beside the problem. */
export function answerFaults(
  logger: Logger,
  more: (fault: Fault) => Readonly<Record<string, string>> = () => ({}),
): ErrorHandler {
  return (error, request, reply) => {
    const fault = faultOf(error);
    if (fault.status >= 500)
      logger.error({ err: error, route: request.routeOptions.url, code: fault.code }, fault.message);
    void sendFault(reply, fault, more(fault));
  };
}

export function installProblems(server: FastifyInstance, logger: Logger): void {
  server.setErrorHandler(answerFaults(logger));
  server.setNotFoundHandler((request, reply) =>
    sendFault(
      reply,
      new Fault('not-found', `there is no ${request.method} ${request.url.split('?')[0] ?? ''}`),
    ),
  );
}
