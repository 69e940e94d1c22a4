/**
 * The prompts in use: read again when their files change. What does not load is told in the log, and the last good ones
 * stay. Calls ask at the moment they speak, so that a new recording is heard by the next listener.
 */
import type { Logger } from '../app/ports/ports.js';
import type { PromptCatalogue } from '../domain/prompts/prompt-catalogue.js';
import { createPronounce, type Pronounce } from '../domain/prompts/pronunciation.js';
import type { LoadedPrompts, Prompts } from '../speech/load-prompts.js';

export interface PromptShelfOptions {
  readonly read: () => Promise<LoadedPrompts>;
  readonly logger: Logger;
}

export class PromptShelf {
  catalogue: PromptCatalogue;
  pronounce: Pronounce;
  private readonly options: PromptShelfOptions | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** Without options it is never read again: a command speaks once. */
  constructor(prompts: Prompts, options?: PromptShelfOptions) {
    this.catalogue = prompts.catalogue;
    this.pronounce = createPronounce(prompts.pronunciations);
    this.options = options;
  }

  /** One after another, so that the last change on disk is the one in use. */
  reload(): Promise<'taken' | 'refused'> {
    const reload = this.last.then(() => this.read());
    this.last = reload.catch(() => undefined);
    return reload;
  }

  private async read(): Promise<'taken' | 'refused'> {
    if (this.options === undefined) return 'refused';
    const { read, logger } = this.options;
    const loaded = await read();
    if (!loaded.ok) {
      const problems = loaded.problems.map((one) => `${one.file}:${one.line}:${one.column}: ${one.problem}`);
      logger.error({ problems }, 'the changed prompts have mistakes; the last good ones stay');
      return 'refused';
    }
    this.catalogue = loaded.catalogue;
    this.pronounce = createPronounce(loaded.pronunciations);
    logger.info({ languages: Object.keys(loaded.catalogue).length }, 'the prompts were read again');
    return 'taken';
  }
}
