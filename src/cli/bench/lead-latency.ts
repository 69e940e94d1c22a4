/**
 * Part `lead`: from POST /v1/leads leaving here to the first operator INVITE arriving here, under load: operators who
 * ring and decline, and beside them full calls (operator, accept key, client, recorded talk).
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
    groups: Object.fromEntries(operators.map(([name]) => [name, { operators: [name], country: 'RU' }])),
    // One attempt each: retries would be leads that nobody posted.
    callbacks: { default: { group: 'decline-0', trunk: 'carrier', maxAttempts: 1, maxNoOperator: 1 } },
  };
}

interface Posted {
  readonly number: string;
  readonly kind: 'declined' | 'full';
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

/** Leads at even distances, not waiting for answers, as strangers post them. */
async function load(url: string, seconds: number): Promise<Posted[]> {
  const posts: Promise<Posted>[] = [];
  const perSecond = DECLINED_PER_SECOND + FULL_PER_SECOND;
  const startedAt = systemClock.now();
  for (let n = 0; n < seconds * perSecond; n += 1) {
    const isFull = n % (perSecond / FULL_PER_SECOND) === 0;
    const group = isFull
      ? `talk-${Math.floor(n / (perSecond / FULL_PER_SECOND)) % TALKERS}`
      : `decline-${n % DECLINERS}`;
    await pass(Math.max(0, startedAt + (n * 1000) / perSecond - systemClock.now()));
    posts.push(post(url, { number: `+${FIRST_NUMBER + n}`, kind: isFull ? 'full' : 'declined' }, group));
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
      const posted = await load(url, seconds + WARM_UP_SECONDS);
      const cpu = ((await cpuMs(pid)) ?? Number.NaN) - cpuBefore;
      return figuresOf(posted, crew, { bare, cpuPerLead: cpu / posted.length });
    });
  } finally {
    await Promise.all(Object.values(crew).map((phone: LoadPhone) => phone.close()));
  }
}

interface Beside {
  readonly bare: { readonly what: string; readonly value: number };
  readonly cpuPerLead: number;
}

function figuresOf(posted: readonly Posted[], crew: Crew, { bare, cpuPerLead }: Beside): Figures {
  const warm = posted.slice(WARM_UP_SECONDS * (DECLINED_PER_SECOND + FULL_PER_SECOND));
  const latencies = warm.flatMap(({ number, kind, at }) => {
    const invitedAt = (kind === 'full' ? crew.acceptor : crew.decliner).invitedAt.get(number);
    return invitedAt === undefined ? [] : [{ kind, ms: invitedAt - at }];
  });
  const of = (kind?: Posted['kind']): number[] =>
    latencies.filter((latency) => kind === undefined || latency.kind === kind).map(({ ms }) => ms);
  const ms = (value: number) => ({ value, unit: 'ms', beside: bare }) as const;
  return {
    leads: warm.length,
    not_invited: warm.length - latencies.length,
    talks: crew.client.answered,
    p50: figure({ ...ms(percentile(of(), 0.5)), budget: atMost(15) }),
    p99: figure({ ...ms(percentile(of(), 0.99)), budget: atMost(50) }),
    p50_of_full_calls: figure(ms(percentile(of('full'), 0.5))),
    p50_answer_202: figure(
      ms(
        percentile(
          warm.map(({ answeredMs }) => answeredMs),
          0.5,
        ),
      ),
    ),
    cpu_per_lead: figure({ value: cpuPerLead, unit: 'ms' }),
  };
}
