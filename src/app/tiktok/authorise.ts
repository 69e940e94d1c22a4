/** An advertiser lets us act for his accounts: the way to TikTok, the way back, and taking it back. */
import { createHash } from 'node:crypto';
import type { Access } from '../../domain/tiktok/access.js';
import { refusalText } from '../../domain/tiktok/refusals.js';
import type { Connection } from '../../domain/leads/lead.js';
import type { ConnectionId, Instant } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { Grant } from '../ports/tiktok.js';
import {
  accessOf,
  requireTikTok,
  requireTikTokConnection,
  setAccess,
  tokenName,
  tokenOf,
} from './account-access.js';
import { planSync } from './sync-connection.js';
import { dropWebhooks } from './webhooks.js';

/** TikTok may mail a code to the advertiser in between. */
const STATE_LIVES_MS = 30 * 60_000;

export interface BegunAuthorisation {
  readonly url: string;
  readonly expiresAt: Instant;
}

/** Throws Fault `not-found`, `field-invalid`, `tiktok-not-configured`. */
export async function beginAuthorisation(context: AppContext, id: ConnectionId): Promise<BegunAuthorisation> {
  const { store, sealer, clock } = context.ports;
  await requireTikTokConnection(context, id);
  const tiktok = requireTikTok(context);
  const redirectUrl = `${publicUrlOf(context)}/oauth/tiktok/callback`;
  const state = sealer.nonce();
  const expiresAt = clock.now() + STATE_LIVES_MS;
  await store.oauthStates.add({ hash: hashOf(state), connectionId: id, expiresAt });
  return { url: tiktok.authorisationUrl({ state, redirectUrl }), expiresAt };
}

/** Throws Fault `tiktok-not-configured`. */
function publicUrlOf({ config }: AppContext): string {
  if (config.publicUrl === undefined)
    throw new Fault(
      'tiktok-not-configured',
      'TikTok needs to know where to come back to: set http.publicUrl',
    );
  return config.publicUrl;
}

/** The store holds only this: who reads it cannot finish the authorisation of another. */
function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

export interface AuthorisationReply {
  readonly state: string;
  /** Absent when the advertiser said no. */
  readonly authCode?: string | undefined;
}

/**
 * The advertiser came back. What became of it stands in the access that is answered; a state that was not begun here, was
 * used or is too old is a Fault `state-unknown`.
 */
export async function endAuthorisation(context: AppContext, reply: AuthorisationReply): Promise<Access> {
  const { store, clock } = context.ports;
  const id = await store.oauthStates.take(hashOf(reply.state), clock.now());
  if (id === undefined)
    throw new Fault('state-unknown', 'this authorisation is not known; perhaps the page was loaded twice');
  const connection = await requireTikTokConnection(context, id);
  const failed = async (why: string) => {
    const { state } = await accessOf(context, id);
    await commit(context, (unit) => setAccess(unit, { connection, state, why }));
    return accessOf(context, id);
  };
  if (reply.authCode === undefined) return failed('The access was not granted on TikTok’s page.');
  const answer = await requireTikTok(context).exchange(reply.authCode);
  if (answer.kind === 'refused') return failed(refusalText(answer.refusal));
  await commit(context, (unit) => keepGrant(context, unit, connection, answer.value));
  return accessOf(context, id);
}

/** Subscriptions made under the token before would stay silent, so they are made anew by the sync that follows. */
async function keepGrant(
  context: AppContext,
  unit: Unit,
  connection: Connection,
  { token, scopes }: Grant,
): Promise<void> {
  const { tx, now } = unit;
  const { sealer } = context.ports;
  const name = tokenName(connection.id);
  await tx.sealedSecrets.put(name, sealer.seal(name, token), now);
  if (connection.secretRef === undefined)
    await tx.connections.update(connection.id, { secretRef: requireTikTok(context).secretRef });
  for (const account of await tx.adAccounts.ofConnection(connection.id))
    if (account.webhook === 'subscribed')
      await tx.adAccounts.update(connection.id, account.externalId, { webhook: 'renew' });
  await setAccess(unit, { connection, state: 'authorised', scopes });
  await planSync(unit, connection.id);
}

/** Takes the access back at TikTok and forgets the token. Throws Fault `not-found`, `tiktok-refused` (it is still given). */
export async function revokeAccess(context: AppContext, id: ConnectionId, by: string): Promise<Access> {
  const connection = await requireTikTokConnection(context, id);
  const tiktok = requireTikTok(context);
  const token = await tokenOf(context, id);
  if (token !== undefined) {
    await dropWebhooks(context, connection);
    const answer = await tiktok.revoke(token);
    if (answer.kind === 'refused' && answer.refusal.kind !== 're-authorise')
      throw new Fault('tiktok-refused', refusalText(answer.refusal));
  }
  await commit(context, async (unit) => {
    await unit.tx.sealedSecrets.remove(tokenName(id));
    await setAccess(unit, {
      connection,
      state: 'not-authorised',
      why: 'It was taken back here.',
      scopes: [],
      by,
    });
  });
  return accessOf(context, id);
}
