/**
 * The Logger port over pino: JSON lines on stderr, or readable ones when stderr is a terminal. Everything passes
 * redact.ts first. main makes one; rooms take children with `callId` or `leadId`.
 */
import { destination as pinoDestination, pino, transport } from 'pino';
import type { DestinationStream, Logger as Pino } from 'pino';
import type { Logger } from '../app/ports/ports.js';
import { cleanFields, cleanText } from './redact.js';
import type { PhonePolicy } from './redact.js';

const STDERR = 2;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly level: LogLevel;
  readonly phones: PhonePolicy;
  /** `auto`: pretty on a terminal, JSON elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
  /** Where lines go instead of stderr. */
  readonly destination?: { write(line: string): void };
}

export function createLogger({ level, phones, format, destination }: LogOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"at":"${isoNow()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'text',
  };
  return loggerOver(pino(options, destination ?? stderrStream(format)), phones);
}

function isoNow(): string {
  // eslint-disable-next-line no-restricted-syntax -- when a line was written is not the program's time
  return new Date().toISOString();
}

/** Lines are written at once: those before a crash are the ones that matter. */
function stderrStream(format: LogOptions['format']): DestinationStream {
  const pretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  if (!pretty) return pinoDestination({ dest: STDERR, sync: true });
  const options = {
    destination: STDERR,
    timestampKey: 'at',
    messageKey: 'text',
    translateTime: 'SYS:HH:MM:ss.l',
  };
  return transport({ target: 'pino-pretty', options });
}

function loggerOver(lines: Pino, phones: PhonePolicy): Logger {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error'): Logger['info'] =>
    (fields, text) => {
      if (lines.isLevelEnabled(level)) lines[level](cleanFields(fields, phones), cleanText(text, phones));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerOver(lines.child(cleanFields(fields, phones)), phones),
  };
}
