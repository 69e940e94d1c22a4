/**
 * Writes that every step of every call makes, rows in and columns changed, each built once for its shape (see
 * statements.ts). Called by the repositories.
 */
import type { Insertable, QueryResult } from 'kysely';
import type { Database, Schema } from './schema.js';
import { statement } from './statements.js';
import type { Statement } from './statements.js';

type Row = Readonly<Record<string, unknown>>;
type RowStatement = Statement<Row, unknown>;

/** Rows of one table, all with the same columns whoever asks: those of a mapping are. */
export function inserting<Table extends keyof Schema>(
  table: Table,
): (db: Database, rows: readonly Insertable<Schema[Table]>[]) => Promise<void> {
  const known = new Map<number, RowStatement>();
  return async (db, rows) => {
    const [first] = rows;
    if (first === undefined) return;
    const insert = remembered(known, rows.length, () => insertOf(table, Object.keys(first), rows.length));
    await insert(db, rows.length === 1 ? first : Object.fromEntries(rows.flatMap(numbered)));
  };
}

function insertOf(table: keyof Schema, columns: readonly string[], count: number): RowStatement {
  return statement((db, marks) => {
    const rows = Array.from({ length: count }, (_, at) =>
      Object.fromEntries(columns.map((column) => [column, marks[nameOf(column, at)]])),
    );
    return db.insertInto(table).values(rows);
  });
}

const nameOf = (column: string, at: number): string => (at === 0 ? column : `${column} ${at}`);

function numbered(row: object, at: number): readonly (readonly [string, unknown])[] {
  return Object.entries(row).map(([column, value]): [string, unknown] => [nameOf(column, at), value]);
}

/** Some columns of the row with this id. */
export function updating(
  table: keyof Schema,
): (db: Database, id: string, set: object) => Promise<QueryResult<unknown>> {
  const known = new Map<string, RowStatement>();
  return (db, id, set) => {
    const columns = Object.keys(set);
    const update = remembered(known, columns.join(), () => updateOf(table, columns));
    return update(db, { ...set, [THE_ID]: id });
  };
}

const THE_ID = 'the id';

function updateOf(table: keyof Schema, columns: readonly string[]): RowStatement {
  return statement((db, marks) =>
    db
      .updateTable(table as 'leads')
      .set(Object.fromEntries(columns.map((column) => [column, marks[column]])))
      .where('id', '=', marks[THE_ID] as never),
  );
}

function remembered<Key>(known: Map<Key, RowStatement>, key: Key, make: () => RowStatement): RowStatement {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}
