/**
 * Problems of dialplans for editors and CI servers: SARIF 2.1.0 and GitHub workflow annotations. Called by
 * lint-command.ts.
 */
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ADVICE_RULES, type AdviceCode } from '../../domain/dialplan/advice/advice-rules.js';
import { LINT_RULES } from '../../domain/dialplan/lint-rules.js';
import type { SourceProblem } from '../../settings/yaml-source.js';

export const LINT_FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type LintFormat = (typeof LINT_FORMATS)[number];

/** Codes that begin with `yaml-` come from the YAML reader. */
export function ruleMeaning(code: string): string {
  if (Object.hasOwn(ADVICE_RULES, code)) return ADVICE_RULES[code as AdviceCode].meaning;
  if (Object.hasOwn(LINT_RULES, code)) return LINT_RULES[code as keyof typeof LINT_RULES];
  return 'The file is not readable as YAML.';
}

function messageOf({ message, suggestion }: SourceProblem): string {
  return suggestion === undefined ? message : `${message} — did you mean "${suggestion}"?`;
}

/** SARIF wants URI references; a path inside the working directory stays relative to it. */
function uriOf(file: string, directory: string): string {
  const path = relative(directory, file);
  return path.startsWith('..')
    ? pathToFileURL(file).href
    : path.split(/[\\/]/).map(encodeURIComponent).join('/');
}

function sarifResult(problem: SourceProblem, directory: string): object {
  const region =
    problem.line === 0 ? {} : { region: { startLine: problem.line, startColumn: problem.column } };
  return {
    ruleId: problem.code,
    level: problem.level === 'advice' ? 'warning' : 'error',
    message: { text: messageOf(problem) },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(problem.file, directory) }, ...region } },
    ],
  };
}

/** OASIS SARIF 2.1.0: one run, its rules, and a result for each problem. */
export function lintSarif(problems: readonly SourceProblem[], directory: string): object {
  const rules = [...new Set(problems.map(({ code }) => code))].map((id) => ({
    id,
    shortDescription: { text: ruleMeaning(id) },
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dialtrace', rules } },
        results: problems.map((problem) => sarifResult(problem, directory)),
      },
    ],
  };
}

/** Values of a workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** One `::error` line a problem, one `::warning` line an advice. */
export function lintGithub(problems: readonly SourceProblem[]): string {
  const lines = problems.map((problem) => {
    const place = problem.line === 0 ? '' : `,line=${problem.line},col=${problem.column}`;
    const kind = problem.level === 'advice' ? 'warning' : 'error';
    return `::${kind} file=${escapedProperty(problem.file)}${place},title=${escapedProperty(problem.code)}::${escaped(messageOf(problem))}`;
  });
  return lines.join('\n');
}
