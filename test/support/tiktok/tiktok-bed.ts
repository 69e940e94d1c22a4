/** The HTTP API with TikTok's look-alike behind it, and an advertiser who says yes. */
import type { Access } from '../../../src/domain/tiktok/access.js';
import type { TaskName } from '../../../src/app/ports/store.js';
import type { ConnectionId } from '../../../src/domain/values/ids.js';
import { openHttpBed, type BedOptions, type HttpBed } from '../http/http-bed.js';
import { APP_ID } from './fake-state.js';
import { openFakeTikTok, type FakeTikTok } from './fake-tiktok.js';

const DAY_MS = 86_400_000;
export const PUBLIC_URL = 'https://calls.example';

export interface TikTokBed {
  readonly bed: HttpBed;
  readonly fake: FakeTikTok;
  /** Of this test. */
  readonly connectionId: ConnectionId;
  /** A TikTok that nobody has asked yet, and a connection that was never authorised. */
  begin(): Promise<void>;
  /** Begins an authorisation and comes back as TikTok's page sends the advertiser. */
  authorise(): Promise<Access>;
  /** What the page is sent back with; without a code the advertiser said no. */
  comeBack(state: string, code?: string): Promise<number>;
  setOut(): Promise<{ readonly state: string; readonly url: URL }>;
  /** Runs the jobs of this task that are due, or those that would be some day. Answers how many. */
  runJobs(task: TaskName, due?: 'now' | 'some-day'): Promise<number>;
  close(): Promise<void>;
}

export async function openTikTokBed(options: BedOptions = {}): Promise<TikTokBed> {
  const fake = await openFakeTikTok();
  const tiktok = { appId: APP_ID, secret: 'env:APP_SECRET', apiUrl: fake.apiUrl, firstDelay: 0.001 };
  const settings = { http: { publicUrl: PUBLIC_URL }, tiktok: { ...tiktok, requestsPerSecond: 1000 } };
  const bed = await openHttpBed({ ...options, settings: { ...settings, ...options.settings } });
  const { store, clock } = bed.services;
  let connectionId = '' as ConnectionId;
  let begun = 0;
  const claim = (now = clock.now()) => store.jobs.claim('test', now, now + 60_000, 1000);
  const setOut = async () => {
    const answer = await bed.request({ method: 'POST', url: `/v1/connections/${connectionId}/authorise` });
    const url = new URL((answer.json() as unknown as { readonly url: string }).url);
    return { url, state: url.searchParams.get('state') ?? '' };
  };
  const comeBack = async (state: string, code?: string) => {
    const query = new URLSearchParams({ state, ...(code !== undefined && { auth_code: code, code }) });
    return (await bed.request({ url: `/oauth/tiktok/callback?${query.toString()}` })).statusCode;
  };
  return {
    bed,
    fake,
    get connectionId() {
      return connectionId;
    },
    async begin() {
      fake.state.reset();
      for (const job of await claim()) await store.jobs.complete(job.id, 'test');
      begun += 1;
      connectionId = (await bed.app.addConnection({ kind: 'tiktok', name: `account ${begun}` })).id;
    },
    setOut,
    comeBack,
    async authorise() {
      const { state } = await setOut();
      fake.state.codes.add(`code-of-${state}`);
      await comeBack(state, `code-of-${state}`);
      return bed.app.accessOf(connectionId);
    },
    async runJobs(task, due = 'now') {
      const ours = (await claim(clock.now() + (due === 'now' ? 0 : DAY_MS))).filter(
        (job) => job.task === task,
      );
      for (const job of ours) {
        const outcome = await bed.app.tasks[job.task](job);
        if (outcome.kind === 'done') await store.jobs.complete(job.id, 'test');
        else await store.jobs.fail(job.id, 'test', outcome.why, outcome.notBefore ?? 0);
      }
      return ours.length;
    },
    async close() {
      await bed.close();
      await fake.close();
    },
  };
}
