/** What every command is given: settings folder, output, environment; and how it is run. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createOutput, reportFailure, type ExitCode, type Output, type Streams } from './output.js';

export interface CommandContext {
  readonly output: Output;
  readonly streams: Streams;
  /** Folder of the YAML files. */
  readonly configDirectory: string;
  /** `option`: somebody asked for this one. */
  readonly configFrom: 'default' | 'option';
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export type Action<O> = (
  context: CommandContext,
  options: O,
  ...args: readonly string[]
) => Promise<ExitCode>;

export const DEFAULT_CONFIG_DIRECTORY = 'config';

function streamsOf(): Streams {
  return { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) };
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(name));
  return controller.signal;
}

interface GlobalOptions {
  readonly json?: true;
  readonly config: string;
}

/** Wraps an action for commander: context in, exit code out, no rejection left. */
export function runs<O extends object>(action: Action<O>): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const { json, config, ...options } = command.optsWithGlobals<GlobalOptions & O>();
    const args = command.processedArgs.filter((arg) => arg !== undefined).map(String);
    const streams = streamsOf();
    const output = createOutput(json === undefined ? 'human' : 'json', streams);
    const context: CommandContext = {
      output,
      streams,
      configDirectory: resolve(config),
      configFrom: command.getOptionValueSourceWithGlobals('config') === 'default' ? 'default' : 'option',
      environment: process.env,
      signal: stopSignal(),
    };
    process.exitCode = await action(context, options as unknown as O, ...args).catch((error: unknown) =>
      reportFailure(error, output, streams),
    );
  };
}
