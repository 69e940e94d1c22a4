/** Calls of the last while, and how such a while is written. Called by `replay` and `graph`. */
import type { CallRepository } from '../../app/ports/store.js';
import type { CallRecord } from '../../domain/calls/call.js';
import { Fault } from '../../errors.js';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const PAGE = 500;

/** `7d`, `12h`, `30m`, `2w` → milliseconds. Throws Fault `field-invalid`. */
export function whileOf(text: string): number {
  const match = /^(\d{1,4})([mhdw])$/.exec(text);
  if (match === null) throw new Fault('field-invalid', `"${text}" is no length of time such as 7d or 12h`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** Closed calls that began at or after `from`, newest first. */
export async function* callsSince(
  calls: Pick<CallRepository, 'list'>,
  from: number,
): AsyncGenerator<CallRecord> {
  let cursor: string | undefined;
  do {
    const page = await calls.list({ limit: PAGE, from, ...(cursor === undefined ? {} : { cursor }) });
    for (const call of page.items) if (call.state === 'closed') yield call;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
