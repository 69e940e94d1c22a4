/** The telephony of the simulated company: three operators, one trunk of two channels, open 09:00–18:00 UTC on workdays. */
import type { Telephony } from '../../domain/routing/telephony.js';

export const USERS = ['anna', 'boris', 'vera'] as const;
/** Monday 2026-03-02, 09:00 UTC. */
export const OPENS_AT = Date.UTC(2026, 2, 2, 9);

const DAY = [{ from: 9 * 60, to: 18 * 60 }];

function operators(): Telephony['operators'] {
  return Object.fromEntries(
    USERS.map((name) => [name, { name, displayName: name, devices: [{ kind: 'registered', user: name }] }]),
  );
}

const NOTHING_TRACKED: Pick<Telephony, 'projects' | 'pools' | 'channels'> = {
  projects: {},
  pools: {},
  channels: [],
};

export function simTelephony(): Telephony {
  return {
    version: 'sim',
    operators: operators(),
    groups: {
      sales: {
        name: 'sales',
        operators: USERS,
        strategy: 'simultaneous',
        ringSeconds: 20,
        hours: 'office',
        timeZone: 'UTC',
        locale: 'en',
        country: 'RU',
      },
    },
    trunks: {
      carrier: {
        name: 'carrier',
        gateways: [{ host: '192.0.2.1', port: 5060, transport: 'udp' }],
        format: 'e164',
        channels: 2,
        callsPerSecond: 2,
        noResponseSeconds: 4,
      },
    },
    hours: {
      office: { name: 'office', week: { '1': DAY, '2': DAY, '3': DAY, '4': DAY, '5': DAY }, exceptions: {} },
    },
    callbacks: {
      default: {
        name: 'default',
        enabled: 'on',
        dialplan: 'callback',
        group: 'sales',
        duplicateWindowMinutes: 0,
        maxAttempts: 3,
        retry: {
          cut: [10, 60, 'stop'],
          busy: [20, 60],
          'no-answer': [30, 120],
          rejected: 'stop',
          'invalid-number': 'stop',
          'carrier-failure': [10],
          cancelled: [15],
          lost: [30],
          unknown: [30],
        },
        laterSeconds: 60,
        noOperatorSeconds: 5,
        maxNoOperator: 6,
        clientRingSeconds: 25,
      },
    },
    webhooks: {
      receiver: { name: 'receiver', url: 'https://receiver.invalid/', secretRef: 'env:NONE', events: [] },
    },
    ...NOTHING_TRACKED,
  };
}
