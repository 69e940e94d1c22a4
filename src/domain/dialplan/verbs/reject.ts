/** `reject`: refuses the caller with a SIP status, unanswered, and ends the call. */
import { z } from 'zod';
import { legDisposition } from '../../calls/disposition.js';
import { startReject } from '../activities.js';
import { isAlive, isTalking, resolveLeg } from '../legs.js';
import { defineVerb, legField, noteField } from '../verb.js';

const schema = z.strictObject({
  do: z.literal('reject'),
  leg: legField.default('caller'),
  sipStatus: z.number().int().min(400).max(699).default(486).describe('SIP status of the refusal'),
  note: noteField,
});

export const reject = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Refuses the caller with a SIP status and ends the call. An answered caller is hung up instead.',
  example: `
refuse: { do: reject, sipStatus: 603 }
`,
  schema,
  outcomes: {},
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, { leg: name, sipStatus }) {
    const leg = resolveLeg(turn, name);
    if (isAlive(turn, leg) && !isTalking(turn, leg)) startReject(turn, leg, sipStatus);
    const disposition = legDisposition({ by: 'callee', sipStatus, at: turn.now }, {});
    return { kind: 'over', reason: `rejected ${sipStatus}`, disposition };
  },
});
