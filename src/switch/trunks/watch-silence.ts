/**
 * When to give up on a gateway that says nothing. The signalling server does not pass 100 up, so silence alone does not tell
 * a dead gateway from a slow one. Half-way an OPTIONS asks; a gateway that answers anything is alive, has the INVITE, and is
 * waited for.
 */
import { ask } from './ask.js';
import { reasonHeader } from '../messages/causes.js';
import type { SwitchContext } from '../context.js';
import type { Invite } from '../messages/invite.js';
import type { Lifetime } from '../lifetime.js';
import { hostUri, type Route } from './routes.js';
import type { Signalling } from '../servers/signalling.js';

export interface Silence {
  readonly route: Route;
  readonly invite: Invite;
  /** Over which the INVITE left. */
  readonly via: Signalling;
  readonly watched: Lifetime<void>;
}

export function watchSilence(context: SwitchContext, { route, invite, via, watched }: Silence): void {
  const { noResponseMs, proxy } = route;
  if (noResponseMs === undefined) return;
  const { clock } = context;
  let isAlive = false;
  const probe = clock.after(noResponseMs / 2, () => {
    const withinMs = noResponseMs / 2;
    const asked = { uri: hostUri(route), via, withinMs, ...(proxy !== undefined && { proxy }) };
    void ask(context, asked).then((answer) => {
      isAlive = answer === 'answered';
    });
  });
  const giveUp = clock.after(noResponseMs, () => {
    if (!isAlive && !invite.hasRung) invite.abandon(reasonHeader('unavailable'));
  });
  watched.onEnd(() => {
    probe();
    giveUp();
  });
}
