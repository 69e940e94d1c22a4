/**
 * Part `lead`: from POST /v1/leads leaving here to the first operator INVITE arriving here, under load: operators who
 * ring and decline, and beside them full calls (operator, accept key, client, recorded talk). Then again with groups of
 * five who ring at once and decline.
 */
import { join } from 'node:path';
import { systemClock } from '../../sip/system.js';
import { pass } from '../chaos/within.js';
import { bareHttpMs, bareSipMs } from './bare.js';
import { atMost, figure, percentile, type Figures } from './figures.js';
import { withInstance } from './instance.js';
import { openLoadPhone, type LoadPhone, type LoadScript } from './load-phone.js';
import type { BenchOptions } from './part.js';
import { cpuMs } from './process-usage.js';

const DECLINED_PER_SECOND = 20;
const FULL_PER_SECOND = 2;
/** Devices are never rung twice at once: enough groups that each is free again when its turn comes. */
const DECLINERS = 40;
const TALKERS = 16;
const RING_GROUP = 5;
/** As many INVITEs as in the wave of single operators. */
const RING_GROUPS_PER_SECOND = DECLINED_PER_SECOND / RING_GROUP;
/** Of the first seconds nothing is counted: code gets warm. */
const WARM_UP_SECONDS = 3;
const LAST_ANSWERS_MS = 5000;

const DECLINES: LoadScript = { ringMs: 150, then: { kind: 'decline', status: 486 } };
const ACCEPTS: LoadScript = { ringMs: 200, then: { kind: 'answer', pressAfterMs: 400 } };
const TALKS: LoadScript = { ringMs: 200, then: { kind: 'answer', hangUpAfterMs: 1000 } };

interface Crew {
  readonly decliner: LoadPhone;
  readonly acceptor: LoadPhone;
  readonly client: LoadPhone;
}

