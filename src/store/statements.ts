/**
 * Statements that run for every step of every call: built and compiled by Kysely once a dialect, afterwards only their
 * parameters change. Building is most of what a small statement costs.
 */
import { CompiledQuery } from 'kysely';
import type { Compilable, QueryResult } from 'kysely';
import type { StoreDialect } from './dialect/dialect.js';
import type { Database } from './schema.js';

/** Stands in the built statement for the parameter of this name. */
class Mark {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

interface Compiled {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type Statement<Parameters, Row> = (db: Database, parameters: Parameters) => Promise<QueryResult<Row>>;

/** `build` gets a mark for each parameter, typed as its value; it may pass marks on, but not look at them. */
export function statement<Parameters extends object, Row = unknown>(
  build: (db: Database, marks: Parameters) => Compilable<Row>,
): Statement<Parameters, Row> {
  const compiled = new WeakMap<object, Compiled>();
  const compiledFor = (db: Database): Compiled => {
    const dialect = db.getExecutor().adapter;
    const known = compiled.get(dialect);
    if (known !== undefined) return known;
    const fresh = build(db, MARKS as Parameters).compile();
    compiled.set(dialect, fresh);
    return fresh;
  };
  return (db, parameters) => {
    const { sql, parameters: places } = compiledFor(db);
    const given = parameters as Readonly<Record<string, unknown>>;
    const values = places.map((place) => (place instanceof Mark ? given[place.name] : place));
    const query = CompiledQuery.raw(sql, values);
    return STRAIGHT.get(db.getExecutor().adapter)?.<Row>(db, query) ?? db.executeQuery<Row>(query);
  };
}

/** By Kysely's adapter, which a store and its transactions have in common. */
const STRAIGHT = new WeakMap<object, NonNullable<StoreDialect['straight']>>();

/** Statements of this store go the dialect's straight way, if it has one. */
export function goStraight(db: Database, dialect: StoreDialect): void {
  if (dialect.straight !== undefined) STRAIGHT.set(db.getExecutor().adapter, dialect.straight);
}

/** Has a mark for every name. */
const MARKS = new Proxy({}, { get: (_, name) => new Mark(String(name)) });

/** Of a statement that changes at most one row. */
export function changedOne({ numAffectedRows }: QueryResult<unknown>): boolean {
  return numAffectedRows === 1n;
}
