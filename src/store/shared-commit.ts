/**
 * Works of one turn of the event loop share a commit: writing its pages is most of what a small write costs. They run one
 * after another while the write lock is held, so that none of them sees another half done, in this process or in another.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from './schema.js';

/** Whoever else needs the store waits for a few milliseconds at most. */
const MOST_WORKS = 50;

interface Waiting<Answer> {
  readonly work: (tx: Database) => Promise<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export class SharedCommit<Answer> {
  readonly #db: Database;
  readonly #waiting: Waiting<Answer>[] = [];
  #state: 'idle' | 'committing' = 'idle';

  constructor(db: Database) {
    this.#db = db;
  }

  /** Answers after the commit. What fails one fails all of its commit, and nothing of it is written. */
  run(work: (tx: Database) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      if (this.#state === 'idle') void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#state = 'committing';
    while (this.#waiting.length > 0) {
      await nextTurn();
      await this.#commit(this.#waiting.splice(0, MOST_WORKS));
    }
    this.#state = 'idle';
  }

  async #commit(waiting: readonly Waiting<Answer>[]): Promise<void> {
    try {
      const answered = await this.#db.transaction().execute(async (tx) => {
        const answers: (() => void)[] = [];
        for (const { work, resolve } of waiting) {
          const answer = await work(tx);
          answers.push(() => {
            resolve(answer);
          });
        }
        return answers;
      });
      for (const answer of answered) answer();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
