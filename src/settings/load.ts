/**
 * Reads config/*.yaml and the environment into Settings and Telephony. All problems of all files come at once; a set
 * with a problem is refused whole, so that a running program keeps its last good one.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Telephony } from '../domain/routing/telephony.js';
import { nearestName } from '../domain/values/nearest.js';
import { applyEnvironment } from './environment.js';
import { settingsSchema, type Settings } from './schema.js';
import { readRates, type UnfitValue } from './rates.js';
import { readTrunkTls } from './trunk-tls.js';
import { brokenReferences, buildTelephony } from './telephony.js';
import { telephonySchema } from './telephony-schema.js';
import { readYamlFile, type SourceProblem, type YamlSource } from './yaml-source.js';
import { checkAt } from './zod-problems.js';

export interface Loaded {
  readonly settings: Settings;
  readonly telephony: Telephony;
  /** The file in which a top-level section stands. */
  sourceOf(section: string): YamlSource | undefined;
}

export type LoadResult =
  | { readonly ok: true; readonly value: Loaded }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

export interface LoadOptions {
  /** Folder of *.yaml files; each top-level section may stand in one of them. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of the dialplans there are, for references to them; undefined when they are not known. */
  readonly dialplans: readonly string[] | undefined;
}

const PROGRAM_SECTIONS = Object.keys(settingsSchema.shape);
const TELEPHONY_SECTIONS = Object.keys(telephonySchema.shape);
const SECTIONS = [...PROGRAM_SECTIONS, ...TELEPHONY_SECTIONS];

interface Section {
  readonly source: YamlSource;
  readonly value: unknown;
}

/** Reads every YAML file of a folder. A missing folder is an empty set: everything has a default. */
async function readSources(directory: string): Promise<YamlSource[]> {
  const names = await readdir(directory).catch(() => []);
  const files = names.filter((name) => name.endsWith('.yaml') && !name.endsWith('.example.yaml')).sort();
  return Promise.all(files.map((name) => readYamlFile(join(directory, name))));
}

function collectSections(sources: readonly YamlSource[]): {
  sections: Map<string, Section>;
  problems: SourceProblem[];
} {
  const sections = new Map<string, Section>();
  const problems: SourceProblem[] = [];
  for (const source of sources) {
    const written = sectionsIn(source);
    problems.push(...source.problems, ...written.problems);
    for (const [name, value] of Object.entries(written.sections)) {
      const problem = sectionProblem(source, name, sections);
      if (problem === undefined) sections.set(name, { source, value });
      else problems.push(problem);
    }
  }
  return { sections, problems };
}

/** An empty file has no sections; a text or a list is not what anybody meant. */
function sectionsIn(source: YamlSource): {
  readonly sections: object;
  readonly problems: readonly SourceProblem[];
} {
  const value: unknown = source.value ?? null;
  if (value === null) return { sections: {}, problems: [] };
  if (typeof value === 'object' && !Array.isArray(value)) return { sections: value, problems: [] };
  const message = 'sections are expected here, such as `groups:`';
  return { sections: {}, problems: [source.problemAt([], { code: 'value-invalid', message })] };
}

function sectionProblem(
  source: YamlSource,
  name: string,
  sections: ReadonlyMap<string, Section>,
): SourceProblem | undefined {
  const earlier = sections.get(name);
  if (earlier !== undefined)
    return source.problemAt([name], {
      code: 'section-twice',
      message: `section ${name} stands in ${earlier.source.file} too`,
      at: 'key',
    });
  if (SECTIONS.includes(name)) return undefined;
  const suggestion = nearestName(name, SECTIONS);
  return source.problemAt([name], {
    code: 'unknown-key',
    message: `section ${name} is not known`,
    at: 'key',
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

type Shape = typeof settingsSchema.shape & typeof telephonySchema.shape;

function checkSections(sections: ReadonlyMap<string, Section>): {
  values: Record<string, unknown>;
  problems: SourceProblem[];
} {
  const shape: Shape = { ...settingsSchema.shape, ...telephonySchema.shape };
  const values: Record<string, unknown> = {};
  const problems: SourceProblem[] = [];
  for (const [name, { source, value }] of sections) {
    const checked = checkAt(source, [name], value ?? {}, shape[name as keyof Shape]);
    if (checked.ok) values[name] = value ?? {};
    else problems.push(...checked.problems);
  }
  return { values, problems };
}

function located(
  found: readonly UnfitValue[],
  code: string,
  sections: ReadonlyMap<string, Section>,
): SourceProblem[] {
  return found.flatMap(({ path, ...rest }) => {
    const source = sections.get(String(path[0]))?.source;
    return source === undefined ? [] : [source.problemAt(path, { code, ...rest })];
  });
}

/** Never throws for what an admin wrote; the problems say everything that is wrong. */
export async function loadSettings(options: LoadOptions): Promise<LoadResult> {
  const { sections, problems } = collectSections(await readSources(options.directory));
  const checked = checkSections(sections);
  problems.push(...checked.problems);
  const overlaid = applyEnvironment(
    pick(checked.values, PROGRAM_SECTIONS),
    options.environment,
    settingsSchema,
  );
  problems.push(...overlaid.problems);
  if (problems.length > 0) return { ok: false, problems };
  const telephony = telephonySchema.parse(pick(checked.values, TELEPHONY_SECTIONS));
  const references = located(brokenReferences(telephony, options.dialplans), 'broken-reference', sections);
  const read = await readRates(options.directory, telephony);
  const secured = await readTrunkTls(options.directory, telephony, overlaid.settings.switch.kind);
  const unfit = [...read.problems, ...secured.problems];
  const broken = [...references, ...located(unfit, 'unfit-value', sections)];
  if (broken.length > 0) return { ok: false, problems: broken };
  return {
    ok: true,
    value: {
      settings: overlaid.settings,
      telephony: buildTelephony(telephony, { rates: read.rates, tls: secured.tls }),
      sourceOf: (section) => sections.get(section)?.source,
    },
  };
}

function pick(values: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}
