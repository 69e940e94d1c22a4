/**
 * What a call does on arrival. The XML dialplan is the one drachtio-fsmrf needs: answer, set the configured variables,
 * hand the channel to the event socket named by X-esl-outbound. Inline extensions come with transfers.
 */
import type { Channel } from './channel.js';
import type { Execution } from './execute.js';

/** An extension that does not exist gives no actions, and the channel ends with NO_ROUTE_DESTINATION. */
export function actionsFor(channel: Channel): readonly Execution[] {
  return channel.profile.dialplan === 'inline'
    ? inlineActions(channel.profile.destination)
    : outboundSocketActions(channel);
}

function outboundSocketActions(channel: Channel): readonly Execution[] {
  const address = channel.variables.get('sip_h_X-esl-outbound');
  if (address === undefined) return [];
  const sets = Object.entries(channel.core.settings.variables).map(([name, value]) =>
    action('set', `${name}=${value}`),
  );
  return [action('answer', undefined), ...sets, action('socket', `${address} async full`)];
}

/** `app:argument,app:argument` (mod_dialplan_xml, inline_dialplan_hunt). */
function inlineActions(text: string): readonly Execution[] {
  return text
    .split(',')
    .filter((step) => step !== '')
    .map((step) => {
      const colon = step.indexOf(':');
      return colon < 0 ? action(step, undefined) : action(step.slice(0, colon), step.slice(colon + 1));
    });
}

function action(application: string, argument: string | undefined): Execution {
  return { application, argument, uuid: undefined };
}
