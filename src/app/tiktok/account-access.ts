/** The token of a connection, and what its use told of the access. */
import { accessAfter, type Access, type AccessState } from '../../domain/tiktok/access.js';
import type { Refusal } from '../../domain/tiktok/refusals.js';
import { refusalText } from '../../domain/tiktok/refusals.js';
import type { Connection } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { TikTokRules } from '../config.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { TikTok } from '../ports/tiktok.js';

/** Under which the token stands in the store. */
export const tokenName = (id: ConnectionId): string => `tiktok-token-${id}`;

/** Throws Fault `tiktok-not-configured`. */
export function requireTikTok({ ports }: AppContext): TikTok {
  if (ports.tiktok === undefined)
    throw new Fault('tiktok-not-configured', 'the settings have no section `tiktok`');
  return ports.tiktok;
}

/** Throws Fault `tiktok-not-configured`. */
export function rulesOf({ config }: AppContext): TikTokRules {
  if (config.tiktok === undefined)
    throw new Fault('tiktok-not-configured', 'the settings have no section `tiktok`');
  return config.tiktok;
}

/** Throws Fault `not-found`, `field-invalid` (of another kind). */
export async function requireTikTokConnection({ ports }: AppContext, id: ConnectionId): Promise<Connection> {
  const connection = await ports.store.connections.byId(id);
  if (connection === undefined) throw new Fault('not-found', `There is no connection ${id}.`);
  if (connection.kind === 'tiktok') return connection;
  throw new Fault('field-invalid', `${connection.name} is a ${connection.kind} connection, not of TikTok`);
}

/** Undefined when the account was not authorised. Throws Fault `secret-unreadable`. */
export function tokenOf({ ports }: AppContext, id: ConnectionId): Promise<string | undefined> {
  return ports.secrets.get(`store:${tokenName(id)}`);
}

export async function accessOf({ ports }: AppContext, id: ConnectionId): Promise<Access> {
  const stored = await ports.store.connectionAccess.of(id);
  return stored ?? { connectionId: id, state: 'not-authorised', scopes: [], changedAt: 0, checkedAt: 0 };
}

export interface AccessChange {
  readonly connection: Pick<Connection, 'id' | 'name'>;
  readonly state: AccessState;
  readonly why?: string | undefined;
  readonly scopes?: readonly string[];
  readonly by?: string;
}

/** Told once: a state that stays the same is only checked again. */
export async function setAccess(unit: Unit, { connection, state, why, by, ...rest }: AccessChange) {
  const { tx, now, tell } = unit;
  const before = await tx.connectionAccess.of(connection.id);
  const isSame = before?.state === state && before.why === why;
  await tx.connectionAccess.put({
    connectionId: connection.id,
    state,
    ...present({ why }),
    scopes: rest.scopes ?? before?.scopes ?? [],
    changedAt: isSame ? before.changedAt : now,
    checkedAt: now,
  });
  if (!isSame)
    tell({
      name: 'connection.access-changed',
      payload: {
        connection_id: connection.id,
        name: connection.name,
        state,
        why: why ?? null,
        by: by ?? null,
      },
    });
}

/** What was refused is written down when it says something of the access. */
export async function noteRefusal(
  context: AppContext,
  connection: Pick<Connection, 'id' | 'name'>,
  refusal: Refusal,
): Promise<void> {
  const state = accessAfter(refusal);
  if (state === undefined) return;
  await commit(context, (unit) => setAccess(unit, { connection, state, why: refusalText(refusal) }));
}
