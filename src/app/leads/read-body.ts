/** The body of a push as the tree of values that a source's reader reads; the same when it comes and when it is read again. */
import { readFormBody } from '../../domain/leads/form-body.js';
import type { PushSource } from '../../domain/leads/lead.js';
import { LEAD_SOURCES } from '../../domain/leads/sources.js';
import { Fault } from '../../errors.js';
import { parseKeepingIds } from '../../domain/values/parse-keeping-ids.js';

/** Throws Fault `body-malformed`. */
export function readBody(source: PushSource, text: string): unknown {
  if (LEAD_SOURCES[source].body === 'form' && !/^\s*[{[]/.test(text)) return readFormBody(text);
  const parsed = parseKeepingIds(text);
  if (parsed === undefined) throw new Fault('body-malformed', 'the body is not JSON');
  return parsed;
}
