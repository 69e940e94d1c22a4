/** `dialplan import`: plans out of foreign dialplans, and what could not be translated. Registered in commands/dialplan.ts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, messageOf } from '../../../errors.js';
import type { Action } from '../../context.js';
import { fromAsterisk } from './from-asterisk.js';
import { fromCsv } from './from-csv.js';
import { fromFreeswitch } from './from-freeswitch.js';
import { planYaml, type Imported } from './imported.js';

const IMPORTERS = { freeswitch: fromFreeswitch, asterisk: fromAsterisk, csv: fromCsv } as const;
export const IMPORT_SOURCES = Object.keys(IMPORTERS);

interface ImportOptions {
  readonly from: keyof typeof IMPORTERS;
  readonly out: string;
}

/** Never writes over a plan that is there. The exit code is 1 when something was left out. */
export const importPlans: Action<ImportOptions> = async (context, { from, out }, file = '') => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${file} cannot be read: ${messageOf(error)}`);
  });
  const imported = IMPORTERS[from](text);
  if (imported.plans.length > 0) await writePlans(imported, out);
  context.output.result(importJson(imported, file, out), () => importText(imported, file, out));
  return imported.left.length === 0 ? 0 : 1;
};

async function writePlans({ plans }: Imported, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const plan of plans) await writeNew(join(out, `${plan.name}.yaml`), planYaml(plan));
  const rows = plans.flatMap(({ name, numbers }) => numbers.map((number) => `${number},${name}\n`));
  await writeNew(join(out, 'numbers.csv'), `number,dialplan\n${rows.join('')}`);
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} is not written: ${messageOf(error)}`);
  });
}

function importJson({ plans, left }: Imported, file: string, out: string): object {
  const rows = plans.map(({ name, numbers }) => ({ name, numbers, file: join(out, `${name}.yaml`) }));
  return { ok: left.length === 0, file, plans: rows, left_out: left };
}

function importText({ plans, left }: Imported, file: string, out: string): string {
  return [
    ...plans.map(({ name, numbers }) => `${numbers.join(', ')} → ${join(out, `${name}.yaml`)}`),
    ...left.map(({ line, text, why }) => `${file}:${line}: left out, ${why}: ${text}`),
    `${plans.length} plan(s), ${left.length} line(s) left out`,
  ].join('\n');
}
