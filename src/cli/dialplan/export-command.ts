/** `dialplan export --freeswitch DIR`: what rings whom when the controller is down. Registered in commands/dialplan.ts. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  failsafeSet,
  type FailsafeNumber,
  type FailsafeSet,
  type FailsafeWay,
} from '../../domain/failsafe/failsafe-set.js';
import { failsafeFiles } from '../../domain/failsafe/freeswitch-xml.js';
import { present } from '../../domain/values/present.js';
import { Fault, messageOf } from '../../errors.js';
import { requireConfiguration, type Configuration } from '../../settings/configuration.js';
import { systemClock } from '../../telemetry/clock.js';
import type { Action, CommandContext } from '../context.js';
import { withStore } from '../with-store.js';
import { readNumberRows } from './number-rows.js';

interface ExportOptions {
  readonly freeswitch: string;
  readonly numbers: string;
  readonly contacts?: string;
  readonly address: string;
  readonly port: string;
}

export const exportPlans: Action<ExportOptions> = async (context, options) => {
  const { configDirectory: directory, environment } = context;
  const configuration = await requireConfiguration({ directory, environment });
  const numbers = await numbersOf(context, options.numbers);
  if (numbers.length === 0) throw new Fault('field-invalid', `${options.numbers} holds no tracked number`);
  const set = failsafeSet({
    ...telephonyOf(configuration),
    numbers,
    contacts: await contactsOf(options.contacts),
  });
  const socket = { address: options.address, port: portOf(options.port) };
  const files = failsafeFiles(set, socket, systemClock.now());
  const written = await writeAll(options.freeswitch, files);
  context.output.result(exportJson(set, written), () => exportText(set, written));
  return set.lost.length === 0 ? 0 : 1;
};

function telephonyOf({ telephony, plans, settings }: Configuration) {
  return { telephony, plans, inboundPlan: settings.calls.inboundPlan };
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Fault('field-invalid', `"${text}" is no port`);
}

async function numbersOf(context: CommandContext, source: string): Promise<readonly FailsafeNumber[]> {
  if (source !== 'store') return readNumberRows(source);
  const stored = await withStore(context, ({ numbers }) => numbers.list());
  return stored
    .filter(({ state }) => state !== 'disabled' && state !== 'unassigned')
    .map(({ number, dialplan, failSafe }) => ({ number, ...present({ plan: dialplan, failSafe }) }));
}

/** `user,sip:address` lines. */
async function contactsOf(path: string | undefined): Promise<Readonly<Record<string, string>>> {
  if (path === undefined) return {};
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });
  const lines = text.split('\n').map((line) => line.trim());
  return Object.fromEntries(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line, index) => {
        const [user, uri] = line.split(/[,;\s]+/, 2);
        if (user === undefined || uri === undefined || !/^sips?:\S+$/.test(uri))
          throw new Fault('field-invalid', `${path}:${index + 1}: expected user,sip:address`);
        return [user, uri];
      }),
  );
}

async function writeAll(folder: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const paths = Object.entries(files).map(([name, text]) => ({ path: join(folder, name), text }));
  for (const { path, text } of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return paths.map(({ path }) => path);
}

function exportJson({ routes, lost }: FailsafeSet, written: readonly string[]): object {
  return { ok: lost.length === 0, files: written, routes, lost };
}

function exportText({ routes, lost }: FailsafeSet, written: readonly string[]): string {
  return [
    ...written,
    ...routes.flatMap(({ number, ways, then }) =>
      ways.map((way) => `${number}${whenText(way)} → ${wayText(way, then)}`),
    ),
    ...lost.map((what) => `not kept: ${what}`),
    'Prompts, whispers, recording and attribution need the controller.',
  ].join('\n');
}

function whenText({ when }: FailsafeWay): string {
  return when.map(({ hours, is }) => `, ${hours} ${is}`).join('');
}

function wayText({ rings }: FailsafeWay, then: readonly string[]): string {
  const rung = rings.map(({ who, dial }) => `${who}: ${dial.map((ways) => ways.join(' or ')).join(', ')}`);
  return (
    [...rung, ...(then.length === 0 ? [] : [then.join(' or ')])].join('; then ') || '480, nobody is rung'
  );
}
