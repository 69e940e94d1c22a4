/** `conference`: this server has no conferences, and says so as FreeSWITCH does. */
import type { Core } from '../core.js';
import { words } from './answers.js';
import { CONFERENCE_USAGE } from './conference-usage.js';

export function conference(_core: Core, argument: string): string {
  const [name] = words(argument);
  if (name === undefined) return CONFERENCE_USAGE;
  if (name === 'list' || name === 'count' || name === 'json_list' || name === 'xml_list')
    return '+OK No active conferences.\n';
  return `-ERR Conference ${name} not found\n`;
}
