/**
 * `*.test.yaml` files beside the plans: facts, cases with their scripts, and what is expected of them. Read and checked
 * here, and written back when expectations are updated. Called by `dialplan test`, `dialplan sim` and the golden tests.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { present } from '../../domain/values/present.js';
import { Fault, messageOf } from '../../errors.js';
import type { Facts } from '../../domain/dialplan/facts.js';
import { parseDialplan, type Dialplan } from '../../domain/dialplan/schema.js';
import type { InitialLeg, Plans } from '../../domain/dialplan/session.js';
import type { expectationSchema, factsSchema } from '../../settings/plan-test-schema.js';
import { fileSchema, sceneSchema } from '../../settings/plan-test-schema.js';
import { readYaml, type SourceProblem, type YamlSource } from '../../settings/yaml-source.js';
import { checkAt } from '../../settings/zod-problems.js';

export type Expectation = z.infer<typeof expectationSchema>;

export interface TestCase {
  readonly name: string;
  readonly plan: string;
  /** The file's, with the case's own laid over them key by key. */
  readonly facts: Facts;
  readonly legs: readonly InitialLeg[];
  readonly script: readonly string[];
  /** When the script begins; absent: SCRIPT_START. */
  readonly startAt?: number;
  readonly expect: Expectation | undefined;
  /** Of the case in its file, from 1. */
  readonly line: number;
}

export interface TestFile {
  readonly path: string;
  readonly document: Document;
  /** Plans written into the test file itself. */
  readonly plans: Plans;
  readonly cases: readonly TestCase[];
}

export type ReadTestFile =
  | { readonly ok: true; readonly file: TestFile }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

type Written = z.infer<typeof fileSchema>;
type WrittenFacts = z.infer<typeof factsSchema>;

/** What every plan needs to run; the schema has seen the names, the domain's types are taken on trust from here. */
function factsOf(...written: readonly (WrittenFacts | undefined)[]): Facts {
  const given = Object.assign({}, ...written) as object;
  return { callId: 'test', direction: 'inbound', locale: 'en', operators: [], ...given } as unknown as Facts;
}

const legsOf = (written: Written['legs']): readonly InitialLeg[] => written as readonly InitialLeg[];

type ReadChecked<S extends z.ZodType> =
  | {
      readonly ok: true;
      readonly source: YamlSource;
      readonly document: Document;
      readonly value: z.output<S>;
    }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Anchors, aliases and `<<` may be used. Every problem of the file comes at once. */
async function readChecked<S extends z.ZodType>(path: string, schema: S): Promise<ReadChecked<S>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });
  const source = readYaml(text, path);
  if (source.problems.length > 0) return { ok: false, problems: source.problems };
  const document = parseDocument(text, { merge: true });
  // Read once already, so its aliases are known to be few.
  const checked = checkAt(source, [], document.toJS({ maxAliasCount: -1 }), schema);
  return checked.ok ? { ok: true, source, document, value: checked.value } : checked;
}

export async function readTestFile(path: string): Promise<ReadTestFile> {
  const read = await readChecked(path, fileSchema);
  if (!read.ok) return read;
  const { source, document, value } = read;
  const { plans, problems } = plansOf(source, value.plans);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, file: { path, document, plans, cases: casesOf(source, value) } };
}

export type ReadScene =
  | { readonly ok: true; readonly facts: Facts; readonly legs: readonly InitialLeg[] }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** `facts` and `legs` alone; a test file serves too, its other keys are passed over. */
export async function readScene(path: string): Promise<ReadScene> {
  const read = await readChecked(path, sceneSchema);
  if (!read.ok) return read;
  return { ok: true, facts: factsOf(read.value.facts), legs: legsOf(read.value.legs) };
}

function casesOf(source: YamlSource, { plan, at, facts, legs, cases }: Written): readonly TestCase[] {
  return cases.map((one, index) => ({
    name: one.name,
    plan: one.plan ?? plan,
    facts: factsOf(facts, one.facts),
    legs: legsOf(legs),
    script: one.script,
    ...present({ startAt: one.at ?? at }),
    expect: one.expect,
    line: source.problemAt(['cases', index], { code: '', message: '' }).line,
  }));
}

function plansOf(
  source: YamlSource,
  written: Written['plans'],
): { readonly plans: Plans; readonly problems: readonly SourceProblem[] } {
  const parsed = Object.entries(written).map(
    ([name, value]) => [name, parseDialplan({ name, ...value })] as const,
  );
  return {
    plans: Object.fromEntries(
      parsed.flatMap(([name, one]): [string, Dialplan][] => (one.ok ? [[name, one.plan]] : [])),
    ),
    problems: parsed.flatMap(([name, one]) =>
      one.ok ? [] : one.problems.map(({ path, ...rest }) => source.problemAt(['plans', name, ...path], rest)),
    ),
  };
}

/** Writes one expectation a case; comments and everything else stay as they are. */
export async function updateTestFile(file: TestFile, expectations: readonly Expectation[]): Promise<void> {
  const cases = file.document.get('cases');
  if (!isSeq(cases)) return;
  cases.items.forEach((item, index) => {
    if (isMap(item)) item.set('expect', file.document.createNode(expectations[index]));
  });
  await writeFile(file.path, file.document.toString({ lineWidth: 0 }));
}
