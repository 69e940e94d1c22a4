/** /v1/operators: who is on duty, and a change of it; and the call of a lead that an operator asks for. */
import { z } from 'zod';
import type { ListedOperator } from '../../app/operators/list-operators.js';
import { DUTIES } from '../../domain/routing/operator-state.js';
import type { LeadId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { idParams, isoTimeOrNull, optionalTime } from '../schemas/common.js';

const STANDINGS = ['free', 'busy', 'wrap-up', 'resting', 'paused', 'off-duty', 'unreachable'] as const;

const operatorSchema = z
  .object({
    name: z.string(),
    display_name: z.string(),
    groups: z.array(z.string()),
    skills: z.array(z.string()),
    duty: z.enum(DUTIES),
    changed_by: z.string().meta({ description: 'settings, api, phone, unanswered' }),
    standing: z.enum(STANDINGS).meta({ description: 'Whether he would be rung now, and why not' }),
    until: optionalTime.meta({ description: 'End of wrap-up or rest' }),
    talks_today: z.number(),
    last_talk_at: optionalTime,
  })
  .meta({ id: 'Operator' });

function operatorJson({
  operator,
  groups,
  state,
  standing,
  talksToday,
}: ListedOperator): z.input<typeof operatorSchema> {
  return {
    name: operator.name,
    display_name: operator.displayName,
    groups: [...groups],
    skills: [...(operator.skills ?? [])],
    duty: state.duty,
    changed_by: state.changedBy,
    standing: standing.kind,
    until: isoTimeOrNull('until' in standing ? standing.until : undefined),
    talks_today: talksToday,
    last_talk_at: isoTimeOrNull(state.lastTalkAt),
  };
}

export function operatorRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/operators', {
    config: { scope: 'read' },
    schema: {
      summary: 'Operators and whether they would be rung now',
      tags: ['operators'],
      response: { 200: z.object({ items: z.array(operatorSchema) }) },
    },
    handler: async () => ({ items: (await app.listOperators()).map(operatorJson) }),
  });

  server.patch('/v1/operators/:id', {
    config: { scope: 'calls' },
    schema: {
      summary: 'On duty, paused or off',
      tags: ['operators'],
      params: idParams,
      body: z.strictObject({ duty: z.enum(DUTIES) }),
      response: { 200: operatorSchema },
    },
    handler: async ({ params, body }) => {
      await app.setDuty({ operator: params.id, duty: body.duty, by: 'api' });
      const changed = (await app.listOperators()).find(({ operator }) => operator.name === params.id);
      if (changed === undefined) throw new Fault('not-found', `there is no operator ${params.id}`);
      return operatorJson(changed);
    },
  });

  server.post('/v1/leads/:id/call', {
    config: { scope: 'calls' },
    schema: {
      summary: 'Call a waiting lead now',
      description:
        'For leads in preview, and any other that waits. Hours and free operators are looked at as ever.',
      tags: ['leads'],
      params: idParams,
      body: z.strictObject({
        operator: z.string().optional().meta({ description: 'Only this operator is rung' }),
      }),
      response: { 202: z.object({ lead_id: z.string() }) },
    },
    handler: async ({ params, body }, reply) => {
      await app.callLead(params.id as LeadId, { operator: body.operator });
      return reply.code(202).send({ lead_id: params.id });
    },
  });
}
