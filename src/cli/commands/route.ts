/** `route explain`: why a number would go the way it goes, by the settings alone. The running server's view: /v1/routes/explain. */
import type { Command } from 'commander';
import CliTable from 'cli-table3';
import { chooseRoute, type RouteDecision } from '../../domain/routing/choose-route.js';
import { gatewayKey } from '../../domain/routing/gateway-key.js';
import { present } from '../../domain/values/present.js';
import { routeJson } from '../../http/schemas/trunks.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { runs, type Action } from '../context.js';

interface ExplainOptions {
  readonly trunk?: string;
  readonly country?: string;
}

function routeText({ number, country, choices, chosen, note }: RouteDecision): string {
  const table = new CliTable({ head: ['', 'trunk', 'gateway', 'why', 'excluded by', 'per minute'] });
  for (const choice of choices)
    table.push([
      choice === chosen ? '→' : String(choice.order),
      choice.trunk,
      gatewayKey(choice.gateway),
      choice.why,
      choice.excludedBy ?? '',
      choice.costPerMinute === undefined ? '' : String(choice.costPerMinute),
    ]);
  const head = `${number}${country === undefined ? '' : ` (${country})`}`;
  const lines = [
    head,
    ...(choices.length === 0 ? [] : [table.toString()]),
    ...(note === undefined ? [] : [note]),
  ];
  return lines.join('\n');
}

const explain: Action<ExplainOptions> = async (
  { configDirectory: directory, environment, output },
  { trunk, country },
  number = '',
) => {
  const { telephony } = await requireConfiguration({ directory, environment });
  const decision = chooseRoute(telephony, { number, ...present({ trunk, country }) });
  output.result(routeJson(decision), () => routeText(decision));
  return decision.allowed ? 0 : 1;
};

export function routeCommand(program: Command): void {
  const route = program.command('route').description('which trunk carries a number');
  route
    .command('explain')
    .description('every trunk and gateway in order, with the reason for its place or exclusion')
    .argument('<number>', 'E.164, or national with --country')
    .option('--trunk <name>', 'as if the policy or device named this trunk')
    .option('--country <code>', 'ISO 3166 country whose national and short numbers these are')
    .action(runs(explain));
}
