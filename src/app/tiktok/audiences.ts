/** Customer audiences: named here with their segment, filled by tasks, now or in the quiet hours. */
import { createHash } from 'node:crypto';
import {
  AUDIENCE_ACTIONS,
  type Audience,
  type AudienceId,
  type AudienceTask,
} from '../../domain/tiktok/audience.js';
import { audienceFile, type AudienceFile } from '../../domain/tiktok/segment.js';
import { keyedTime } from '../../domain/schedule/keyed-time.js';
import type { AudienceTaskId, AudienceAction } from '../../domain/tiktok/audience.js';
import type { ConnectionId, Instant } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { requireTikTokConnection, rulesOf } from './account-access.js';
import { peopleOf } from './segment-people.js';

export type NewAudience = Pick<Audience, 'connectionId' | 'accountId' | 'name' | 'schema' | 'segment'>;

/** TikTok's own limit. */
const LONGEST_NAME = 128;
/** Hourly looks at an audience that settles, for some days. */
export const FILL_TRIES = 200;

/** Throws Fault `not-found` (connection, account), `field-invalid`, `conflict` (the name is taken). */
export async function addAudience(context: AppContext, fresh: NewAudience): Promise<Audience> {
  await requireAccount(context, fresh.connectionId, fresh.accountId);
  const name = fresh.name.trim();
  if (name === '' || name.length > LONGEST_NAME)
    throw new Fault('field-invalid', `a name has 1 to ${LONGEST_NAME} characters`, {
      fields: [{ field: 'name', problem: `expected 1 to ${LONGEST_NAME} characters` }],
    });
  const { ids, clock, store } = context.ports;
  const audience: Audience = {
    ...fresh,
    name,
    id: ids.next() as AudienceId,
    state: 'empty',
    createdAt: clock.now(),
  };
  await store.audiences.add(audience);
  return audience;
}

async function requireAccount(context: AppContext, id: ConnectionId, account: string): Promise<void> {
  const { name } = await requireTikTokConnection(context, id);
  const all = await context.ports.store.adAccounts.ofConnection(id);
  if (!all.some(({ externalId }) => externalId === account))
    throw new Fault('not-found', `${name} has no ad account ${account}: synchronise first`);
}

/** Throws Fault `not-found`. */
export async function requireAudience({ ports }: AppContext, id: AudienceId): Promise<Audience> {
  const audience = await ports.store.audiences.byId(id);
  if (audience === undefined) throw new Fault('not-found', `There is no audience ${id}.`);
  return audience;
}

export interface FillWish {
  readonly action: AudienceAction;
  readonly trigger: AudienceTask['trigger'];
  /** Local `HHMM` of a scheduled one; absent: that of the settings. */
  readonly at?: string;
  readonly by: string;
}

/** Throws Fault `not-found`, `field-invalid`. */
export async function planFill(context: AppContext, id: AudienceId, wish: FillWish): Promise<AudienceTask> {
  const audience = await requireAudience(context, id);
  if (!AUDIENCE_ACTIONS.includes(wish.action))
    throw new Fault('field-invalid', `an action is one of ${AUDIENCE_ACTIONS.join(', ')}`);
  const runAt = await timeOf(context, audience, wish);
  return commit(context, async ({ tx, now }) => {
    const task: AudienceTask = {
      id: context.ports.ids.next() as AudienceTaskId,
      audienceId: id,
      ...{ action: wish.action, trigger: wish.trigger, by: wish.by, state: 'waiting', runAt, createdAt: now },
    };
    await tx.audiences.addTask(task);
    await tx.jobs.add({
      task: 'fill-audience',
      payload: { taskId: task.id },
      runAt,
      maxTries: FILL_TRIES,
      key: `audience:${task.id}`,
    });
    return task;
  });
}

async function timeOf(context: AppContext, audience: Audience, wish: FillWish): Promise<Instant> {
  const now = context.ports.clock.now();
  if (wish.trigger === 'instant') return now;
  const accounts = await context.ports.store.adAccounts.ofConnection(audience.connectionId);
  const zone = accounts.find(({ externalId }) => externalId === audience.accountId)?.timeZone ?? 'UTC';
  const at = keyedTime(wish.at ?? rulesOf(context).audiencesAt, now, zone);
  if (at !== undefined && (wish.at?.length ?? 4) === 4) return at;
  throw new Fault('field-invalid', `"${String(wish.at)}" is no time of the day such as 00:00`, {
    fields: [{ field: 'at', problem: 'expected a time such as 00:00' }],
  });
}

export interface AudiencePreview extends AudienceFile {
  readonly total: number;
}

/** Who would be uploaded now. Throws Fault `not-found`. */
export async function previewAudience(context: AppContext, id: AudienceId): Promise<AudiencePreview> {
  return fileOf(context, await requireAudience(context, id));
}

export async function fileOf(
  context: AppContext,
  { segment, schema }: Pick<Audience, 'segment' | 'schema'>,
): Promise<AudiencePreview> {
  const members = await peopleOf(context, segment);
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  return { total: members.length, ...audienceFile(members, schema, { hash }) };
}
