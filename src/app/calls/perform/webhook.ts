/** `webhook`: one signed request in the middle of a call. It is never repeated; delivery jobs repeat, calls wait for nobody. */
import type { Directive } from '../../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import { messageOf } from '../../../errors.js';
import type { SendOutcome } from '../../ports/ports.js';
import type { Scene } from '../scene.js';

type Directing = Extract<Directive, { verb: 'webhook' }>;

export function performWebhook(scene: Scene, directive: Directing): void {
  const { activity } = directive;
  scene.begin(activity, () => undefined);
  send(scene, directive).then(
    (outcome) => scene.settle(activity, outcome),
    (thrown: unknown) => scene.settle(activity, { kind: 'failed', why: messageOf(thrown) }),
  );
}

async function send(
  scene: Scene,
  { activity, endpoint: name, payload, timeoutSeconds }: Directing,
): Promise<ActivityOutcome> {
  const { sender, secrets, webhookSigner, clock } = scene.context.ports;
  const endpoint = scene.setup.telephony.webhooks[name];
  const secret = endpoint && (await secrets.get(endpoint.secretRef));
  if (endpoint === undefined || secret === undefined)
    return { kind: 'failed', why: `webhook ${name} is not configured` };
  const body = JSON.stringify({ call_id: scene.setup.record.id, ...payload });
  const signature = webhookSigner.sign(secret, { id: activity, at: clock.now(), body });
  const headers = { 'content-type': 'application/json', ...signature };
  return toOutcome(await sender.send({ url: endpoint.url, headers, body, timeoutMs: timeoutSeconds * 1000 }));
}

function toOutcome(sent: SendOutcome): ActivityOutcome {
  return sent.kind === 'unreachable'
    ? { kind: 'failed', why: sent.why }
    : { kind: 'responded', status: sent.status, body: sent.body };
}
