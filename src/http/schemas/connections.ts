/** Connections and forms as JSON. */
import { z } from 'zod';
import {
  CONNECTION_KINDS,
  MESSENGER_PROVIDERS,
  type Connection,
  type ConnectionIntake,
  type Form,
  type PushSource,
} from '../../domain/leads/lead.js';
import { sourceOf } from '../../domain/leads/sources.js';
import { present } from '../../domain/values/present.js';
import { isoTime, time } from './common.js';

const onOff = z.enum(['on', 'off']);
const secretRef = z
  .string()
  .regex(/^(env:[A-Z0-9_]+|file:.+|store:[a-z0-9-]+)$/, 'expected env:NAME, file:/path or store:name');

const words = z.array(z.string().min(1).max(100)).max(200);

const intake = z
  .strictObject({
    verify_token_ref: secretRef
      .optional()
      .meta({ description: 'Meta, Haravan: what their question whether the address is ours must hold' }),
    token_ref: secretRef.optional().meta({ description: 'Meta: page token that leads are fetched with' }),
    api_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({ description: 'Meta: base of the Graph API with its version' }),
    confirmation: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'VK: string the address is confirmed with' }),
    provider: z.enum(MESSENGER_PROVIDERS).optional(),
    lead_words: words.optional().meta({
      description:
        'Messengers: one of these must have been written; none: a phone is enough. `word*` also matches its endings',
    }),
    callback_words: words.optional().meta({ description: 'Messengers: a wish to be called' }),
    opt_out_words: words
      .optional()
      .meta({ description: 'Messengers: this conversation makes no leads any more' }),
    messages: z
      .int()
      .min(0)
      .max(10)
      .optional()
      .meta({ description: 'Messengers: last messages a lead keeps; 3' }),
  })
  .meta({ id: 'ConnectionIntakeBody', description: 'What only some kinds of sources need' });

const wordsShown = z.array(z.string()).optional();
const intakeShown = z
  .object({
    verify_token_ref: z.string().optional(),
    token_ref: z.string().optional(),
    api_url: z.string().optional(),
    confirmation: z.string().optional(),
    provider: z.string().optional(),
    lead_words: wordsShown,
    callback_words: wordsShown,
    opt_out_words: wordsShown,
    messages: z.number().optional(),
  })
  .meta({ id: 'ConnectionIntake' });

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
    intake: intakeShown.nullable(),
    created_at: time,
    hook_path: z
      .string()
      .meta({ description: 'Where this source posts: its pushes, or leads with this connection_id' }),
  })
  .meta({ id: 'Connection' });

export const connectionBody = z
  .strictObject({
    kind: z.enum(CONNECTION_KINDS),
    name: z.string().min(1).max(100),
    tags: z.array(z.string().max(50)).max(50).optional(),
    enabled: onOff.optional(),
    secret_ref: secretRef.optional(),
    whisper_template: z.string().max(2000).optional(),
    country: z.string().length(2).optional(),
    locale: z.string().max(35).optional(),
    intake: intake.optional(),
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

/** Without a secret they have no hook that would believe them: they post leads with an API key. */
const POSTS_EITHER_WAY: readonly PushSource[] = ['form', 'messenger'];

function hookPath({ kind, id, secretRef }: Connection): string {
  const source = sourceOf(kind);
  return source === undefined || (POSTS_EITHER_WAY.includes(source) && secretRef === undefined)
    ? '/v1/leads'
    : `/hooks/${source}/${id}`;
}

function intakeJson(given: ConnectionIntake): z.input<typeof intakeShown> {
  const { verifyTokenRef, tokenRef, apiUrl, leadWords, callbackWords, optOutWords, ...rest } = given;
  return {
    ...rest,
    ...present({
      verify_token_ref: verifyTokenRef,
      token_ref: tokenRef,
      api_url: apiUrl,
      lead_words: leadWords && [...leadWords],
      callback_words: callbackWords && [...callbackWords],
      opt_out_words: optOutWords && [...optOutWords],
    }),
  };
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
    intake: connection.intake === undefined ? null : intakeJson(connection.intake),
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
