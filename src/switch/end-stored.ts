/** Ends what a dead process left behind, by what the store knows of it. None of this needs an object of a library. */
import type { LegIdentity } from '../domain/calls/call.js';
import { reasonHeader } from './causes.js';
import type { SwitchContext } from './context.js';
import type { AgentRequest } from './libraries.js';

type Ended = 'ended' | 'already-gone' | 'unreachable';

/** CANCEL when it still rings, else BYE; and the channel is killed. */
export async function endStored(identity: LegIdentity, context: SwitchContext): Promise<Ended> {
  const [signalled, killed] = await Promise.all([
    endSignalling(identity, context),
    endChannel(identity.channelUuid, context),
  ]);
  if (signalled === 'ended' || killed === 'ended') return 'ended';
  return signalled === 'unreachable' || killed === 'unreachable' ? 'unreachable' : 'already-gone';
}

async function endSignalling(identity: LegIdentity, context: SwitchContext): Promise<Ended> {
  if (context.signalling.state !== 'ready') return 'unreachable';
  const reason = { Reason: reasonHeader('normal') };
  const { transactionId, dialogId } = identity;
  const cancelled =
    transactionId !== undefined &&
    (await send(
      { method: 'CANCEL', uri: 'sip:stored', stackTxnId: transactionId, headers: reason },
      context,
    ));
  if (cancelled) return 'ended';
  const ended =
    dialogId !== undefined &&
    (await send({ method: 'BYE', stackDialogId: dialogId, headers: reason }, context));
  return ended ? 'ended' : 'already-gone';
}

/** False when the signalling server does not know the transaction or dialog. */
async function send(request: AgentRequest, context: SwitchContext): Promise<boolean> {
  return (await context.signalling.request(request)).kind === 'value';
}

async function endChannel(channelUuid: string | undefined, { media }: SwitchContext): Promise<Ended> {
  if (channelUuid === undefined) return 'already-gone';
  if (media.state !== 'ready') return 'unreachable';
  return (await media.kill(channelUuid)) ? 'ended' : 'already-gone';
}
