/** Customer audiences as JSON. */
import { z } from 'zod';
import type { NewAudience } from '../../app/tiktok/audiences.js';
import {
  AUDIENCE_ACTIONS,
  AUDIENCE_SCHEMAS,
  type Audience,
  type AudienceTask,
} from '../../domain/tiktok/audience.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { isoTime, isoTimeOrNull, optionalTime, time } from './common.js';

const names = z.array(z.string().min(1).max(200)).min(1).max(100);

const texts = z.array(z.string());

const segmentSchema = z
  .strictObject({
    tags: names.optional().meta({ description: 'Of calls, any of them' }),
    marks: names.optional().meta({ description: 'Of calls, any of them' }),
    sources: names.optional().meta({ description: '`utm_source` of leads, any of them' }),
    statuses: names.optional().meta({ description: 'Of leads, any of them' }),
    days: z.number().positive().max(3650).optional().meta({ description: 'Leads of the last so many days' }),
  })
  .meta({ id: 'Segment', description: 'Whoever meets all that is given; never who must not be called' });

export const audienceBody = z
  .strictObject({
    connection_id: z.string().max(64),
    account_id: z.string().max(40),
    name: z.string().min(1).max(128),
    schema: z.enum(AUDIENCE_SCHEMAS).default('phone'),
    segment: segmentSchema.default({}),
  })
  .meta({ id: 'AudienceBody' });

export const audienceSchema = z
  .object({
    audience_id: z.string(),
    connection_id: z.string(),
    account_id: z.string(),
    name: z.string(),
    schema: z.enum(AUDIENCE_SCHEMAS),
    segment: z.object({
      tags: texts.optional(),
      marks: texts.optional(),
      sources: texts.optional(),
      statuses: texts.optional(),
      days: z.number().optional(),
    }),
    state: z.enum(['empty', 'settling', 'ready', 'failed', 'gone']),
    why: z.string().nullable(),
    external_id: z.string().nullable().meta({ description: 'TikTok’s' }),
    matched: z.number().nullable().meta({ description: 'People that TikTok matched' }),
    created_at: time,
    checked_at: optionalTime,
  })
  .meta({ id: 'Audience' });

export const audienceTaskSchema = z
  .object({
    task_id: z.string(),
    action: z.enum(AUDIENCE_ACTIONS),
    trigger: z.enum(['instant', 'scheduled']),
    state: z.enum(['waiting', 'sent', 'done', 'failed']),
    run_at: time,
    why: z.string().nullable(),
    valid: z.number().nullable().meta({ description: 'People with something to match, who were uploaded' }),
    total: z.number().nullable().meta({ description: 'People of the segment' }),
    by: z.string(),
    created_at: time,
    sent_at: optionalTime,
    ended_at: optionalTime,
  })
  .meta({ id: 'AudienceTask' });

export const taskBody = z
  .strictObject({
    action: z.enum(AUDIENCE_ACTIONS),
    trigger: z.enum(['instant', 'scheduled']).default('scheduled'),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 00:00')
      .optional()
      .meta({ description: 'Of a scheduled one, in the time zone of the ad account' }),
  })
  .meta({ id: 'AudienceTaskBody' });

export function newAudience(body: z.output<typeof audienceBody>): NewAudience {
  const { connection_id: connectionId, account_id: accountId, name, schema, segment } = body;
  return { connectionId: connectionId as ConnectionId, accountId, name, schema, segment: present(segment) };
}

export function audienceJson(audience: Audience): z.input<typeof audienceSchema> {
  const { id, connectionId, accountId, name, schema, segment, state, why, externalId, matched } = audience;
  const { tags, marks, sources, statuses, days } = segment;
  return {
    ...{ audience_id: id, connection_id: connectionId, account_id: accountId, name, schema, state },
    segment: present({
      tags: tags && [...tags],
      marks: marks && [...marks],
      sources: sources && [...sources],
      statuses: statuses && [...statuses],
      days,
    }),
    why: why ?? null,
    external_id: externalId ?? null,
    matched: matched ?? null,
    created_at: isoTime(audience.createdAt),
    checked_at: isoTimeOrNull(audience.checkedAt),
  };
}

export function audienceTaskJson(task: AudienceTask): z.input<typeof audienceTaskSchema> {
  const { id, action, trigger, state, why, valid, total, by } = task;
  return {
    ...{ task_id: id, action, trigger, state, by },
    run_at: isoTime(task.runAt),
    why: why ?? null,
    valid: valid ?? null,
    total: total ?? null,
    created_at: isoTime(task.createdAt),
    sent_at: isoTimeOrNull(task.sentAt),
    ended_at: isoTimeOrNull(task.endedAt),
  };
}
