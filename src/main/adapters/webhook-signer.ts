/** The WebhookSigner port through the Standard Webhooks library. */
import { Webhook } from 'standardwebhooks';
import type { WebhookSigner } from '../../app/ports/ports.js';
import { Fault, messageOf } from '../../errors.js';

/** The library takes base64; a plain secret is encoded, so that any text can be one. */
function keyOf(secret: string): string {
  return secret.startsWith('whsec_') ? secret : Buffer.from(secret, 'utf8').toString('base64');
}

export const standardWebhookSigner: WebhookSigner = {
  sign: (secret, { id, at, body }) => {
    try {
      const signature = new Webhook(keyOf(secret)).sign(id, new Date(at), body);
      return {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at / 1000)),
        'webhook-signature': signature,
      };
    } catch (error) {
      throw new Fault('settings-invalid', `the secret of a webhook cannot be used: ${messageOf(error)}`, {
        cause: error,
      });
    }
  },
};