const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${kind}-${n}`);

function telephony({ decliner, acceptor, client }: Crew): object {
  const operators = [
    ...names('decline', DECLINERS).map((name) => [name, decliner.port] as const),
    ...names('talk', TALKERS).map((name) => [name, acceptor.port] as const),
  ];
  return {
    trunks: {
      carrier: {
        gateways: [{ host: '127.0.0.1', port: client.port }],
        callerId: '+74951234567',
        channels: 1000,
        callsPerSecond: 1000,
      },
    },
    operators: Object.fromEntries(
      operators.map(([name, port]) => [name, { devices: [{ uri: `sip:${name}@127.0.0.1:${port}` }] }]),
    ),
    groups: {
      ...Object.fromEntries(operators.map(([name]) => [name, { operators: [name], country: 'RU' }])),
      ...Object.fromEntries(
        names('five', DECLINERS / RING_GROUP).map((name, n) => [
          name,
          { operators: membersOf(n), country: 'RU' },
        ]),
      ),
    },
    // One attempt each: retries would be leads that nobody posted.
    callbacks: { default: { group: 'decline-0', trunk: 'carrier', maxAttempts: 1, maxNoOperator: 1 } },
  };
}

function membersOf(ringGroup: number): string[] {
  return names('decline', DECLINERS).slice(ringGroup * RING_GROUP, (ringGroup + 1) * RING_GROUP);
}

interface Posted {
  readonly number: string;
  readonly kind: 'declined' | 'full' | 'five';
  readonly at: number;
  readonly answeredMs: number;
}

async function post(url: string, lead: Pick<Posted, 'number' | 'kind'>, group: string): Promise<Posted> {
  const at = systemClock.now();
  const response = await fetch(`${url}/v1/leads`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: lead.number, name: 'Ivan', group }),
  });
  await response.arrayBuffer();
  return { ...lead, at, answeredMs: systemClock.now() - at };
}

const FIRST_NUMBER = 79_160_000_000;

interface Wave {
  readonly perSecond: number;
  readonly firstNumber: number;
  /** Whom the n-th lead goes to. */
  leadOf(n: number): { readonly kind: Posted['kind']; readonly group: string };
}

const SINGLES: Wave = {
  perSecond: DECLINED_PER_SECOND + FULL_PER_SECOND,
  firstNumber: FIRST_NUMBER,
  leadOf(n) {
    const every = this.perSecond / FULL_PER_SECOND;
    return n % every === 0
      ? { kind: 'full', group: `talk-${Math.floor(n / every) % TALKERS}` }
      : { kind: 'declined', group: `decline-${n % DECLINERS}` };
  },
};

const FIVES: Wave = {
  perSecond: RING_GROUPS_PER_SECOND,
  firstNumber: FIRST_NUMBER + 1_000_000,
  leadOf: (n) => ({ kind: 'five', group: `five-${n % (DECLINERS / RING_GROUP)}` }),
};

/** Leads at even distances, not waiting for answers, as strangers post them. Those of the warm-up are not answered. */
async function load(url: string, seconds: number, wave: Wave): Promise<Posted[]> {
  const posts: Promise<Posted>[] = [];
  const startedAt = systemClock.now();
  for (let n = 0; n < (seconds + WARM_UP_SECONDS) * wave.perSecond; n += 1) {
    const { kind, group } = wave.leadOf(n);
    await pass(Math.max(0, startedAt + (n * 1000) / wave.perSecond - systemClock.now()));
    posts.push(post(url, { number: `+${wave.firstNumber + n}`, kind }, group));
  }
  await pass(LAST_ANSWERS_MS);
  return Promise.all(posts);
}

export async function leadLatency({ directory, seconds, say }: BenchOptions): Promise<Figures> {
  const bare = {
    what: 'bare HTTP request + bare SIP round trip, ms',
    value: (await bareHttpMs()) + (await bareSipMs()),
  };
  const crew: Crew = {
    decliner: await openLoadPhone({ user: 'decliner', script: DECLINES }),
    acceptor: await openLoadPhone({ user: 'acceptor', script: ACCEPTS }),
    client: await openLoadPhone({ user: 'client', script: TALKS }),
  };
  try {
    const options = { directory: join(directory, 'lead'), telephony: telephony(crew) };
    return await withInstance(options, async ({ url, pid }) => {
      say(`lead: ${seconds} s of ${DECLINED_PER_SECOND} + ${FULL_PER_SECOND} leads a second`);
      const cpuBefore = (await cpuMs(pid)) ?? Number.NaN;
      const singles = await load(url, seconds, SINGLES);
      const cpu = ((await cpuMs(pid)) ?? Number.NaN) - cpuBefore;
      say(`lead: ${seconds} s of ${RING_GROUPS_PER_SECOND} leads a second for groups of ${RING_GROUP}`);
      const fives = await load(url, seconds, FIVES);
      return figuresOf({ singles, fives }, crew, { bare, cpuPerLead: cpu / singles.length });
    });
  } finally {
    await Promise.all(Object.values(crew).map((phone: LoadPhone) => phone.close()));
  }
}

interface Beside {
  readonly bare: { readonly what: string; readonly value: number };
  readonly cpuPerLead: number;
}

interface Waves {
  readonly singles: readonly Posted[];
  readonly fives: readonly Posted[];
}

function figuresOf({ singles, fives }: Waves, crew: Crew, { bare, cpuPerLead }: Beside): Figures {
  const warm = singles.slice(WARM_UP_SECONDS * SINGLES.perSecond);
  const warmFives = fives.slice(WARM_UP_SECONDS * FIVES.perSecond);
  const latencies = latenciesOf(warm, crew);
  const ofFives = latenciesOf(warmFives, crew).map(({ ms }) => ms);
  const all = latencies.map(({ ms }) => ms);
  const full = latencies.filter(({ kind }) => kind === 'full').map(({ ms }) => ms);
  const answered = warm.map(({ answeredMs }) => answeredMs);
  const ms = (value: number) => ({ value, unit: 'ms', beside: bare }) as const;
  return {
    leads: warm.length,
    not_invited: warm.length - all.length,
    talks: crew.client.answered,
    p50: figure({ ...ms(percentile(all, 0.5)), budget: atMost(15) }),
    p99: figure({ ...ms(percentile(all, 0.99)), budget: atMost(50) }),
    p50_of_full_calls: figure(ms(percentile(full, 0.5))),
    p50_answer_202: figure(ms(percentile(answered, 0.5))),
    cpu_per_lead: figure({ value: cpuPerLead, unit: 'ms' }),
    ring_group_of: RING_GROUP,
    ring_group_leads: warmFives.length,
    ring_group_not_invited: warmFives.length - ofFives.length,
    ring_group_p50: figure({ ...ms(percentile(ofFives, 0.5)), budget: atMost(15) }),
    ring_group_p99: figure({ ...ms(percentile(ofFives, 0.99)), budget: atMost(50) }),
  };
}

interface Latency {
  readonly kind: Posted['kind'];
  readonly ms: number;
}

function latenciesOf(posted: readonly Posted[], crew: Crew): readonly Latency[] {
  return posted.flatMap(({ number, kind, at }) => {
    const invitedAt = (kind === 'full' ? crew.acceptor : crew.decliner).invitedAt.get(number);
    return invitedAt === undefined ? [] : [{ kind, ms: invitedAt - at }];
  });
}
