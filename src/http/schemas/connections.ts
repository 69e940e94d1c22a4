/** Connections and forms as JSON. */
import { z } from 'zod';
import type { Connection, Form } from '../../domain/leads/lead.js';
import { isoTime, time } from './common.js';

const onOff = z.enum(['on', 'off']);
const secretRef = z
  .string()
  .regex(/^(env:[A-Z0-9_]+|file:.+|store:[a-z0-9-]+)$/, 'expected env:NAME, file:/path or store:name');

export const connectionSchema = z
  .object({
    connection_id: z.string(),
    kind: z.string(),
    name: z.string(),
    tags: z.array(z.string()),
    enabled: onOff,
    secret_ref: z.string().nullable(),
    whisper_template: z.string().nullable(),
    country: z.string().nullable(),
    locale: z.string().nullable(),
    created_at: time,
    hook_path: z
      .string()
      .meta({ description: 'Where this source posts: its pushes, or leads with this connection_id' }),
  })
  .meta({ id: 'Connection' });

export const connectionBody = z
  .strictObject({
    kind: z.enum(['tiktok', 'site', 'messenger', 'internal']),
    name: z.string().min(1).max(100),
    tags: z.array(z.string().max(50)).max(50).optional(),
    enabled: onOff.optional(),
    secret_ref: secretRef.optional(),
    whisper_template: z.string().max(2000).optional(),
    country: z.string().length(2).optional(),
    locale: z.string().max(35).optional(),
  })
  .meta({ id: 'ConnectionBody' });

export const connectionChange = connectionBody
  .omit({ kind: true })
  .partial()
  .meta({ id: 'ConnectionChange' });

export const formSchema = z
  .object({
    form_id: z.string(),
    connection_id: z.string(),
    external_id: z.string(),
    enabled: onOff,
    display_name: z.string(),
    static_utm: z.record(z.string(), z.string()),
    whisper_template: z.string().nullable(),
    locale: z.string().nullable(),
    country: z.string().nullable(),
    group: z.string().nullable(),
    policy: z.string().nullable(),
    field_map: z.record(z.string(), z.string()),
    created_at: time,
  })
  .meta({ id: 'Form' });

export const formBody = z
  .strictObject({
    connection_id: z.string(),
    external_id: z.string().min(1).max(200),
    enabled: onOff.optional(),
    display_name: z.string().max(200).optional(),
    static_utm: z.record(z.string(), z.string()).optional(),
    whisper_template: z.string().max(2000).optional(),
    locale: z.string().max(35).optional(),
    country: z.string().length(2).optional(),
    group: z.string().max(100).optional(),
    policy: z.string().max(100).optional(),
    field_map: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'FormBody' });

export const formChange = formBody
  .omit({ connection_id: true, external_id: true })
  .partial()
  .meta({ id: 'FormChange' });

/** Only TikTok pushes in its own format; the others post leads. */
function hookPath({ kind, id }: Connection): string {
  return kind === 'tiktok' ? `/hooks/tiktok/${id}` : '/v1/leads';
}

export function connectionJson(connection: Connection): z.input<typeof connectionSchema> {
  return {
    connection_id: connection.id,
    kind: connection.kind,
    name: connection.name,
    tags: [...connection.tags],
    enabled: connection.enabled,
    secret_ref: connection.secretRef ?? null,
    whisper_template: connection.whisperTemplate ?? null,
    country: connection.country ?? null,
    locale: connection.locale ?? null,
    created_at: isoTime(connection.createdAt),
    hook_path: hookPath(connection),
  };
}

export function formJson(form: Form): z.input<typeof formSchema> {
  return {
    form_id: form.id,
    connection_id: form.connectionId,
    external_id: form.externalId,
    enabled: form.enabled,
    display_name: form.displayName,
    static_utm: form.staticUtm,
    whisper_template: form.whisperTemplate ?? null,
    locale: form.locale ?? null,
    country: form.country ?? null,
    group: form.group ?? null,
    policy: form.policy ?? null,
    field_map: form.fieldMap,
    created_at: isoTime(form.createdAt),
  };
}
