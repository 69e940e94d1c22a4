/** `lead send`: posts a lead to a running Dialtrace, as a site would. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { askServer, type ServerOptions } from '../ask-server.js';
import { runs, type Action, type CommandContext } from '../context.js';
import { leadImportCommand } from './lead-import.js';

interface SendOptions extends ServerOptions {
  readonly phone: string;
  readonly name?: string;
  readonly form?: string;
  readonly group?: string;
  readonly country?: string;
  readonly callAt?: string;
  readonly field?: readonly string[];
}

interface Accepted {
  readonly lead_id: string;
  readonly status: string;
  readonly will_call_at: string | null;
  readonly reason: { readonly text: string };
}

function bodyOf({
  phone,
  name,
  form,
  group,
  country,
  callAt,
  field = [],
}: SendOptions): Record<string, string> {
  const extra = field.map((pair) => pair.split(/=(.*)/s, 2) as [string, string]);
  const fixed = { phone, name, form, group, country, call_at: callAt };
  return {
    ...Object.fromEntries(extra),
    ...Object.fromEntries(
      Object.entries(fixed).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

function post<A extends object>(context: CommandContext, options: SendOptions, path: string): Promise<A> {
  const headers = { 'idempotency-key': randomUUID() };
  return askServer<A>(context, options, { method: 'POST', path, headers, body: bodyOf(options) });
}

interface Rehearsed {
  readonly explanation: readonly string[];
  readonly call_id: string | null;
}

const test: Action<SendOptions & { readonly ring?: true }> = async (context, options) => {
  const ring = options.ring === undefined ? 'nobody' : 'operators';
  const rehearsed = await post<Rehearsed>(context, options, `/v1/leads/test?ring=${ring}`);
  context.output.result(rehearsed, () => rehearsed.explanation.join('\n'));
  return 0;
};

const send: Action<SendOptions> = async (context, options) => {
  const accepted = await post<Accepted>(context, options, '/v1/leads');
  const when = accepted.will_call_at === null ? '' : `, will be called at ${accepted.will_call_at}`;
  context.output.result(
    accepted,
    () => `lead ${accepted.lead_id}: ${accepted.status}${when} (${accepted.reason.text})`,
  );
  return 0;
};

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

function withLeadOptions(command: Command): Command {
  return command
    .requiredOption('--phone <number>', 'phone of the client')
    .option('--url <url>', 'where Dialtrace listens', 'http://127.0.0.1:8080')
    .option('--key <key>', 'API key (or DIALTRACE_API_KEY)')
    .option('--name <name>', 'name of the client')
    .option('--form <name>', 'what form it was')
    .option('--group <name>', 'operators’ group')
    .option('--country <code>', 'country of a national number')
    .option('--call-at <time>', 'ISO-8601 with a zone')
    .option('--field <name=value>', 'any other field (form_id, …); may be repeated', collect);
}

export function leadCommand(program: Command): void {
  const lead = program.command('lead').description('work with leads');
  withLeadOptions(lead.command('send')).description('post a lead to a running Dialtrace').action(runs(send));
  withLeadOptions(lead.command('test'))
    .description('what would become of a lead: which group, when, what would be spoken; nothing is stored')
    .option('--ring', 'ring the operators’ phones with it; no client is called')
    .action(runs(test));
  leadImportCommand(lead);
}
