/** Ends what a dead process left behind, by what the store knows of it. None of this needs an object of a library. */
import type { LegIdentity } from '../../domain/calls/call.js';
import { reasonHeader } from '../messages/causes.js';
import type { SwitchContext } from '../context.js';
import type { AgentRequest } from '../libraries.js';
import type { MediaLink } from '../servers/media-server.js';
import type { Signalling } from '../servers/signalling.js';

type Ended = 'ended' | 'already-gone' | 'unreachable';

/** CANCEL when it still rings, else BYE; and the channel is killed. On the servers that it is, or may be, on. */
export async function endStored(identity: LegIdentity, context: SwitchContext): Promise<Ended> {
  const { signallingNode, mediaNode, channelUuid } = identity;
  const ended = await Promise.all([
    ...context.signalling.of(signallingNode).map((signalling) => endSignalling(identity, signalling)),
    ...context.media.of(mediaNode).map((media) => endChannel(channelUuid, media)),
  ]);
  if (ended.includes('ended')) return 'ended';
  return ended.includes('unreachable') ? 'unreachable' : 'already-gone';
}

async function endSignalling(identity: LegIdentity, signalling: Signalling): Promise<Ended> {
  if (signalling.state !== 'ready') return 'unreachable';
  const reason = { Reason: reasonHeader('normal') };
  const { transactionId, dialogId } = identity;
  const cancelled =
    transactionId !== undefined &&
    (await send(
      { method: 'CANCEL', uri: 'sip:stored', stackTxnId: transactionId, headers: reason },
      signalling,
    ));
  if (cancelled) return 'ended';
  const ended =
    dialogId !== undefined &&
    (await send({ method: 'BYE', stackDialogId: dialogId, headers: reason }, signalling));
  return ended ? 'ended' : 'already-gone';
}

/** False when the signalling server does not know the transaction or dialog. */
async function send(request: AgentRequest, signalling: Signalling): Promise<boolean> {
  return (await signalling.request(request)).kind === 'value';
}

async function endChannel(channelUuid: string | undefined, media: MediaLink): Promise<Ended> {
  if (channelUuid === undefined) return 'already-gone';
  if (media.state !== 'ready') return 'unreachable';
  return (await media.kill(channelUuid)) ? 'ended' : 'already-gone';
}
