/**
 * The company of a simulated month: operators in two groups, one trunk, opening hours in Berlin (whose clocks change in
 * the month), and a law about the hours in which clients may be rung. The judge has all of it written down a second time.
 */
import type { CallbackPolicy, Group, Hours, Telephony } from '../../domain/routing/telephony.js';
import { simTelephony } from './sim-telephony.js';

/** Monday 2026-03-02, 00:00 UTC. */
export const MONTH_BEGINS = Date.UTC(2026, 2, 2);

/** Clients live where their number says; all of these are numbers a form may bring. */
export const CLIENT_PREFIXES = ['+79160', '+74232', '+73433', '+842438', '+4930', '+420224'] as const;

export interface Company {
  readonly telephony: Telephony;
  readonly users: readonly string[];
  readonly channels: number;
  readonly callsPerSecond: number;
}

const day = (from: number, to: number) => [{ from: from * 60, to: to * 60 }];

const HOURS: Readonly<Record<string, Hours>> = {
  office: {
    name: 'office',
    week: {
      '1': day(9, 18),
      '2': day(9, 18),
      '3': day(9, 18),
      '4': day(9, 18),
      '5': day(9, 18),
      '6': day(10, 14),
    },
    exceptions: { '2026-03-11': [] },
  },
  lawful: {
    name: 'lawful',
    week: Object.fromEntries(Array.from({ length: 7 }, (_, index) => [String(index + 1), day(8, 21)])),
    exceptions: {},
  },
};

/** Leads that one operator can take on a working day, with time for those who do not answer. */
const LEADS_PER_OPERATOR = 60;

/** `lawless`: nobody looks at the clock, which the judge must notice. */
export function companyFor(leadsPerDay: number, law: 'kept' | 'lawless'): Company {
  const each = Math.max(3, Math.ceil(leadsPerDay / LEADS_PER_OPERATOR / 2));
  const names = (group: string): string[] =>
    Array.from({ length: each }, (_, index) => `${group}-${index + 1}`);
  const users = [...names('sales'), ...names('support')];
  const channels = each + 1;
  const callsPerSecond = 2;
  const groups = {
    sales: { ...groupOf('sales', names('sales')), strategy: 'round-robin' as const, stickyDays: 3 },
    support: {
      ...groupOf('support', names('support')),
      strategy: 'stages' as const,
      stages: [names('support').slice(0, 2), names('support').slice(2)],
    },
  };
  const telephony: Telephony = {
    ...simTelephony(),
    version: 'month',
    operators: Object.fromEntries(
      users.map((name) => [name, { name, displayName: name, devices: [{ kind: 'registered', user: name }] }]),
    ),
    groups: law === 'kept' ? groups : { sales: timeless(groups.sales), support: timeless(groups.support) },
    trunks: {
      carrier: {
        name: 'carrier',
        gateways: [{ host: '192.0.2.1', port: 5060, transport: 'udp' }],
        format: 'e164',
        channels,
        callsPerSecond,
        noResponseSeconds: 4,
      },
    },
    hours: law === 'kept' ? HOURS : {},
    callbacks: {
      default: policyOf('default', 'sales'),
      second: {
        ...policyOf('second', 'support'),
        order: 'client-first',
        dialplan: 'callback-client-first',
      },
    },
    webhooks: {},
  };
  return { telephony, users, channels, callsPerSecond };
}

function groupOf(name: string, operators: readonly string[]): Group {
  return {
    name,
    operators,
    strategy: 'simultaneous',
    ringSeconds: 20,
    wrapUpSeconds: 15,
    rejectDelaySeconds: 20,
    noAnswerDelaySeconds: 60,
    hours: 'office',
    timeZone: 'Europe/Berlin',
    locale: 'en',
    country: 'DE',
  };
}

/** A group without hours: `hours` names none that exist. */
function timeless(group: Group): Group {
  return { ...group, hours: 'none' };
}

function policyOf(name: string, group: string): CallbackPolicy {
  return {
    name,
    enabled: 'on',
    dialplan: 'callback',
    group,
    clientHours: 'lawful',
    backlog: name === 'default' ? 'freshest-first' : 'oldest-first',
    duplicateWindowMinutes: 10,
    maxAttempts: 4,
    maxPerDay: 3,
    retry: {
      busy: [120, 300, 900],
      'no-answer': [300, 1800, { nextDayAt: 600 }],
      rejected: 'stop',
      'invalid-number': 'stop',
      'carrier-failure': [30, 120],
      cancelled: [300],
      lost: [180],
      unknown: [180],
      voicemail: [3600, 3600, 'stop'],
    },
    laterSeconds: 900,
    noOperatorSeconds: 60,
    maxNoOperator: 60,
    clientRingSeconds: 25,
  };
}
