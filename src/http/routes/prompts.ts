/** Recording a prompt by phone. */
import { z } from 'zod';
import type { RecordRefusal } from '../../app/prompts/record-prompt.js';
import { Fault, type ErrorCode } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { once } from '../idempotency.js';

const REFUSALS: Readonly<Record<RecordRefusal, readonly [code: ErrorCode, text: string]>> = {
  'no-prompt': ['not-found', 'there is no such prompt in this language'],
  'no-plan': ['conflict', 'the dialplan record-prompt is not in the telephony in force'],
  'no-operator': ['field-invalid', 'there is no such operator'],
  'operator-busy': ['conflict', 'the operator cannot take a call now'],
  'switch-unavailable': ['switch-unavailable', 'the switch is not connected'],
  'too-many-calls': ['rate-limited', 'this machine carries as many calls as it can'],
};

export function promptRoutes(server: HttpServer, context: HttpContext): void {
  const { app } = context;
  server.post('/v1/prompts/:id/record', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Ring an operator, who says the prompt; kept, it is played in the place of a voice',
      description: 'Honours Idempotency-Key.',
      tags: ['telephony'],
      params: z.strictObject({ id: z.string().min(1).max(100) }),
      body: z.strictObject({
        operator: z.string().min(1).max(64).meta({ description: 'Whose phone rings' }),
        locale: z.string().min(2).max(20).meta({ description: 'Language of the text, such as en' }),
      }),
      response: { 202: z.object({ call_id: z.string() }) },
    },
    handler: async (request, reply) => {
      const { id: prompt } = request.params;
      const work = async () => {
        const answer = await app.recordPrompt({ prompt, ...request.body });
        if (answer.kind === 'refused') throw new Fault(...REFUSALS[answer.why]);
        return { call_id: answer.callId };
      };
      return reply.status(202).send(await once(context, request, { scope: `record-prompt-${prompt}`, work }));
    },
  });
}
