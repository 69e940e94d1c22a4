/** What the servers of the switch must not contradict: one way to write them, one name each, one port to connect back to. */
import type { z } from 'zod';

interface Place {
  readonly address: string;
  readonly port: number;
}

interface NamedServer {
  readonly name: string;
  readonly listen?: Place | undefined;
}

interface SwitchServers {
  readonly kind: string;
  readonly signalling?: unknown;
  readonly media?: unknown;
  readonly listen: Place;
  readonly servers?:
    | {
        readonly signalling?: readonly NamedServer[] | undefined;
        readonly media?: readonly NamedServer[] | undefined;
      }
    | undefined;
}

export function checkServers(given: SwitchServers, context: z.core.$RefinementCtx<SwitchServers>): void {
  const { servers } = given;
  if (servers === undefined) return;
  const tell = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: ['servers', ...path], message });
  if (given.kind === 'embedded') tell([], 'several servers need `kind: external`');
  for (const side of ['signalling', 'media'] as const)
    if (servers[side] !== undefined && given[side] !== undefined)
      tell([side], `give either switch.${side} or switch.servers.${side}`);
  tellRepeated(servers, tell);
  tellSharedPorts(servers.media ?? [], given.listen, tell);
}

type Tell = (path: readonly (string | number)[], message: string) => void;

function tellRepeated(
  { signalling = [], media = [] }: NonNullable<SwitchServers['servers']>,
  tell: Tell,
): void {
  const seen = new Set<string>();
  for (const [side, list] of Object.entries({ signalling, media }))
    for (const [index, { name }] of list.entries()) {
      if (seen.has(name)) tell([side, index, 'name'], `${name} is the name of another server too`);
      seen.add(name);
    }
}

/** FreeSWITCHes that connect back to one port could not be told apart. Port 0 takes any. */
function tellSharedPorts(media: readonly NamedServer[], common: Place, tell: Tell): void {
  const seen = new Map<string, string>();
  for (const [index, { name, listen = common }] of media.entries()) {
    const place = `${listen.address}:${listen.port}`;
    const other = seen.get(place);
    if (listen.port !== 0 && other !== undefined)
      tell(['media', index], `${other} connects back to ${place} too: give it a listen of its own`);
    seen.set(place, name);
  }
}
