/** A mark takes effect in the transaction that tells it, whoever said it: a key, a survey, the API. */
import type { CallOutcome, CallRecord } from '../../domain/calls/call.js';
import { outcomeOf, tagsAfter } from '../../domain/calls/outcome.js';
import type { Directive } from '../../domain/dialplan/directives.js';
import type { Instant } from '../../domain/values/ids.js';
import type { Unit } from '../events/commit.js';
import { endLeads } from '../gate/do-not-call.js';

/** Fields of the record after the marks of one step; the last one counts. */
export function markedBy(
  { outcome: before, tags }: Pick<CallRecord, 'outcome' | 'tags'>,
  directives: readonly Directive[],
  at: Instant,
): Pick<CallRecord, 'tags'> & Pick<Partial<CallRecord>, 'outcome'> {
  const said = directives.flatMap((directive) =>
    directive.verb === 'tell' && directive.event === 'call.marked'
      ? (outcomeOf(directive.payload, at) ?? [])
      : [],
  );
  const last = said.at(-1);
  return last === undefined ? { tags } : { outcome: last, tags: tagsAfter(tags, last, before) };
}

/** What a mark does beside being stored: a blacklisted phone is never called again. */
export async function applyMark(unit: Unit, call: CallRecord, said: CallOutcome): Promise<void> {
  const { clientNumber: phone } = call;
  if (said.mark !== 'blacklist' || phone === undefined) return;
  const { by } = said;
  const refused = by === 'client' || by === 'caller';
  const reason = refused ? 'asked not to be called, by a key' : (said.reason ?? 'blacklisted in a call');
  await unit.tx.doNotCall.put([{ phone, reason, by, addedAt: unit.now }]);
  unit.tell({ name: 'do-not-call.added', callId: call.id, payload: { phone, reason, by } });
  await endLeads(unit, phone, refused ? 'client-refused' : 'do-not-call');
}
