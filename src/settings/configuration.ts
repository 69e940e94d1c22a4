/** Everything people write in YAML, read as one set: settings, telephony, dialplans. Refused whole when any line is wrong. */
import type { Telephony } from '../domain/routing/telephony.js';
import type { Plans } from '../domain/dialplan/session.js';
import { Fault } from '../errors.js';
import { loadDialplans, referencesOf } from './dialplans.js';
import { loadSettings } from './load.js';
import type { Settings } from './schema.js';
import { formatProblem, type SourceProblem } from './yaml-source.js';

export interface Configuration {
  readonly settings: Settings;
  readonly telephony: Telephony;
  readonly plans: Plans;
}

export interface ConfigurationSource {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export type ReadConfiguration =
  | { readonly ok: true; readonly value: Configuration }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Never throws for what people wrote; the problems of all files come together. */
export async function readConfiguration(source: ConfigurationSource): Promise<ReadConfiguration> {
  const first = await loadSettings({ ...source, dialplans: undefined });
  if (!first.ok) return first;
  const { settings, telephony } = first.value;
  const dialplans = await loadDialplans(settings.paths.dialplans, {
    known: referencesOf(telephony),
  });
  const plans = dialplans.ok ? dialplans.plans : undefined;
  const linked = await loadSettings({
    ...source,
    dialplans: plans === undefined ? undefined : Object.keys(plans),
  });
  const problems = [...(dialplans.ok ? [] : dialplans.problems), ...(linked.ok ? [] : linked.problems)];
  if (!linked.ok || plans === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { settings: linked.value.settings, telephony: linked.value.telephony, plans } };
}

/** For programs that cannot start without: throws Fault `settings-invalid` with every problem in its text. */
export async function requireConfiguration(source: ConfigurationSource): Promise<Configuration> {
  const read = await readConfiguration(source);
  if (read.ok) return read.value;
  throw new Fault(
    'settings-invalid',
    `the configuration has ${read.problems.length} problem(s):\n${read.problems.map(formatProblem).join('\n')}`,
  );
}
