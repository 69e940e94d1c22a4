/**
 * Kysely driver over one better-sqlite3 connection. Beyond Kysely's own: a statement cache, BEGIN IMMEDIATE, turns in
 * order of arrival, our faults, waiting for another process without blocking the event loop, and two traps that speak:
 * the outer store used inside its own transaction, and a transaction used after its end, are Fault `bug` instead of a
 * deadlock or a write into somebody else's transaction.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database as SqliteConnection, Statement } from 'better-sqlite3';
import { CompiledQuery } from 'kysely';
import type { DatabaseConnection, Driver, QueryResult } from 'kysely';
import type { Clock } from '../../app/ports/ports.js';
import { Fault } from '../../errors.js';
import type { Asker } from './dialect.js';
import { FifoLock } from './fifo-lock.js';
import { faultOf, sqliteCode } from './sqlite-faults.js';

/** Enough for every statement of the repositories; lists of many lengths are what could grow beyond it. */
const CACHED_STATEMENTS = 500;
/** Another process writes for milliseconds; one that hangs longer than this is a fault. */
const BUSY_DEADLINE_MS = 5000;
const BUSY_PAUSE_MS = 10;

export interface SqliteDriverOptions {
  readonly connection: SqliteConnection;
  readonly clock: Clock;
}

export class SqliteStoreDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #clock: Clock;
  readonly #lock = new FifoLock();
  readonly #statements = new Map<string, Statement>();
  /** The transaction between its BEGIN and its end: there is one connection, so there is one. */
  #open: object | undefined;
  readonly #scope = new AsyncLocalStorage<{ transaction: 'open' | 'over' }>();

  constructor({ connection, clock }: SqliteDriverOptions) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Marks everything `work` starts as being inside the transaction, until it settles. */
  async insideTransaction<T>(work: () => Promise<T>, tx: object): Promise<T> {
    const scope: { transaction: 'open' | 'over' } = { transaction: 'open' };
    this.#open = tx;
    try {
      return await this.#scope.run(scope, work);
    } finally {
      scope.transaction = 'over';
      this.#open = undefined;
    }
  }

  /**
   * Past Kysely's providers, whose promises cost more than a small statement. A transaction that is over is theirs to
   * refuse.
   */
  straight<Row>(db: Asker, query: CompiledQuery): Promise<QueryResult<Row>> | undefined {
    if (db === this.#open) return this.#execute<Row>(query);
    return db.isTransaction ? undefined : this.#alone<Row>(query);
  }

  async #alone<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#takeTurn();
    try {
      return await this.#execute<Row>(query);
    } finally {
      this.#lock.release();
    }
  }

  async init(): Promise<void> {
    // The connection is open already: its pragmas were set by whoever opened it.
  }

  async acquireConnection(): Promise<SqliteTurn> {
    await this.#takeTurn();
    return new SqliteTurn((query) => this.#execute(query));
  }

  async beginTransaction(turn: SqliteTurn): Promise<void> {
    await turn.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(turn: SqliteTurn): Promise<void> {
    await turn.executeQuery(CompiledQuery.raw('commit'));
  }

  /** A full disk makes SQLite roll back by itself. */
  async rollbackTransaction(turn: SqliteTurn): Promise<void> {
    if (this.#connection.inTransaction) await turn.executeQuery(CompiledQuery.raw('rollback'));
  }

  releaseConnection(turn: SqliteTurn): Promise<void> {
    turn.end();
    this.#lock.release();
    return Promise.resolve();
  }

  /** Waits for the running transaction, then closes the file. */
  async destroy(): Promise<void> {
    await this.#takeTurn();
    this.#statements.clear();
    this.#connection.close();
    this.#lock.release();
  }

  /** Inside a transaction the wait would be for its own end. */
  async #takeTurn(): Promise<void> {
    if (this.#scope.getStore()?.transaction === 'open')
      throw new Fault('bug', 'The outer store was used inside its own transaction: use the given tx.');
    await this.#lock.acquire();
  }

  /** Only single statements and BEGIN are repeated: inside a transaction a busy answer ends it. */
  async #execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const deadline = this.#clock.now() + BUSY_DEADLINE_MS;
    for (;;) {
      try {
        return this.#run<Row>(query);
      } catch (error) {
        const busy = sqliteCode(error)?.startsWith('SQLITE_BUSY') === true;
        if (!busy || this.#connection.inTransaction || this.#clock.now() >= deadline) throw faultOf(error);
      }
      await new Promise<void>((resolve) => this.#clock.after(BUSY_PAUSE_MS, resolve));
    }
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    if (!this.#connection.open) throw new Fault('store-unavailable', 'The store is closed.');
    const statement = this.#prepared(sql);
    if (statement.reader) return { rows: statement.all(...parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= CACHED_STATEMENTS) this.#statements.clear();
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The connection for the length of one turn; useless afterwards. */
export class SqliteTurn implements DatabaseConnection {
  readonly #execute: <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>;
  #turn: 'ours' | 'over' = 'ours';

  constructor(execute: <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>) {
    this.#execute = execute;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#turn === 'over') throw new Fault('bug', 'A transaction was used after its end.');
    return this.#execute<Row>(query);
  }

  // eslint-disable-next-line require-yield -- the signature is Kysely's
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw await Promise.resolve(new Fault('bug', 'The store reads pages, it does not stream.'));
  }

  end(): void {
    this.#turn = 'over';
  }
}
