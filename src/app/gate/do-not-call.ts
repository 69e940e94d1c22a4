/** The do-not-call list: who puts a phone there, what that ends, and lists brought in from elsewhere. */
import type { LeadReason } from '../../domain/leads/lead.js';
import type { CallId, E164, Instant } from '../../domain/values/ids.js';
import { parsePhone } from '../../domain/values/phone.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { finishLead } from '../leads/after-attempt.js';
import type { DoNotCall } from '../ports/people.js';

export interface NewDoNotCall {
  /** As typed; national numbers belong to `country`. */
  readonly phone: string;
  readonly reason?: string;
  readonly until?: Instant;
}

export interface ImportReport {
  readonly added: number;
  readonly changed: number;
  /** Leads that will not be called any more. */
  readonly leadsEnded: number;
  readonly refused: readonly { readonly row: number; readonly phone: string; readonly why: string }[];
}

/** Rows in one transaction: calls that run must not wait long for the store. */
const CHUNK = 200;

export interface ImportTerms {
  readonly by: string;
  readonly country?: string;
}

/** Every row that can be read is listed; the others are told with their number, counted from 1. */
export async function importDoNotCall(
  context: AppContext,
  rows: readonly NewDoNotCall[],
  terms: ImportTerms,
): Promise<ImportReport> {
  const read = rows.map((row, index) => ({ row, index, phone: parsePhone(row.phone, terms.country) }));
  const good = read.flatMap(({ row, phone }) => (phone.ok ? [{ ...row, phone: phone.e164 }] : []));
  const refused = read.flatMap(({ row, index, phone }) =>
    phone.ok ? [] : [{ row: index + 1, phone: row.phone, why: phone.why }],
  );
  const totals = { added: 0, changed: 0, leadsEnded: 0 };
  for (let from = 0; from < good.length; from += CHUNK) {
    const done = await putChunk(context, good.slice(from, from + CHUNK), terms.by);
    totals.added += done.added;
    totals.changed += done.changed;
    totals.leadsEnded += done.leadsEnded;
  }
  return { ...totals, refused };
}

type Row = Omit<NewDoNotCall, 'phone'> & { readonly phone: E164 };

async function putChunk(
  context: AppContext,
  rows: readonly Row[],
  by: string,
): Promise<Omit<ImportReport, 'refused'>> {
  const calls: CallId[] = [];
  const report = await commit(context, async (unit) => {
    const entries = rows.map(({ phone, reason, until }): DoNotCall => {
      const addedAt = unit.now;
      return { phone, reason: reason ?? 'listed by a person', by, addedAt, ...present({ until }) };
    });
    const put = await unit.tx.doNotCall.put(entries);
    let leadsEnded = 0;
    for (const { phone, reason } of entries) {
      unit.tell({ name: 'do-not-call.added', payload: { phone, reason, by } });
      leadsEnded += await endLeads(unit, phone, 'do-not-call');
      calls.push(...(await ringingCalls(unit, phone)));
    }
    return { ...put, leadsEnded };
  });
  for (const callId of calls) context.calls.get(callId)?.command(by, { kind: 'hang-up' });
  return report;
}

/** A talk that goes on is the parties' own affair; a phone that rings is not. */
async function ringingCalls({ tx }: Unit, phone: E164): Promise<readonly CallId[]> {
  const open = await tx.calls.openCalls();
  return open
    .filter(({ clientNumber, bridgedAt, direction }) => {
      return clientNumber === phone && bridgedAt === undefined && direction !== 'inbound';
    })
    .map(({ id }) => id);
}

/** In the transaction that lists the phone: what waits for it will find itself final. Answers how many leads. */
export async function endLeads(unit: Unit, phone: E164, reason: LeadReason): Promise<number> {
  const open = await unit.tx.leads.openOfPhone(phone);
  for (const lead of open) await finishLead(unit, lead, 'blocked', reason);
  return open.length;
}

/** Throws Fault `field-invalid` (phone), `not-found`. */
export async function removeDoNotCall(
  context: AppContext,
  phone: string,
  { by, country }: ImportTerms,
): Promise<E164> {
  const parsed = parsePhone(phone, country);
  if (!parsed.ok)
    throw new Fault('field-invalid', `${phone} is no phone number`, {
      fields: [{ field: 'phone', problem: parsed.why }],
    });
  const { e164 } = parsed;
  await commit(context, async ({ tx, tell }) => {
    if ((await tx.doNotCall.remove(e164)) === 'not-listed')
      throw new Fault('not-found', `${e164} is not on the list.`);
    tell({ name: 'do-not-call.removed', payload: { phone: e164, by } });
  });
  return e164;
}
