/**
 * A file of leads that were left elsewhere: each row is taken as a push of it would have been, in chunks, and answered by its
 * line. Old ones are history: stored, and nobody is called unless that is asked for.
 */
import { readLeadRow, type Cells, type ReadRow, type RowTerms } from '../../domain/leads/imported-row.js';
import type { Connection, Form, PushResult } from '../../domain/leads/lead.js';
import type { ConnectionId, Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { rehearseEntry, resultOf, storeEntry, type EntryOwner } from './store-entry.js';

export interface FileRow {
  /** In the file, from 1. */
  readonly line: number;
  readonly cells: Cells;
}

export interface LeadImport {
  readonly connectionId: ConnectionId;
  /** Its id here or at the source, or its name; one that is not known is made. */
  readonly form: string;
  readonly rows: readonly FileRow[];
  readonly mode: 'write' | 'dry-run';
  /** Left earlier than this, or nobody knows when: stored and not dialled. */
  readonly oldAfterDays: number;
  /** `call`: they are called all the same. */
  readonly old: 'store' | 'call';
}

export type RowResult = { readonly line: number } & PushResult;

/** Rows in one transaction: calls that run must not wait long for the store. */
const CHUNK = 50;
const DAY_MS = 86_400_000;

/** Throws Fault `not-found` (connection), `store-unavailable`. */
export async function importLeads(context: AppContext, request: LeadImport): Promise<readonly RowResult[]> {
  const terms = await termsOf(context, request);
  const results: RowResult[] = [];
  for (let from = 0; from < request.rows.length; from += CHUNK) {
    const rows = request.rows.slice(from, from + CHUNK);
    results.push(
      ...(await commit(context, (unit) => importChunk(context, unit, { ...terms, request, rows }))),
    );
  }
  return results;
}

interface ImportTerms extends RowTerms {
  readonly connection: Connection;
  /** Id → line of the first row that has it. */
  readonly seen: Map<string, number>;
}

async function termsOf(
  { ports }: AppContext,
  { connectionId, form: named }: LeadImport,
): Promise<ImportTerms> {
  const connection = await ports.store.connections.byId(connectionId);
  if (connection === undefined) throw new Fault('not-found', `There is no connection ${connectionId}.`);
  const forms = await ports.store.forms.list(connectionId);
  const form = (['id', 'externalId', 'displayName'] as const)
    .map((name) => forms.find((known: Form) => known[name] === named))
    .find((known) => known !== undefined);
  return {
    connection,
    kind: connection.kind,
    form: form ?? { externalId: named, displayName: named },
    fieldMap: form?.fieldMap ?? {},
    seen: new Map(),
    ...present({ country: form?.country ?? connection.country }),
  };
}

type Chunk = ImportTerms & { readonly request: LeadImport; readonly rows: readonly FileRow[] };

async function importChunk(context: AppContext, unit: Unit, chunk: Chunk): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  for (const { line, cells } of chunk.rows)
    results.push({
      line,
      ...(await importRow(context, unit, chunk, { line, read: readLeadRow(cells, chunk) })),
    });
  return results;
}

async function importRow(
  context: AppContext,
  unit: Unit,
  { connection, seen, request }: Chunk,
  { line, read }: { readonly line: number; readonly read: ReadRow },
): Promise<PushResult> {
  if (read.kind === 'unusable') return { result: 'unusable', why: read.why };
  const { entry, leftAt } = read;
  const { externalId = '' } = entry;
  const before = seen.get(externalId);
  if (before !== undefined) return { result: 'repeated', externalId, why: `the lead of line ${before}` };
  seen.set(externalId, line);
  const late = isLate(leftAt, unit.now, request) ? ('yes' as const) : undefined;
  const owner: EntryOwner = { source: 'import', connection, ...present({ late }) };
  return request.mode === 'write'
    ? resultOf(await storeEntry(context, unit, owner, entry), externalId)
    : rehearseEntry(context, unit, owner, entry);
}

function isLate(leftAt: Instant | undefined, now: Instant, { old, oldAfterDays }: LeadImport): boolean {
  return old === 'store' && (leftAt === undefined || leftAt < now - oldAfterDays * DAY_MS);
}
