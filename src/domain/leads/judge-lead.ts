/** What becomes of a lead at intake. Pure and total: every draft gets exactly one status with one reason. */
import type { Project } from '../attribution/project.js';
import type { Strike } from '../gate/judge-gate.js';
import type { Instant, LeadId } from '../values/ids.js';
import type { Connection, Form, Lead, LeadDraft, LeadReason } from './lead.js';
import type { CallbackPolicy } from '../routing/telephony.js';
import type { ResolvedIntake } from './resolve-intake.js';

export interface IntakeFacts {
  readonly now: Instant;
  readonly connection?: Connection;
  readonly form?: Form;
  /** Latest lead of the same phone and group inside the duplicate window. */
  readonly earlier?: Pick<Lead, 'id' | 'duplicateOf'>;
  /** What the gate has against the lead. */
  readonly gate?: Strike;
  /** What the project does with texts; absent for leads that are none. */
  readonly texts?: Project['texts'];
  /** Is the client in a call with us now? Absent: no. */
  readonly inCall?: 'yes' | 'no';
  /** It was left long ago, and comes only now. */
  readonly late?: 'yes';
  /** First moment at or after `at` when the group is open; undefined when it never is. */
  readonly nextOpen: (at: Instant) => Instant | undefined;
}

export type Judgement =
  | { readonly status: 'queued' | 'deferred'; readonly reason: LeadReason; readonly willCallAt: Instant }
  | { readonly status: 'duplicate'; readonly reason: LeadReason; readonly duplicateOf: LeadId }
  | Strike
  | { readonly status: 'no-phone' | 'not-dialled'; readonly reason: LeadReason };

/** The order is the order in which a person would explain it: switched off, no number, not let in, known already, not now, now. */
export function judgeLead(draft: LeadDraft, resolved: ResolvedIntake, facts: IntakeFacts): Judgement {
  const off = switchedOff(draft, resolved, facts);
  if (off !== undefined) return { status: 'not-dialled', reason: off };
  if (resolved.phone.kind !== 'good')
    return { status: 'no-phone', reason: resolved.phone.kind === 'absent' ? 'no-phone' : 'phone-invalid' };
  if (facts.gate !== undefined) return facts.gate;
  if (facts.earlier !== undefined)
    return {
      status: 'duplicate',
      reason: 'already-known',
      duplicateOf: facts.earlier.duplicateOf ?? facts.earlier.id,
    };
  return whenToCall(draft.callAt, resolved.policy, facts);
}

function switchedOff(draft: LeadDraft, resolved: ResolvedIntake, facts: IntakeFacts): LeadReason | undefined {
  if (facts.connection?.enabled === 'off') return 'connection-off';
  if (facts.form?.enabled === 'off') return 'form-off';
  if (draft.test === 'yes') return 'test-lead';
  if (facts.late === 'yes') return 'too-old';
  if (facts.texts === 'store') return 'text-only';
  return resolved.policy === undefined || resolved.group === undefined ? 'no-policy' : undefined;
}

/** Long enough for most talks; its end settles the lead before. */
const IN_CALL_MS = 600_000;

function whenToCall(
  callAt: Instant | undefined,
  policy: CallbackPolicy | undefined,
  { now, nextOpen, inCall }: IntakeFacts,
): Judgement {
  const shown = previewMs(policy);
  const wanted = Math.max(now, callAt ?? now) + Math.max(shown, inCall === 'yes' ? IN_CALL_MS : 0);
  const willCallAt = nextOpen(wanted);
  if (willCallAt === undefined) return { status: 'not-dialled', reason: 'outside-hours' };
  if (willCallAt > wanted) return { status: 'deferred', reason: 'outside-hours', willCallAt };
  if (inCall === 'yes') return { status: 'deferred', reason: 'in-call', willCallAt };
  if (shown > 0) return { status: 'deferred', reason: 'preview', willCallAt };
  if (wanted > now) return { status: 'deferred', reason: 'client-asked', willCallAt };
  return { status: 'queued', reason: 'call-now', willCallAt };
}

function previewMs(policy: CallbackPolicy | undefined): number {
  return policy?.order === 'preview' ? (policy.previewSeconds ?? 0) * 1000 : 0;
}
