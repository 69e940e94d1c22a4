/** A logger and metrics that remember what they were told. */
import type { Logger, Metrics } from '../../../src/app/ports/ports.js';

export interface LogLine {
  readonly level: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function rememberingLogger(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, text: string) =>
    void lines.push({ level, text, fields });
  const logger = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  return logger;
}

export function rememberingMetrics(): Metrics & { readonly told: string[] } {
  const told: string[] = [];
  const labelText = (labels: Readonly<Record<string, string>> = {}) => Object.values(labels).join(' ');
  return {
    told,
    count: (name, labels) => void told.push(`${name} ${labelText(labels)}`),
    observe: (name, value, labels) => void told.push(`${name} ${labelText(labels)} = ${value}`),
  };
}
