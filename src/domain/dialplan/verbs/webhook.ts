/** `webhook`: asks or tells a configured endpoint and waits for its answer. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startWebhook } from '../activities.js';
import { setVariable, valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, secondsField, stay, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  ok: { when: 'The endpoint answered 2xx.', otherwise: 'required' },
  failed: {
    when: 'It answered otherwise, not in time or not at all; or the outcome was lost in a crash (it is not sent again).',
    otherwise: 'required',
  },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('webhook'),
  endpoint: z.string().describe('Name of a configured webhook endpoint'),
  payload: z
    .record(z.string(), expressionField)
    .default({})
    .describe('Fields of the JSON that is posted; each an expression'),
  timeoutSeconds: secondsField
    .max(60)
    .describe('The call goes on after this long, whatever the endpoint does'),
  into: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]*$/)
    .optional()
    .describe('Sets <into>Status and <into>Body'),
  ...stepBase(OUTCOMES),
});

export const webhook = defineVerb<z.infer<typeof schema>, { readonly activity: ActivityId }>({
  summary: 'Posts a payload to a webhook endpoint of the telephony set and waits for the answer.',
  example: `
look-up:
  do: webhook
  endpoint: crm
  payload: { phone: call.clientNumber, form: lead.form, urgent: true }
  timeoutSeconds: 2
  into: crm
  on: { ok: is-known, failed: talk }
is-known: { do: if, when: crmBody contains 'vip', on: { yes: talk, no: menu } }
`,
  more: `\`into: crm\` sets the variables \`crmStatus\` and \`crmBody\`. A slow or failing endpoint never holds a call up: \`timeoutSeconds\` and \`failed\` must be written. After a crash it is not sent again.`,
  schema,
  outcomes: OUTCOMES,
  names: (step) => ({
    refersTo: [{ kind: 'webhook', name: step.endpoint, path: ['endpoint'] }],
    setsVariables: step.into === undefined ? [] : [`${step.into}Status`, `${step.into}Body`],
    expressions: Object.entries(step.payload).map(([name, expression]) => ({
      expression,
      path: ['payload', name],
    })),
  }),
  begin(turn, step) {
    const payload = Object.fromEntries(
      Object.entries(step.payload).map(([name, expression]) => [name, valueOf(turn, expression)]),
    );
    return stay({
      activity: startWebhook(turn, { endpoint: step.endpoint, payload, timeoutSeconds: step.timeoutSeconds }),
    });
  },
  react(turn, step, state, event) {
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    if (event.outcome.kind !== 'responded') return leave('failed');
    const { status, body } = event.outcome;
    if (step.into !== undefined) {
      setVariable(turn, `${step.into}Status`, status);
      setVariable(turn, `${step.into}Body`, body);
    }
    return leave(status >= 200 && status < 300 ? 'ok' : 'failed');
  },
});
