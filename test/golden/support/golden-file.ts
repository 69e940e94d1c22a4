/** Reads a `*.test.yaml` file of dialplan cases, and writes the expectations back when they are updated. */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type { InitialLeg } from '../../../src/domain/dialplan/session.js';

export interface GoldenCase {
  readonly name: string;
  /** Default: the file's. */
  readonly plan?: string;
  /** Laid over the file's facts, key by key. */
  readonly facts?: Partial<Facts>;
  readonly script?: readonly string[];
  readonly expect?: GoldenExpectation;
}

export interface GoldenExpectation {
  readonly outcome: Readonly<Record<string, unknown>>;
  readonly transcript: readonly string[];
}

export interface GoldenSource {
  readonly plan: string;
  /** Plans written into the test file itself. */
  readonly plans?: Readonly<Record<string, unknown>>;
  readonly facts: Facts;
  readonly legs?: readonly InitialLeg[];
  readonly cases: readonly GoldenCase[];
}

export interface GoldenFile {
  readonly path: string;
  readonly document: Document;
  readonly source: GoldenSource;
}

export function readGolden(path: string): GoldenFile {
  const document = parseDocument(readFileSync(path, 'utf8'), { merge: true });
  if (document.errors.length > 0) throw new Error(`${path}: ${String(document.errors[0])}`);
  return { path, document, source: document.toJS() as GoldenSource };
}

/** Keeps comments and everything else as it is. */
export function updateGolden(file: GoldenFile, expectations: readonly GoldenExpectation[]): void {
  const cases = file.document.get('cases');
  if (!isSeq(cases)) throw new Error(`${file.path} has no cases`);
  cases.items.forEach((item, index) => {
    if (isMap(item)) item.set('expect', file.document.createNode(expectations[index]));
  });
  writeFileSync(file.path, file.document.toString({ lineWidth: 0 }));
}
