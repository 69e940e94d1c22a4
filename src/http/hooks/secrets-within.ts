/** Sources that do not sign: the secret stands in the pushed JSON itself. */
import { VK_CONFIRMATION } from '../../domain/leads/vk-push.js';
import type { Connection } from '../../domain/leads/lead.js';
import { Fault } from '../../errors.js';
import { parseSafeJson } from '../safe-json.js';
import { isSameSecret } from '../same-secret.js';
import type { CheckPush, SignedPush } from './signed-push.js';

/** Throws Fault `body-malformed`. */
function fieldOf({ body }: SignedPush, name: string): unknown {
  const parsed = parseSafeJson(body.toString('utf8'));
  return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, name)
    ? (parsed as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function checkField(name: string): CheckPush {
  return (push, secret) => {
    const given = fieldOf(push, name);
    if (typeof given !== 'string') return { ok: false, why: `the push has no ${name}` };
    return isSameSecret(given, secret)
      ? { ok: true, form: 'token' }
      : { ok: false, why: `${name} is not the secret of the connection` };
  };
}

export const checkGoogleKey = checkField('google_key');
export const checkVkSecret = checkField('secret');

/** The handshake comes before a secret can be known to VK; what it is answered with is no secret. */
export function vkConfirmation(push: SignedPush, { intake, name }: Connection): string | undefined {
  if (fieldOf(push, 'type') !== VK_CONFIRMATION) return undefined;
  if (intake?.confirmation !== undefined) return intake.confirmation;
  throw new Fault('conflict', `the connection ${name} has no confirmation string: set intake.confirmation`);
}
