import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/telemetry/log.js';
import type { LogOptions } from '../../../src/telemetry/log.js';

function linesOf(options: Partial<LogOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const logger = createLogger({
    level: 'info',
    phones: 'masked',
    format: 'auto',
    destination: { write },
    ...options,
  });
  return { lines, logger };
}

describe('the logger', () => {
  it('writes JSON lines with level, time and text, ids under one spelling', () => {
    const { lines, logger } = linesOf();
    const ofCall = logger.child({ callId: 'c1' }).child({ leadId: 'l1' });
    ofCall.info({ legState: 'ringing' }, 'rings');
    expect(lines).toEqual([
      {
        level: 'info',
        at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/) as string,
        call_id: 'c1',
        lead_id: 'l1',
        leg_state: 'ringing',
        text: 'rings',
      },
    ]);
  });

  it('masks phones in fields, children and texts unless told otherwise', () => {
    const masked = linesOf();
    masked.logger.child({ phone: '+79161234567' }).warn({ to: '79161234567' }, 'no answer from +79161234567');
    expect(JSON.stringify(masked.lines)).not.toContain('9161234567');
    const clear = linesOf({ phones: 'clear' });
    clear.logger.warn({ to: '79161234567' }, 'no answer from +79161234567');
    expect(clear.lines[0]).toMatchObject({ to: '79161234567', text: 'no answer from +79161234567' });
  });

  it('never writes secrets', () => {
    const { lines, logger } = linesOf({ phones: 'clear' });
    logger
      .child({ password: 'hunter2' })
      .error({ token: 'hunter2', error: new Error('password=hunter2') }, 'token=hunter2');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('leaves out what is below its level', () => {
    const { lines, logger } = linesOf({ level: 'warn' });
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.error({}, 'c');
    expect(lines.map(({ text }) => text)).toEqual(['c']);
  });
});
