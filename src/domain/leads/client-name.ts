/** A client's name from what forms ask for: one field, or the first and the last name in two. */
import type { LeadField } from './aliases.js';

export function clientNameOf({
  client_name: name,
  last_name: last,
}: Readonly<Partial<Record<LeadField, string>>>): string | undefined {
  if (name === undefined || last === undefined) return name ?? last;
  return name.toLowerCase().includes(last.toLowerCase()) ? name : `${name} ${last}`;
}
