/** `dialplan explain`: what happened in a stored call, step by step, and why. Registered in commands/dialplan.ts. */
import { Fault } from '../../errors.js';
import {
  explainCall,
  type Explanation,
  type StoredCall,
  type Told,
} from '../../domain/simulation/explain-call.js';
import type { Choice } from '../../domain/simulation/explain-steps.js';
import type { CallId } from '../../domain/values/ids.js';
import type { Action } from '../context.js';
import { withStore } from '../with-store.js';
import { storedPlans } from './stored-plans.js';

export const explainStoredCall: Action<object> = async (context, _options, id = '') => {
  const stored = await withStore(context, async (store): Promise<StoredCall> => {
    const { calls, events } = store;
    const call = await calls.byId(id as CallId);
    if (call === undefined) throw new Fault('not-found', `there is no call ${id} in this store`);
    const [activities, timeline, inputs] = await Promise.all([
      calls.activitiesOf(call.id),
      events.ofCall(call.id),
      calls.inputsOf(call.id),
    ]);
    const plans = await storedPlans(store)(call);
    return { call, activities, events: timeline, inputs, ...(plans === undefined ? {} : { plans }) };
  });
  const explanation = explainCall(stored);
  context.output.result(explanationJson(stored, explanation), () => explanationText(stored, explanation));
  return 0;
};

function explanationJson({ call }: StoredCall, { told, ending, steps, choices }: Explanation): object {
  return {
    ok: true,
    call_id: call.id,
    direction: call.direction,
    dialplan: call.dialplan,
    telephony_version: call.setVersion ?? null,
    started_at: new Date(call.startedAt).toISOString(),
    disposition: call.disposition ?? null,
    ending: ending ?? null,
    steps,
    choices,
    told: told.map(({ at, kind, text }) => ({ at: new Date(at).toISOString(), kind, text })),
  };
}

function explanationText({ call }: StoredCall, { told, ending, steps, choices }: Explanation): string {
  const { id, direction, dialplan, startedAt, disposition = 'not closed', setVersion } = call;
  const version = setVersion === undefined ? '' : ` of telephony version ${setVersion}`;
  return [
    `${id}: ${direction}, dialplan ${dialplan}${version}, began ${new Date(startedAt).toISOString()}, ${disposition}`,
    ...(steps === 'cut'
      ? ['(the first steps of this long call are not kept, and it cannot be run again from its inputs)']
      : []),
    ...told.map((one) => line(one, startedAt)),
    ...(ending === undefined ? [] : [`ended by ${ending.by}: ${ending.reason}`]),
    ...(choices.length === 0 ? [] : ['', 'Why it went this way:', ...choices.flatMap(choiceText)]),
  ].join('\n');
}

function choiceText({ step, verb, condition, result, taken, lost }: Choice): readonly string[] {
  const asked = condition === undefined ? '' : ` ${condition} `;
  return [
    `  ${step} [${verb}]${asked}: ${result}`,
    `    taken      ${taken}`,
    ...lost.map((row) => `    not taken  ${row}`),
  ];
}

const MARKS: Readonly<Record<Told['kind'], string>> = {
  event: '    ',
  outcome: '  ◄ ',
  step: '── ',
  directive: '  ► ',
};

function line({ at, kind, text }: Told, startedAt: number): string {
  return `${((at - startedAt) / 1000).toFixed(2).padStart(8)} s  ${MARKS[kind]}${text}`;
}
