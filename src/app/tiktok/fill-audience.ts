/**
 * Task `fill-audience`: one upload into an audience. What is about to leave is written down first; after a crash TikTok is
 * asked whether it arrived, so nothing is made twice. Waiting is no failure: it stands in the task with its reason.
 */
import type { Audience, AudienceTask, AudienceTaskId } from '../../domain/tiktok/audience.js';
import { isPassing, refusalText, type Refusal } from '../../domain/tiktok/refusals.js';
import { CALCULATE_TYPES } from '../../domain/tiktok/segment.js';
import { mayUpload } from '../../domain/tiktok/upload-rules.js';
import type { Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { Job } from '../ports/store.js';
import type { TikTok, TikTokAnswer } from '../ports/tiktok.js';
import type { TaskOutcome } from '../tasks.js';
import { noteRefusal, requireTikTok, tokenOf } from './account-access.js';
import { fileOf, FILL_TRIES } from './audiences.js';

const AGAIN_AFTER_MS = 5 * 60_000;
/** Their clock and ours. */
const CLOCKS_DIFFER_MS = 60_000;

export async function fillAudience(context: AppContext, { payload, tries }: Job): Promise<TaskOutcome> {
  const { audiences } = context.ports.store;
  const task = await audiences.taskById(payload['taskId'] as AudienceTaskId);
  const audience = task && (await audiences.byId(task.audienceId));
  if (task === undefined || audience === undefined || task.state === 'done' || task.state === 'failed')
    return { kind: 'done' };
  const token = await tokenOf(context, audience.connectionId);
  const fill = new Fill(context, { task, audience, token: token ?? '' });
  if (token === undefined) return fill.fail('The account is not authorised any more.');
  const outcome = await fill.step();
  return outcome.kind === 'retry' && tries + 1 >= FILL_TRIES ? fill.fail(outcome.why) : outcome;
}

interface FillParts {
  readonly task: AudienceTask;
  readonly audience: Audience;
  readonly token: string;
}

class Fill {
  readonly #context: AppContext;
  readonly #parts: FillParts;
  readonly #tiktok: TikTok;

  constructor(context: AppContext, parts: FillParts) {
    this.#context = context;
    this.#parts = parts;
    this.#tiktok = requireTikTok(context);
  }

  step(): Promise<TaskOutcome> {
    const { externalId } = this.#parts.audience;
    return externalId === undefined ? this.#create() : this.#update(externalId);
  }

  async fail(why: string): Promise<TaskOutcome> {
    const { task, audience } = this.#parts;
    await commit(this.#context, async ({ tx, now, tell }) => {
      await tx.audiences.updateTask(task.id, { state: 'failed', why, endedAt: now });
      tell({
        name: 'audience.failed',
        payload: {
          audience_id: audience.id,
          name: audience.name,
          task_id: task.id,
          action: task.action,
          why,
        },
      });
    });
    return { kind: 'done' };
  }

  async #wait(why: string, until: Instant): Promise<TaskOutcome> {
    await this.#context.ports.store.audiences.updateTask(this.#parts.task.id, { why, runAt: until });
    return { kind: 'retry', why, notBefore: until };
  }

  async #refused(refusal: Refusal): Promise<TaskOutcome> {
    const { clock, store } = this.#context.ports;
    if (isPassing(refusal)) return this.#wait(refusalText(refusal), clock.now() + AGAIN_AFTER_MS);
    const connection = await store.connections.byId(this.#parts.audience.connectionId);
    if (connection !== undefined) await noteRefusal(this.#context, connection, refusal);
    return this.fail(refusalText(refusal));
  }

  /** TikTok has no empty audiences: the first upload makes it. */
  async #create(): Promise<TaskOutcome> {
    const { task, audience, token } = this.#parts;
    const { accountId, name } = audience;
    if (task.action === 'remove') return this.fail('There is nothing to remove from yet: append first.');
    if (task.state === 'sent') {
      const found = await this.#tiktok.findAudience(token, { accountId, name });
      if (found.kind === 'refused') return this.#refused(found.refusal);
      if (found.value !== undefined) return this.#settled(found.value);
    }
    const calculateType = CALCULATE_TYPES[audience.schema];
    return this.#send(
      (filePaths) => this.#tiktok.createAudience(token, { accountId, name, calculateType, filePaths }),
      (id) => this.#settled(id),
    );
  }

  async #update(audienceId: string): Promise<TaskOutcome> {
    const { task, audience, token } = this.#parts;
    const { accountId } = audience;
    const { store, clock } = this.#context.ports;
    const now = clock.now();
    const known = await this.#tiktok.audience(token, { accountId, audienceId });
    if (known.kind === 'refused') return this.#refused(known.refusal);
    if (known.value === undefined) return this.#ended('gone', 'TikTok has this audience no more.');
    const { changedByUsAt, ...standing } = known.value;
    const { matched } = standing;
    await store.audiences.update(audience.id, {
      checkedAt: now,
      state: standing.isValid ? 'ready' : 'settling',
      ...present({ matched }),
    });
    if (arrived(task, changedByUsAt)) return this.#settled(audienceId);
    const earlier = (await store.audiences.tasksOf(audience.id)).filter(({ id }) => id !== task.id);
    const verdict = mayUpload({ action: task.action, standing, earlier, now });
    if (verdict.kind === 'wait') return this.#wait(verdict.why, verdict.until);
    if (verdict.kind === 'never') return this.#ended(verdict.state, verdict.why);
    const { action } = task;
    return this.#send(
      (filePaths) => this.#tiktok.updateAudience(token, { accountId, audienceId, action, filePaths }),
      () => this.#settled(audienceId),
    );
  }

  /** The audience itself will take nothing any more. */
  async #ended(state: 'failed' | 'gone', why: string): Promise<TaskOutcome> {
    await this.#context.ports.store.audiences.update(this.#parts.audience.id, { state, why });
    return this.fail(why);
  }

  async #send<T>(
    ask: (filePaths: readonly string[]) => Promise<TikTokAnswer<T>>,
    taken: (value: T) => Promise<TaskOutcome>,
  ): Promise<TaskOutcome> {
    const { task, audience } = this.#parts;
    const { store, clock } = this.#context.ports;
    const { texts, total, valid } = await fileOf(this.#context, audience);
    await store.audiences.updateTask(task.id, { total, valid });
    if (valid === 0) return this.fail('The segment has nobody with a usable phone or e-mail address.');
    const uploaded = await this.#upload(texts);
    if (uploaded.kind === 'refused') return this.#refused(uploaded.refusal);
    const filePath = uploaded.value.join(' ');
    await store.audiences.updateTask(task.id, { state: 'sent', sentAt: clock.now(), filePath });
    const answer = await ask(uploaded.value);
    if (answer.kind === 'ok') return taken(answer.value);
    // Refused is not carried out; of a time-out that is not known, and the next look tells.
    if (isPassing(answer.refusal) && answer.refusal.code === undefined) return this.#refused(answer.refusal);
    await store.audiences.updateTask(task.id, { state: 'waiting' });
    return this.#refused(answer.refusal);
  }

  async #upload(texts: readonly string[]): Promise<TikTokAnswer<readonly string[]>> {
    const { audience, token } = this.#parts;
    const calculateType = CALCULATE_TYPES[audience.schema];
    const paths: string[] = [];
    for (const text of texts) {
      const { accountId } = audience;
      const answer = await this.#tiktok.uploadAudienceFile(token, { accountId, calculateType, text });
      if (answer.kind === 'refused') return answer;
      paths.push(answer.value);
    }
    return { kind: 'ok', value: paths };
  }

  async #settled(externalId: string): Promise<TaskOutcome> {
    const { task, audience } = this.#parts;
    await commit(this.#context, async ({ tx, now, tell }) => {
      const stored = await tx.audiences.taskById(task.id);
      // A reason to wait is over; the columns are emptied by name.
      const done = { state: 'done', endedAt: now, why: undefined } as unknown as Partial<AudienceTask>;
      await tx.audiences.updateTask(task.id, done);
      await tx.audiences.update(audience.id, { externalId, state: 'settling' });
      tell({
        name: 'audience.filled',
        payload: {
          ...{ audience_id: audience.id, name: audience.name, task_id: task.id, action: task.action },
          ...{ valid: stored?.valid ?? 0, total: stored?.total ?? 0 },
        },
      });
    });
    return { kind: 'done' };
  }
}

/** An upload whose answer is not known: is it in the history? */
function arrived({ state, sentAt }: AudienceTask, changedAt: readonly Instant[]): boolean {
  return state === 'sent' && sentAt !== undefined && changedAt.some((at) => at >= sentAt - CLOCKS_DIFFER_MS);
}
