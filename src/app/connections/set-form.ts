/** Settings of one form. */
import type { Form } from '../../domain/leads/lead.js';
import type { FormId } from '../../domain/values/ids.js';
import { nearestName } from '../../domain/values/nearest.js';
import { Fault, type FieldProblem } from '../../errors.js';
import type { AppContext } from '../context.js';
import { checkWhisper } from './check-whisper.js';

export type FormChange = Partial<Omit<Form, 'id' | 'connectionId' | 'externalId' | 'createdAt'>>;

/** Throws Fault `field-invalid` (unknown group or policy), `template-invalid`. */
export function checkForm(context: AppContext, change: FormChange, fields: readonly string[] = []): void {
  const problems = problemsOf(context, change);
  if (problems.length > 0)
    throw new Fault('field-invalid', problems.map(({ problem }) => problem).join('; '), { fields: problems });
  checkWhisper(context, change.whisperTemplate, fields);
}

/** Throws Fault `not-found`, and as `checkForm`. */
export async function setForm(context: AppContext, id: FormId, change: FormChange): Promise<Form> {
  return context.ports.store.transaction(async ({ forms }) => {
    const before = await forms.byId(id);
    if (before === undefined) throw new Fault('not-found', `There is no form ${id}.`);
    const after: Form = { ...before, ...change };
    checkForm(context, change, Object.values(after.fieldMap));
    await forms.update(id, change);
    return after;
  });
}

function problemsOf(context: AppContext, { group, policy }: FormChange): readonly FieldProblem[] {
  const { groups, callbacks } = context.set().telephony;
  return [
    ...unknownName('group', group, Object.keys(groups)),
    ...unknownName('policy', policy, Object.keys(callbacks)),
  ];
}

function unknownName(
  field: string,
  name: string | undefined,
  known: readonly string[],
): readonly FieldProblem[] {
  if (name === undefined || known.includes(name)) return [];
  const nearest = nearestName(name, known);
  return [
    {
      field,
      problem: `there is no ${field} ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    },
  ];
}
