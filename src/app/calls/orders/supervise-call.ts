/**
 * Live supervision by command: listen to a talk, speak to the operator, the client or both, take over, leave, and move
 * the talk to another operator. Each becomes a command of the call and an event in its timeline that says who did it.
 */
import type { Dialled } from '../../../domain/dialplan/directives.js';
import type { SessionCommand } from '../../../domain/dialplan/inputs.js';
import {
  MEMBER_CHANGES,
  type ConferenceMember,
  type MemberChange,
  type SupervisionMode,
} from '../../../domain/calls/supervision.js';
import type { CallId } from '../../../domain/values/ids.js';
import { nearestName } from '../../../domain/values/nearest.js';
import { Fault } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import { commandCall, type CommandOutcome } from './command-call.js';
import { findLine, isReachable } from '../routing/lines.js';

export type SupervisionAction = SupervisionMode | MemberChange | 'take-over' | 'leave' | 'move';

export interface SupervisionRequest {
  readonly callId: CallId;
  /** Who asks: a key's name, or an operator. */
  readonly by: string;
  readonly action: SupervisionAction;
  /** The supervisor; for `move` the operator who gets the call. */
  readonly operator: string;
  /** For `mute` and its siblings; default: the supervisor himself. */
  readonly member?: ConferenceMember | undefined;
}

export type SupervisionOutcome = CommandOutcome | { readonly kind: 'refused'; readonly why: 'no-device' };

/** Throws Fault `not-found` (call), `field-invalid` (operator). */
export async function superviseCall(
  context: AppContext,
  { callId, by, action, operator, member = 'supervisor' }: SupervisionRequest,
): Promise<SupervisionOutcome> {
  const dialled = deviceOf(context, operator);
  const command = isChange(action)
    ? ({ kind: 'member', party: operator, member, change: action } as const)
    : commandOf(action, operator, dialled);
  return command === undefined
    ? { kind: 'refused', why: 'no-device' }
    : commandCall(context, callId, by, command);
}

function isChange(action: SupervisionAction): action is MemberChange {
  return MEMBER_CHANGES.some((change) => change === action);
}

function commandOf(
  action: Exclude<SupervisionAction, MemberChange>,
  party: string,
  dialled: Dialled | undefined,
): SessionCommand | undefined {
  if (action === 'take-over') return { kind: 'take-over', party };
  if (action === 'leave') return { kind: 'stop-supervising', party };
  if (dialled === undefined) return undefined;
  return action === 'move'
    ? { kind: 'move', party, dialled }
    : { kind: 'supervise', mode: action, party, dialled };
}

/** The first of the operator's devices that the switch can reach. */
function deviceOf(context: AppContext, name: string): Dialled | undefined {
  const { telephony } = context.set();
  const operator = Object.hasOwn(telephony.operators, name) ? telephony.operators[name] : undefined;
  if (operator === undefined) {
    const nearest = nearestName(name, Object.keys(telephony.operators));
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
    throw new Fault('field-invalid', `there is no operator ${name}${hint}`, {
      fields: [{ field: 'operator', problem: 'unknown operator' }],
    });
  }
  const devices = operator.devices.map((_, device): Dialled => ({
    kind: 'operator',
    operator: name,
    device,
  }));
  return devices.find((dialled) => {
    const found = findLine(dialled, { telephony });
    return found.kind === 'line' && isReachable(found.line, context.ports.switch);
  });
}
