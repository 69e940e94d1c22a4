/**
 * What differs between databases, so that repositories and migrations need not know which one they talk to. One file a
 * database beside this one; open-store picks it.
 */
import type {
  ColumnDefinitionBuilder,
  CompiledQuery,
  CreateTableBuilder,
  Dialect,
  Kysely,
  QueryResult,
} from 'kysely';

/** The store's Kysely, or a transaction of it. */
export type Asker = Pick<Kysely<never>, 'isTransaction'>;

export interface StoreDialect {
  readonly kysely: Dialect;
  /** Everything `work` starts counts as inside the transaction: there the outer store is refused. */
  insideTransaction<T>(work: () => Promise<T>, tx: object): Promise<T>;
  /**
   * The way of statements that are compiled already, past Kysely's queue of promises. Undefined for a transaction that
   * `insideTransaction` does not have open; absent where there is no such way.
   */
  readonly straight?: <Row>(db: Asker, query: CompiledQuery) => Promise<QueryResult<Row>> | undefined;
  /** A column `name` that numbers rows in commit order, as primary key. */
  withSequence<Table extends string, Columns extends string>(
    table: CreateTableBuilder<Table, Columns>,
    name: string,
  ): CreateTableBuilder<Table, Columns>;
  /**
   * When `counter` of a row of `table` changes, the row as it was is copied into `into`, which has the same columns; in
   * the same write. Rows without a `holder` are not kept.
   */
  keepReplaced(
    db: Kysely<unknown>,
    tables: {
      readonly table: string;
      readonly into: string;
      readonly counter: string;
      readonly holder: string;
    },
  ): Promise<void>;
  /** A consistent copy at `path` while others read and write. */
  backup(path: string): Promise<void>;
  /** After the running transaction; whatever is asked later is Fault `store-unavailable`. */
  close(): Promise<void>;
}

/** Of a column that must be there. */
export const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
