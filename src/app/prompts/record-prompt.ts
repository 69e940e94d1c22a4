/** An operator's phone is rung, and what he says is a prompt's recording: `dialtrace prompt record`, POST /v1/prompts/:id/record. */
import { startSession } from '../../domain/dialplan/session.js';
import type { Operator } from '../../domain/routing/telephony.js';
import type { CallId } from '../../domain/values/ids.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import { keptFrom, newRecord, type CallSetup } from '../calls/begin/call-setup.js';
import { setFacts } from '../calls/begin/gather-facts.js';
import { availabilityOf } from '../calls/routing/operators.js';
import { startCall } from '../calls/begin/start-call.js';

export interface PromptRecording {
  readonly prompt: string;
  readonly locale: string;
  readonly operator: string;
}

/** `no-plan`: dialplans/record-prompt.yaml is not in the set. */
export type RecordRefusal =
  'no-prompt' | 'no-plan' | 'no-operator' | 'operator-busy' | 'switch-unavailable' | 'too-many-calls';

export type RecordAnswer =
  | { readonly kind: 'started'; readonly callId: CallId }
  | { readonly kind: 'refused'; readonly why: RecordRefusal };

const PLAN = 'record-prompt';

export async function recordPrompt(context: AppContext, wish: PromptRecording): Promise<RecordAnswer> {
  const set = context.set();
  const operator = set.telephony.operators[wish.operator];
  const why = await findHindrance(context, set, operator, wish);
  if (operator === undefined || why !== undefined) return { kind: 'refused', why: why ?? 'no-operator' };
  const callId = context.ports.ids.next() as CallId;
  const setup = await setupOf(context, { set, operator, callId, wish });
  const answer = await startCall<RecordRefusal>(context, setup, () => Promise.resolve('granted'));
  return answer === 'started' ? { kind: 'started', callId } : { kind: 'refused', why: answer };
}

async function findHindrance(
  context: AppContext,
  { plans, telephony }: TelephonySet,
  operator: Operator | undefined,
  { prompt, locale }: PromptRecording,
): Promise<RecordRefusal | undefined> {
  const { ownPrompts, switch: connection } = context.ports;
  if (!ownPrompts.has(prompt, locale)) return 'no-prompt';
  if (plans[PLAN] === undefined) return 'no-plan';
  if (operator === undefined) return 'no-operator';
  const { signalling, media } = connection.status();
  if (signalling !== 'ready' || media !== 'ready') return 'switch-unavailable';
  return (await availabilityOf(context, telephony, [operator])) === 'free' ? undefined : 'operator-busy';
}

interface Beginning {
  readonly set: TelephonySet;
  readonly operator: Operator;
  readonly callId: CallId;
  readonly wish: PromptRecording;
}

async function setupOf(context: AppContext, { set, operator, callId, wish }: Beginning): Promise<CallSetup> {
  const at = context.ports.clock.now();
  const { prompt, locale } = wish;
  const text = context.ports.templates.render(prompt, locale, {});
  return {
    record: {
      ...newRecord({ callId, at, direction: 'outbound', dialplan: PLAN }),
      operator: operator.name,
    },
    session: startSession({ plan: PLAN, callId, legs: [], at }),
    facts: {
      callId,
      direction: 'outbound',
      locale,
      operators: [operator],
      display: prompt,
      promptToRecord: { prompt, locale },
      // What he is to say.
      ...(text.ok && { messages: { operator: [{ kind: 'template', template: text.text, locale }] } }),
      ...(await setFacts(context, { set })),
    },
    ...keptFrom(set),
    names: {},
  };
}
