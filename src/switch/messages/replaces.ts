/**
 * Replaces (RFC 3891): inside a Refer-To it names the dialog of a consultation (transfer.ts); in an INVITE of its own the
 * dialog whose place the new one takes (listen.ts).
 */
import type { LegId } from '../../domain/values/ids.js';
import type { SwitchContext } from '../context.js';
import type { SrfRequest } from '../libraries.js';

export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly early: 'only' | 'or-confirmed';
}

/** `undefined` when it is not well-formed. */
export function parseReplaces(value: string): Replaces | undefined {
  const [callId = '', ...rest] = value.trim().split(/\s*;\s*/);
  const parameters = new Map(rest.map((each) => each.split('=', 2) as [string, string | undefined]));
  const [toTag, fromTag] = [parameters.get('to-tag'), parameters.get('from-tag')];
  if (callId === '' || callId.includes(',') || toTag === undefined || fromTag === undefined) return undefined;
  return { callId, toTag, fromTag, early: parameters.has('early-only') ? 'only' : 'or-confirmed' };
}

export type Replaced =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'leg'; readonly legId: LegId }
  | { readonly kind: 'refused'; readonly sipStatus: number };

/** §3: 400 malformed, 481 no such dialog (or one that still rings), 486 answered although `early-only` is asked. */
export function replacedBy({ legs }: SwitchContext, request: SrfRequest): Replaced {
  const header = request.get('Replaces');
  if (header === undefined) return { kind: 'nothing' };
  const replaces = parseReplaces(header);
  if (replaces === undefined) return { kind: 'refused', sipStatus: 400 };
  const leg = legs.inDialog(replaces);
  if (leg?.tags === undefined || leg.isEnding) return { kind: 'refused', sipStatus: 481 };
  return replaces.early === 'only' ? { kind: 'refused', sipStatus: 486 } : { kind: 'leg', legId: leg.id };
}
