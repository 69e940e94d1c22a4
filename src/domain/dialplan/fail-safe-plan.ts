/** The built-in plan that puts a caller through to the fail-safe number. Called by the engine when it enters that plan. */
import { FAIL_SAFE, type FailSafe } from './fail-safe.js';
import { parseDialplan, type Dialplan } from './schema.js';

/** The caller is answered when the far end is, and nothing is recorded: who answers there is not ours. */
export function failSafePlan({ number, trunk }: FailSafe): Dialplan | undefined {
  const parsed = parseDialplan({
    name: FAIL_SAFE,
    start: 'note',
    steps: {
      note: { do: 'tag', tags: [FAIL_SAFE], next: 'dial' },
      dial: {
        do: 'originate',
        leg: 'fail-safe',
        role: 'operator',
        to: `'${number}'`,
        ...(trunk === undefined ? {} : { trunk }),
        waiting: 'caller',
        on: { answered: 'answer', failed: 'finish' },
      },
      answer: { do: 'answer', next: 'talk' },
      talk: { do: 'bridge', a: 'caller', b: 'fail-safe', next: 'finish' },
      finish: { do: 'hangup' },
    },
  });
  return parsed.ok ? parsed.plan : undefined;
}
