/** `destination list|test|deliveries|resend`: what CRMs, analytics and ad platforms are told, tried before and seen after. */
import type { Command } from 'commander';
import Table from 'cli-table3';
import { DELIVERY_STATES, type DeliveryState } from '../../app/ports/delivery-store.js';
import type { TestedDestination } from '../../app/destinations/test-destination.js';
import type { HeldExchange } from '../../app/destinations/hold-conversation.js';
import type { Verdict } from '../../domain/destinations/conversation.js';
import type { EventId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { deliveryJson } from '../../http/routes/deliveries.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { runs, type Action } from '../context.js';
import { withApp } from '../with-app.js';
import { withStore } from '../with-store.js';

const list: Action<object> = async (context) => {
  const { configDirectory: directory, environment } = context;
  const { telephony } = await requireConfiguration({ directory, environment });
  const all = Object.values(telephony.destinations ?? {});
  context.output.result({ items: all.map(({ name, kind, on }) => ({ name, kind, on })) }, () => {
    const table = new Table({ head: ['destination', 'kind', 'is told of'] });
    table.push(
      ...all.map(({ name, kind, on }) => [
        name,
        kind,
        Object.entries(on)
          .map(([event, theirs]) => (theirs === '' ? event : `${event} as ${theirs}`))
          .join('\n'),
      ]),
    );
    return all.length === 0 ? 'no destination is configured; see docs/integrations.md' : table.toString();
  });
  return 0;
};

interface TestOptions {
  readonly call?: string;
  readonly lead?: string;
  readonly deal?: string;
  readonly event?: string;
  readonly dryRun?: true;
}

function exchangeText({ request, answer }: HeldExchange, manner: 'sent' | 'assumed'): string {
  const { what, method, url, headers, body } = request;
  const said = answer.kind === 'unreachable' ? answer.why : `${answer.status} ${answer.body}`.trim();
  return [
    `— ${what}`,
    `${method} ${url}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : ['', body]),
    '',
    manner === 'sent' ? `← ${said}` : `← (assumed) ${said}`,
  ].join('\n');
}

function verdictText(verdict: Verdict): string {
  if (verdict.kind !== 'delivered') return `${verdict.kind}: ${verdict.why}`;
  return ['delivered', verdict.note, verdict.card].filter((part) => part !== undefined).join(', ');
}

function testText(
  { kind, event, of, filtered, exchanges, verdict }: TestedDestination,
  dryRun?: true,
): string {
  return [
    `${kind} is told of ${event}, ${of === 'stored' ? 'as stored' : 'with an example'}`,
    ...(filtered === undefined ? [] : [`the filter would keep it back: ${filtered}`]),
    ...exchanges.map((one) => exchangeText(one, dryRun === undefined ? 'sent' : 'assumed')),
    verdictText(verdict),
  ].join('\n');
}

const test: Action<TestOptions> = async (context, { call, lead, deal, event, dryRun }, name = '') => {
  const manner = dryRun === undefined ? 'try' : 'rehearse';
  const tested = await withApp(context, ({ app }) =>
    app.testDestination({ name, manner, ...present({ callId: call, leadId: lead, dealId: deal, event }) }),
  );
  const ok = tested.verdict.kind === 'delivered' || tested.verdict.kind === 'later';
  context.output.result({ ok, ...tested }, () => testText(tested, dryRun));
  return ok ? 0 : 1;
};

interface ListOptions {
  readonly state?: string;
  readonly call?: string;
  readonly limit?: string;
}

function stateOf(text: string | undefined): DeliveryState | undefined {
  const state = DELIVERY_STATES.find((one) => one === text);
  if (text !== undefined && state === undefined)
    throw new Fault('option-unknown', `there is no state ${text}; there are ${DELIVERY_STATES.join(', ')}`);
  return state;
}

const deliveries: Action<ListOptions> = async (context, { state, call, limit = '50' }, receiver) => {
  const filter = {
    limit: Number(limit),
    ...present({ state: stateOf(state), endpoint: receiver, callId: call as never }),
  };
  const items = await withStore(context, async (store) =>
    (await store.outbox.list(filter)).items.map(deliveryJson),
  );
  context.output.result({ items }, () => {
    const table = new Table({ head: ['id', 'to', 'event', 'state', 'tries', 'note'], wordWrap: true });
    table.push(
      ...items.map((one) => [
        one.event_id,
        one.receiver,
        one.event,
        one.state,
        String(one.tries),
        (one.note ?? '').slice(0, 120),
      ]),
    );
    return table.toString();
  });
  return 0;
};

interface ResendOptions {
  readonly dead?: true;
}

const resend: Action<ResendOptions> = async (context, { dead }, receiver = '', ...ids) => {
  const [id] = ids;
  if ((dead === undefined) === (id === undefined))
    throw new Fault('option-unknown', 'say one delivery by its id, or --dead for all that were given up');
  const count = await withApp(context, async ({ app, services: { store } }) => {
    if (id !== undefined) {
      await app.resendDelivery(receiver, id as EventId);
      return 1;
    }
    let sent = 0;
    for (;;) {
      const { items } = await store.outbox.list({ limit: 200, state: 'dead', endpoint: receiver });
      for (const one of items) await app.resendDelivery(receiver, one.id);
      sent += items.length;
      if (items.length === 0) return sent;
    }
  });
  context.output.result(
    { ok: true, resent: count },
    () => `${count} on the way again; a running server sends them`,
  );
  return 0;
};

export function destinationCommand(program: Command): void {
  const destination = program
    .command('destination')
    .description('CRMs, analytics and ad platforms that are told of calls, leads and deals');
  destination.command('list').action(runs(list));
  destination
    .command('test')
    .description(
      'tell it of a stored call, lead or deal, or of an example; prints what is sent, without secrets',
    )
    .argument('<name>')
    .option('--call <id>')
    .option('--lead <id>')
    .option('--deal <id>')
    .option('--event <name>', 'as if this had happened; default: the first that fits')
    .option('--dry-run', 'nothing leaves; answers are assumed')
    .action(runs(test));
  destination
    .command('deliveries')
    .description('what was told and what became of it, newest first; of webhooks too')
    .argument('[name]')
    .option('--state <state>', DELIVERY_STATES.join(', '))
    .option('--call <id>')
    .option('--limit <count>', 'default: 50')
    .action(runs(deliveries));
  destination
    .command('resend')
    .argument('<name>')
    .argument('[delivery]', 'id as `deliveries` shows it')
    .option('--dead', 'all that were given up')
    .action(runs(resend));
}
