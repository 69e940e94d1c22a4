/** Running one API command from its text, as `api` and `bgapi` do. Never throws: what fails is an answer. */
import type { Core } from '../core.js';
import { APIS } from './apis.js';

const NO_REPLY = '-ERR no reply\n';

export async function runApi(core: Core, text: string): Promise<string> {
  const trimmed = text.trim();
  const space = trimmed.search(/\s/);
  const name = space < 0 ? trimmed : trimmed.slice(0, space);
  const argument = space < 0 ? '' : trimmed.slice(space + 1).trim();
  const api = APIS.get(name);
  if (api === undefined) return `-ERR ${name} Command not found!\n`;
  const answer = await api(core, argument);
  return answer === '' ? NO_REPLY : answer;
}
