/** `dialplan replay`: past calls under changed plans. Registered in commands/dialplan.ts. */
import { readFile } from 'node:fs/promises';
import type { Store } from '../../app/ports/store.js';
import { parseDialplan } from '../../domain/dialplan/schema.js';
import type { Plans } from '../../domain/dialplan/session.js';
import { assumeRest, MODELS, type Model } from '../../domain/simulation/population/assume-rest.js';
import { replayCall, type Divergence, type Replay, type Side } from '../../domain/simulation/replay-call.js';
import { Fault, messageOf } from '../../errors.js';
import { loadDialplans } from '../../settings/dialplans.js';
import { readYaml, type SourceProblem } from '../../settings/yaml-source.js';
import { systemClock } from '../../telemetry/clock.js';
import type { Action } from '../context.js';
import { withStore } from '../with-store.js';
import { reportProblems } from './lint-command.js';
import { callsSince, whileOf } from './recent-calls.js';
import { storedPlans } from './stored-plans.js';

interface ReplayOptions {
  readonly since: string;
  readonly plan?: string;
  readonly folder: string;
  readonly assume?: Model;
  readonly seed: string;
}

export const REPLAY_MODELS = Object.keys(MODELS);

interface ReplayedCall {
  readonly callId: string;
  readonly dialplan: string;
  readonly was: string;
  readonly replay: Replay;
  readonly assumed?: string;
}

export const replayCalls: Action<ReplayOptions> = async (context, options) => {
  const loaded = await changedPlans(options);
  if (!loaded.ok) return reportProblems(context, loaded.problems);
  const from = systemClock.now() - whileOf(options.since);
  const replayed = await withStore(context, (store) => replayAll(store, from, loaded.plans, options));
  context.output.result(replayJson(replayed, options), () => replayText(replayed, options));
  return replayed.some(({ replay }) => replay.kind === 'differs') ? 1 : 0;
};

type ChangedPlans =
  | { readonly ok: true; readonly plans: Plans }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** The folder, with the one changed plan in the place of its namesake. */
async function changedPlans({ folder, plan }: ReplayOptions): Promise<ChangedPlans> {
  const loaded = await loadDialplans(folder);
  if (!loaded.ok || plan === undefined) return loaded;
  const text = await readFile(plan, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${plan} cannot be read: ${messageOf(error)}`);
  });
  const source = readYaml(text, plan);
  if (source.problems.length > 0) return { ok: false, problems: source.problems };
  const parsed = parseDialplan(source.value);
  return parsed.ok
    ? { ok: true, plans: { ...loaded.plans, [parsed.plan.name]: parsed.plan } }
    : { ok: false, problems: parsed.problems.map(({ path, ...rest }) => source.problemAt(path, rest)) };
}

async function replayAll(
  store: Store,
  from: number,
  plans: Plans,
  { assume, seed }: ReplayOptions,
): Promise<readonly ReplayedCall[]> {
  const plansOf = storedPlans(store);
  const replayed: ReplayedCall[] = [];
  for await (const call of callsSince(store.calls, from)) {
    const before = await plansOf(call);
    const inputs = await store.calls.inputsOf(call.id);
    const replay: Replay =
      before === undefined
        ? { kind: 'not-replayable', why: 'the plans it ran on are not stored' }
        : replayCall({ call, inputs, plans: before }, plans);
    const goesOn = replay.kind === 'differs' && assume !== undefined;
    const assumed = goesOn
      ? (assumeRest(replay.open, plans, { model: assume, seed: Number(seed) }) ?? 'never ends')
      : undefined;
    replayed.push({
      callId: call.id,
      dialplan: call.dialplan,
      was: call.disposition ?? 'not closed',
      replay,
      ...(assumed === undefined ? {} : { assumed }),
    });
  }
  return replayed;
}

function count(replayed: readonly ReplayedCall[], kind: Replay['kind']): number {
  return replayed.filter(({ replay }) => replay.kind === kind).length;
}

function replayJson(replayed: readonly ReplayedCall[], { since, assume }: ReplayOptions): object {
  return {
    ok: true,
    since,
    calls: replayed.length,
    same: count(replayed, 'same'),
    differ: count(replayed, 'differs'),
    not_replayable: count(replayed, 'not-replayable'),
    model: assume ?? null,
    differences: replayed.flatMap(({ callId, dialplan, was, replay, assumed }) =>
      replay.kind === 'differs'
        ? [
            {
              call_id: callId,
              dialplan,
              disposition: was,
              assumed_disposition: assumed ?? null,
              ...divergenceJson(replay.divergence),
            },
          ]
        : [],
    ),
    left_out: replayed.flatMap(({ callId, replay }) =>
      replay.kind === 'not-replayable' ? [{ call_id: callId, why: replay.why }] : [],
    ),
  };
}

function divergenceJson({ at, after, was, now }: Divergence): object {
  return { at: new Date(at).toISOString(), after, was, now };
}

function replayText(replayed: readonly ReplayedCall[], { assume }: ReplayOptions): string {
  return [
    ...replayed.flatMap(({ callId, was, replay, assumed }) => {
      if (replay.kind === 'same') return [];
      if (replay.kind === 'not-replayable') return [`${callId}: not replayed, ${replay.why}`];
      const rest = assumed === undefined ? [] : [`  then, assumed by "${assume ?? ''}": ${assumed}`];
      return [
        `${callId}: ended ${was}; after "${replay.divergence.after}"`,
        ...sideText('was', replay.divergence.was),
        ...sideText('now', replay.divergence.now),
        ...rest,
      ];
    }),
    `${replayed.length} calls: ${count(replayed, 'same')} the same, ${count(replayed, 'differs')} differ, ${count(replayed, 'not-replayable')} not replayed`,
  ].join('\n');
}

function sideText(when: string, { step, why, wants }: Side): readonly string[] {
  return [`  ${when}  ${step} (${why})`, ...wants.map((wanted) => `         ► ${wanted}`)];
}
