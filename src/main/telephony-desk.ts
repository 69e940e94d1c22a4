/**
 * Reads the YAML that PBX admins own and takes it into use, whoever asks: the file watch, SIGHUP, the API. A set with a
 * mistake is refused whole; the reason stays readable (/readyz, a metric, the log) until a good one comes.
 */
import { createHash } from 'node:crypto';
import type { App } from '../app/app.js';
import type { HashedSet } from '../app/telephony/apply-telephony.js';
import type { Logger, Metrics } from '../app/ports/ports.js';
import type { SetSource, SetVersion } from '../domain/routing/set-versions.js';
import { Fault } from '../errors.js';
import {
  readConfiguration,
  type Configuration,
  type ConfigurationSource,
} from '../settings/configuration.js';
import { formatProblem, type SourceProblem } from '../settings/yaml-source.js';
import { telephonySet } from './build-app.js';
import type { TrunkBook } from './trunk-book.js';

export interface TelephonyDeskOptions {
  /** Absent: the program was started with a configuration of its own, and there is nothing to read again. */
  readonly source: ConfigurationSource | undefined;
  readonly app: App;
  readonly trunks: TrunkBook;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Asked {
  readonly author: string;
  readonly source: Exclude<SetSource, 'start'>;
  readonly percent: number;
}

/** `ok: false`: the last set was refused, and this one stays. */
export interface TelephonyState {
  readonly ok: boolean;
  readonly detail: string;
}

/** So much of the problems is told by /readyz and the API; the log has all. */
const MOST_TOLD = 20;

export function hashed(configuration: Configuration): HashedSet {
  const set = telephonySet(configuration);
  return { ...set, hash: createHash('sha256').update(JSON.stringify(set)).digest('hex').slice(0, 16) };
}

export class TelephonyDesk {
  private readonly options: TelephonyDeskOptions;
  private last: Promise<unknown> = Promise.resolve();
  private inForce: SetVersion | undefined;
  private refusal: string | undefined;

  constructor(options: TelephonyDeskOptions) {
    this.options = options;
  }

  async start(configuration: Configuration): Promise<SetVersion> {
    const { app } = this.options;
    const version = await app.adoptTelephony(hashed(configuration));
    await this.options.trunks.load(...app.telephonySets().map(({ telephony }) => telephony));
    return this.note(version);
  }

  /** Files as they are now. Throws Fault `telephony-refused` with every problem, and keeps what is in force. */
  apply(asked: Asked): Promise<SetVersion> {
    return this.inTurn(async () => {
      const configuration = await this.read();
      return this.take(hashed(configuration), asked);
    });
  }

  /** Back to a version, or to the one before the newest. Throws Fault `not-found`. */
  rollback(author: string, number?: number): Promise<SetVersion> {
    return this.inTurn(async () => {
      const { set } = await this.options.app.telephonyOf(number);
      return this.take(set, { author, source: 'rollback', percent: 100 });
    });
  }

  state(): TelephonyState {
    const version = this.inForce === undefined ? 'no version' : `version ${this.inForce.number}`;
    if (this.refusal !== undefined)
      return { ok: false, detail: `${version} stays; the changed files are refused: ${this.refusal}` };
    const canary = this.inForce?.percent ?? 100;
    return { ok: true, detail: canary === 100 ? version : `${version} for ${canary} % of the callers` };
  }

  /** Resolves when what was asked for so far is done. */
  async settled(): Promise<void> {
    await this.last;
  }

  private async read(): Promise<Configuration> {
    const { source } = this.options;
    if (source === undefined) throw new Fault('conflict', 'this program was not started from files');
    const read = await readConfiguration(source).catch((error: unknown) => {
      throw this.refuse([wholeFile(error)]);
    });
    if (read.ok) return read.value;
    throw this.refuse(read.problems);
  }

  private refuse(problems: readonly SourceProblem[]): Fault {
    const { logger, metrics } = this.options;
    metrics.count('dialtrace_telephony_refused_total');
    const all = problems.map(formatProblem).join('\n');
    logger.error(
      { problems: problems.length },
      `the changed configuration is refused, the last good one stays:\n${all}`,
    );
    const told = problems.slice(0, MOST_TOLD).map(placedMessage);
    const more = problems.length - told.length;
    this.refusal = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
    return new Fault('telephony-refused', `${problems.length} problem(s): ${this.refusal}`);
  }

  private async take(set: HashedSet, asked: Asked): Promise<SetVersion> {
    const { app, trunks, logger } = this.options;
    const sets = [...app.telephonySets(), set];
    await trunks.load(...sets.map(({ telephony }) => telephony));
    const version = await app.applyTelephony(set, asked);
    logger.info(
      {
        version: version.number,
        author: asked.author,
        source: asked.source,
        percent: asked.percent,
        changes: version.changes,
      },
      'the changed configuration is in use for new calls',
    );
    return this.note(version);
  }

  private note(version: SetVersion): SetVersion {
    this.inForce = version;
    this.refusal = undefined;
    this.options.metrics.observe('dialtrace_telephony_version', version.number);
    return version;
  }

  /** One at a time: two sets applied at once would be numbered in another order than they are taken. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work, work);
    this.last = next.catch(() => undefined);
    return next;
  }
}

function placedMessage({ file, line, column, message, code }: SourceProblem): string {
  return `${file}:${line}:${column}: ${message} [${code}]`;
}

/** A folder that vanished, a file that is no text. */
function wholeFile(error: unknown): SourceProblem {
  const message = error instanceof Error ? error.message : String(error);
  return { file: 'configuration', line: 0, column: 0, code: 'unreadable', message, sourceLine: '' };
}
