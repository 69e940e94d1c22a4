/** The http half of the table of sources (domain/leads/sources.ts): how a source proves itself and how it is answered. */
import type { PushSource } from '../../domain/leads/lead.js';
import { checkSignedOrToken, type CheckPush } from './signed-push.js';
import { checkTiktokSignature } from './tiktok-signature.js';

export interface HookRow {
  readonly summary: string;
  readonly description: string;
  readonly check: CheckPush;
}

export const HOOKS: Readonly<Record<PushSource, HookRow>> = {
  tiktok: {
    summary: 'TikTok lead pushes',
    description: 'Signed with the app secret of the connection: X-Open-Signature or TikTok-Signature.',
    check: checkTiktokSignature,
  },
  form: {
    summary: 'Forms of sites and form builders',
    description:
      'JSON, form-urlencoded or multipart, flat or nested. The connection’s secret signs the body (HMAC-SHA256 in X-Signature, ' +
      'X-Hub-Signature-256, X-Webhook-Signature, X-Haravan-Hmacsha256 or Typeform-Signature, hex or base64), or comes itself as a Bearer ' +
      'token, X-Api-Key or `?token=`. Fields are named by the form’s field map and the usual names; what nobody knows is an answer.',
    check: checkSignedOrToken,
  },
};
