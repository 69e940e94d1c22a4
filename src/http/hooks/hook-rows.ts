/** The http half of the table of sources (domain/leads/sources.ts): how a source proves itself and how it is answered. */
import { z } from 'zod';
import type { PushSource } from '../../domain/leads/lead.js';
import { takenJson, takenSchema, type TakenJson } from './taken-json.js';
import { checkGoogleKey, checkVkSecret, vkConfirmation } from './secrets-within.js';
import type { TakenPush } from '../../app/leads/taken-lead.js';
import type { Connection } from '../../domain/leads/lead.js';
import type { SignedPush } from './signed-push.js';
import { checkHubSignature, checkSignedOrToken, type CheckPush } from './signed-push.js';
import { checkMessenger, checkTiktokSignature } from './tiktok-signature.js';

export interface HookAnswer {
  readonly type: string;
  readonly schema: z.ZodType;
  readonly of: (taken: TakenPush) => TakenJson | string | object;
}

export interface HookRow {
  readonly summary: string;
  readonly description: string;
  /** Of a body, for the document. */
  readonly example: object;
  readonly check: CheckPush;
  readonly answer: HookAnswer;
  /** A question whether the address is ours, answered with a text before anything is stored. */
  readonly handshake?: (push: SignedPush, connection: Connection) => string | undefined;
  /** The source shows people the `message` of a refusal. */
  readonly refusal?: 'with-message';
  /** The address is asked for by GET first, and shall echo the challenge. */
  readonly challenge?: 'hub';
}

const RESULTS: HookAnswer = { type: 'application/json', schema: takenSchema, of: takenJson };

export const HOOKS: Readonly<Record<PushSource, HookRow>> = {
  tiktok: {
    summary: 'TikTok lead pushes',
    description: 'Signed with the app secret of the connection: X-Open-Signature or TikTok-Signature.',
    example: {
      object: 1,
      time: 1_700_000_000,
      entry: [
        {
          id: '7301234567890100007',
          page_id: '7301234567890000001',
          page_name: 'Spring',
          campaign_name: 'May',
          changes: [
            { field: 'phone_number', value: '+84912345678' },
            { field: 'name', value: 'Nguyễn Ánh' },
          ],
        },
      ],
    },
    check: checkTiktokSignature,
    answer: RESULTS,
  },
  form: {
    summary: 'Forms of sites and form builders',
    description:
      'JSON, form-urlencoded or multipart, flat or nested. The connection’s secret signs the body (HMAC-SHA256 in X-Signature, ' +
      'X-Hub-Signature-256, X-Webhook-Signature, X-Haravan-Hmacsha256 or Typeform-Signature, hex or base64), or comes itself as a Bearer ' +
      'token, X-Api-Key or `?token=`. Fields are named by the form’s field map and the usual names; what nobody knows is an answer.',
    example: {
      formid: 'f1',
      formname: 'Callback',
      tranid: '111:222',
      Name: 'Jan',
      Phone: '+420601123456',
      utm_source: 'google',
    },
    check: checkSignedOrToken,
    answer: RESULTS,
    challenge: 'hub',
  },
  meta: {
    summary: 'Meta Lead Ads',
    description:
      'Signed with the app secret of the connection: X-Hub-Signature-256. The push names leads only: they are answered `awaited`, and fetched from the ' +
      'Graph API with the page token of the connection.',
    example: {
      object: 'page',
      entry: [
        {
          id: '1',
          changes: [{ field: 'leadgen', value: { leadgen_id: '7301234567890100007', form_id: '2' } }],
        },
      ],
    },
    check: checkHubSignature,
    answer: RESULTS,
    challenge: 'hub',
  },
  'google-ads': {
    summary: 'Google Ads lead forms',
    description:
      '`google_key` of the push is the connection’s secret. Test leads (`is_test`) are stored and told, never dialled. Answered with `{}`; a ' +
      'refusal has the `message` that Google shows to the advertiser.',
    example: {
      lead_id: 'TeSter-123',
      form_id: '1',
      google_key: 'the secret',
      is_test: true,
      user_column_data: [{ column_id: 'PHONE_NUMBER', string_value: '+420601123456' }],
    },
    check: checkGoogleKey,
    answer: { type: 'application/json', schema: z.object({}), of: () => ({}) },
    refusal: 'with-message',
  },
  vk: {
    summary: 'VK lead forms (Callback API)',
    description:
      '`secret` of the event is the connection’s secret. `confirmation` is answered with the connection’s confirmation string, everything else with `ok`.',
    example: {
      type: 'lead_forms_new',
      group_id: 1,
      secret: 'the secret',
      object: { lead_id: 7, form_id: 3, answers: [{ key: 'phone_number', answer: '+79161234567' }] },
    },
    check: checkVkSecret,
    answer: { type: 'text/plain', schema: z.literal('ok'), of: () => 'ok' },
    handshake: vkConfirmation,
  },
  messenger: {
    summary: 'Messages of messengers: respond.io, Pancake, TikTok, others',
    description:
      'Proves itself as `form` does, TikTok by TikTok-Signature. A conversation with a phone number, of the contact or written in a message, makes one lead of kind `messenger`; ' +
      'words of the connection say which conversations do, which ask to be called, and which do not want to be. `result` is `acknowledged` while it is only listened to.',
    example: {
      conversation_id: 'c1',
      message_id: 'm1',
      text: 'Call me: +84912345678',
      name: 'Ánh',
      channel: 'tiktok',
    },
    check: checkMessenger,
    answer: RESULTS,
    challenge: 'hub',
  },
};
