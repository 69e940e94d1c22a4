/** PATCH /v1/calls/:id: tags, outcome and a note from a person or program, with who and when in the timeline. */
import type { CallOutcome, CallRecord } from '../../../domain/calls/call.js';
import { tagsAfter } from '../../../domain/calls/outcome.js';
import type { CallId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import { Fault } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import { commit, type Unit } from '../../events/commit.js';
import { followUp } from '../../leads/follow-up.js';
import { applyMark } from '../note-mark.js';

export interface CallAnnotation {
  /** Replace those there are. */
  readonly tags?: readonly string[];
  readonly outcome?: Pick<CallOutcome, 'mark' | 'reason' | 'laterAt'>;
  /** An empty text takes the note away. */
  readonly note?: string;
}

/** Throws Fault `not-found`. */
export function annotateCall(
  context: AppContext,
  id: CallId,
  annotation: CallAnnotation,
  by: string,
): Promise<CallRecord> {
  return commit(context, async (unit) => {
    const call = await unit.tx.calls.byId(id);
    if (call === undefined) throw new Fault('not-found', `There is no call ${id}.`);
    const outcome = annotation.outcome && { ...annotation.outcome, by, at: unit.now };
    const tags = annotation.tags ?? call.tags;
    const note = annotation.note === undefined ? undefined : { text: annotation.note, by, at: unit.now };
    const marked = outcome === undefined ? tags : tagsAfter(tags, outcome, call.outcome);
    const change = { tags: marked, ...present({ outcome, note }) };
    await unit.tx.calls.update(id, change);
    tellAnnotation(unit, call, { ...change, by });
    if (outcome !== undefined) await tellMark(context, unit, { ...call, ...change }, outcome);
    return { ...call, ...change };
  });
}

function tellAnnotation(
  { tell }: Unit,
  { id, leadId }: CallRecord,
  { tags, note, by }: Pick<CallRecord, 'tags' | 'note'> & { readonly by: string },
): void {
  const payload = { by, tags, ...present({ note: note?.text }) };
  tell({ name: 'call.annotated', callId: id, leadId, payload });
}

async function tellMark(
  context: AppContext,
  unit: Unit,
  call: CallRecord,
  outcome: CallOutcome,
): Promise<void> {
  const { mark, reason, laterAt, by } = outcome;
  const later_at = laterAt === undefined ? undefined : new Date(laterAt).toISOString();
  const payload = { mark, by, ...present({ reason, later_at }) };
  unit.tell({ name: 'call.marked', callId: call.id, leadId: call.leadId, payload });
  await applyMark(unit, call, outcome);
  // While the call goes on, its end decides.
  if (call.state === 'closed') await followUp(context, unit, call);
}
