/** `numbers audit`: the running server calls own numbers from outside; or what its last audits found. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import { isFlagged, type AuditResult } from '../../domain/numbers/audited-number.js';
import { askServer, type ServerOptions } from '../ask-server.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { withStore } from '../with-store.js';

interface AuditOptions extends ServerOptions {
  readonly trunk?: string;
  readonly callerId?: string;
  readonly project?: string;
  readonly last?: true;
}

interface Audited {
  readonly number: string;
  readonly result: AuditResult;
  readonly at: string;
  readonly trunk: string;
  readonly arrived_as: string | null;
  readonly sip_status: number | null;
}
interface Items {
  readonly items: readonly Audited[];
}

/** A request takes up to 20 s a number. */
const AT_ONCE = 5;
const PATH = '/v1/numbers/audit';

async function auditAll(
  context: CommandContext,
  options: AuditOptions,
  numbers: readonly string[],
): Promise<readonly Audited[]> {
  const items: Audited[] = [];
  for (let at = 0; at < numbers.length && !context.signal.aborted; at += AT_ONCE) {
    const body = {
      trunk: options.trunk,
      caller_id: options.callerId,
      numbers: numbers.slice(at, at + AT_ONCE),
    };
    items.push(...(await askServer<Items>(context, options, { method: 'POST', path: PATH, body })).items);
    if (context.output.format === 'human') context.output.say(`${items.length} of ${numbers.length}`);
  }
  return items;
}

/** Of the store of this configuration: every number that is in use. */
function ownNumbers(context: CommandContext, project: string | undefined): Promise<readonly string[]> {
  return withStore(context, async ({ numbers }) => {
    const all = await numbers.list(project === undefined ? {} : { project });
    return all.filter(({ state }) => state !== 'disabled').map(({ number }) => number);
  });
}

const audit: Action<AuditOptions> = async (context, options, ...given) => {
  const named = given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const items =
    options.last === undefined
      ? await auditAll(
          context,
          options,
          named.length > 0 ? named : await ownNumbers(context, options.project),
        )
      : (await askServer<Items>(context, options, { method: 'GET', path: PATH })).items;
  const flagged = items.filter(({ result }) => isFlagged(result)).length;
  context.output.result({ ok: flagged === 0, audited: items.length, flagged, items }, () => tableOf(items));
  return flagged === 0 ? 0 : 1;
};

function tableOf(items: readonly Audited[]): string {
  const table = new Table({ head: ['number', 'result', 'came as', 'carrier said', 'through', 'when'] });
  for (const { number, result, arrived_as, sip_status, trunk, at } of items)
    table.push([number, result, arrived_as ?? '—', sip_status ?? '—', trunk, at]);
  return items.length === 0 ? 'no numbers' : table.toString();
}

export function auditCommand(numbers: Command): void {
  numbers
    .command('audit')
    .description('call own numbers from outside: do they come back as themselves? Exit 1 when one does not')
    .argument('[numbers...]', 'default: every number in use')
    .option('--trunk <name>', 'places the calls; default: by the settings `audit`')
    .option('--caller-id <number>', 'shown, and used by nobody else; default: by the settings')
    .option('--project <name>', 'only its numbers')
    .option('--last', 'call nobody: what the last audit of each number found')
    .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
    .option('--key <key>', 'API key (or DIALTRACE_API_KEY)')
    .action(runs(audit));
}
