/** An OPTIONS to a gateway: is it alive? Any answer says yes, a refusal too. */
import type { Gateway } from '../../domain/routing/telephony.js';
import type { SwitchContext } from '../context.js';
import { present } from '../../domain/values/present.js';
import { settle } from '../lifetime.js';
import type { Signalling } from '../servers/signalling.js';

export interface Asked {
  readonly uri: string;
  readonly gateway?: Gateway;
  /** Next hop, when it was resolved already. */
  readonly proxy?: string;
  /** Default: any that takes calls. */
  readonly via?: Signalling;
  readonly withinMs: number;
}

/** `unsent`: our own signalling server is away, which says nothing of the gateway. */
export async function ask(context: SwitchContext, asked: Asked): Promise<'answered' | 'silent' | 'unsent'> {
  const { clock } = context;
  const hop = asked.gateway && (await context.hops.first(asked.gateway));
  if (hop?.kind === 'none') return 'silent';
  const proxy = asked.proxy ?? hop?.proxy;
  const signalling = asked.via ?? context.signalling.choose();
  if (signalling?.state !== 'ready') return 'unsent';
  const options = { method: 'OPTIONS', uri: asked.uri, headers: {}, ...present({ proxy }) };
  const answered = new Promise<'answered' | 'silent'>((resolve) => {
    // Port 0: the signalling server's own time-out, not a packet.
    const sent = signalling.request(options, ({ source_port: port }) =>
      resolve(port > 0 ? 'answered' : 'silent'),
    );
    void sent.then(({ kind }) => kind === 'value' || resolve('silent'));
  });
  const heard = await settle(() => answered, { clock, deadlineMs: asked.withinMs });
  return heard.kind === 'value' ? heard.value : 'silent';
}
