/** Adds a run to the tests beside the plans, as one more case of the plan's test file. Called by interactive-command.ts. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSeq, parseDocument } from 'yaml';
import type { Script } from '../../domain/simulation/run-script.js';

export interface NewCase {
  readonly name: string;
  readonly expect: object;
}

/** Returns the path of the file. What stands in it stays as it is. */
export async function saveCase(folder: string, script: Script, { name, expect }: NewCase): Promise<string> {
  const path = join(folder, `${script.plan}.test.yaml`);
  const text = await readFile(path, 'utf8').catch(() => '');
  const document = parseDocument(text === '' ? `plan: ${script.plan}\ncases: []\n` : text);
  const cases = document.get('cases');
  const one = document.createNode({ name, facts: script.facts, script: script.lines, expect });
  if (isSeq(cases)) cases.add(one);
  else document.set('cases', [one]);
  if (script.legs.length > 0 && !document.has('legs')) document.set('legs', script.legs);
  // An empty list is written in brackets; a list of cases is not.
  const written = document.get('cases');
  if (isSeq(written)) written.flow = false;
  await writeFile(path, document.toString({ lineWidth: 0 }));
  return path;
}
