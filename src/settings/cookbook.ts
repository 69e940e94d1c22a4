/** docs/cookbook.md: every plan of the cookbook with what its author says of it, its picture and its text. */
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { graphOf, mermaidText } from '../domain/dialplan/graph.js';
import type { Dialplan } from '../domain/dialplan/schema.js';
import { loadDialplans } from './dialplans.js';

const HEAD = `# Cookbook

Thirteen plans to copy from [dialplans/cookbook](../dialplans/cookbook). Each has its tests beside it, which go through every step; \`dialtrace dialplan test dialplans\` runs them. The program that runs calls reads the files of \`dialplans/\` alone, not those of folders below, so nothing here changes your telephony until you copy it up. Groups, opening hours and endpoints that the plans name are in [config/telephony.yaml](../dialplans/cookbook/config/telephony.yaml) beside them, where \`dialtrace dialplan lint dialplans/cookbook\` looks; they must then exist in your telephony too: \`dialtrace config check\` says which do not.`;

const FOOT = 'Generated from the plans by `node scripts/docs.mjs`; do not edit.';

/** Lines of comment at the head of a file, as one paragraph. */
function remarksOf(text: string): string {
  const lines = text.split('\n').filter((line, index) => index > 0 && line.startsWith('# '));
  return lines.map((line) => line.slice(2)).join(' ');
}

async function pageOf(plan: Dialplan, path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  const file = relative(resolve('.'), path).split('/').slice(-3).join('/');
  return [
    `## ${plan.description ?? plan.name}`,
    remarksOf(text),
    `\`\`\`mermaid\n${mermaidText(graphOf(plan))}\n\`\`\``,
    `[${file}](../${file})`,
  ].join('\n\n');
}

/** Throws when a plan does not load: a page of broken plans helps nobody. */
export async function cookbookPages(folder: string): Promise<string> {
  const loaded = await loadDialplans(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const files = [...loaded.sources].flatMap(([name, { file }]) => {
    const plan = loaded.plans[name];
    return plan === undefined ? [] : [{ plan, file }];
  });
  const pages = await Promise.all(files.map(({ plan, file }) => pageOf(plan, file)));
  return `${[HEAD, ...pages, FOOT].join('\n\n')}\n`;
}
