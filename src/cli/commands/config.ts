/** `config check` and `config schema`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfiguration } from '../../settings/configuration.js';
import { jsonSchemas } from '../../settings/json-schema.js';
import { formatProblem, type SourceProblem } from '../../settings/yaml-source.js';
import { runs, type Action } from '../context.js';
import { versionCommands } from './telephony-versions.js';

/** One problem as JSON. */
export function problemJson({ file, line, column, code, message, suggestion, level }: SourceProblem) {
  return { file, line, column, code, level: level ?? 'error', message, suggestion: suggestion ?? null };
}

export function problemsText(problems: readonly SourceProblem[], good: string): string {
  if (problems.length === 0) return good;
  return `${problems.map(formatProblem).join('\n')}\n${problems.length} problem(s)`;
}

const check: Action<object> = async ({ configDirectory, environment, output }) => {
  const read = await readConfiguration({ directory: configDirectory, environment });
  const problems = read.ok ? [] : read.problems;
  output.result({ ok: read.ok, problems: problems.map(problemJson) }, () =>
    problemsText(problems, `${configDirectory}: no problems`),
  );
  return read.ok ? 0 : 1;
};

const schema: Action<{ write?: string }> = async ({ output }, { write }) => {
  const schemas = jsonSchemas();
  if (write !== undefined) {
    await mkdir(write, { recursive: true });
    for (const [name, text] of Object.entries(schemas)) await writeFile(join(write, name), text);
  }
  output.result(
    {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, text]) => [name, JSON.parse(text) as unknown]),
      ),
    },
    () =>
      write === undefined
        ? Object.values(schemas).join('\n')
        : Object.keys(schemas)
            .map((name) => join(write, name))
            .join('\n'),
  );
  return 0;
};

export function configCommand(program: Command): void {
  const config = program
    .command('config')
    .description('check the settings, take them into use, or print their JSON Schema');
  versionCommands(config);
  config
    .command('check')
    .description('report every mistake of settings, telephony and dialplans')

    .action(runs(check));
  config
    .command('schema')
    .description('JSON Schemas for editors')
    .option('--write <folder>', 'write them there')
    .action(runs(schema));
}
