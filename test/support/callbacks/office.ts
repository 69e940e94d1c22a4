/** The whole program with one operator's registered phone and one client's phone behind a trunk, for end-to-end tests. */
import type { TimelineEvent } from '../../../src/domain/calls/events.js';
import type { Phone, PhoneScript } from '../../../src/phone/api.js';
import { openPhone } from '../../../src/phone/open-phone.js';
import { startProgram, type Program } from '../sipp/program.js';

export const CLIENT = '+4930123456';

export const spoken =
  (prompt: string) =>
  ({ name, payload }: TimelineEvent): boolean =>
    name === 'prompt.spoken' && payload['prompt'] === prompt;

export interface OfficeOptions {
  readonly operator?: PhoneScript;
  readonly client?: PhoneScript;
  /** Merged into the telephony: sections as in telephony.yaml. */
  readonly telephony?: object;
  readonly policy?: object;
  readonly group?: object;
}

export interface Office extends Program {
  readonly operator: Phone;
  readonly client: Phone;
  /** Acts each time an event fits. */
  readonly when: (fits: (event: TimelineEvent) => boolean, act: () => Promise<unknown>) => void;
  /** `sip:<user>@<the switch>`. */
  sipUri(user: string): string;
}

export async function openOffice(options: OfficeOptions): Promise<Office> {
  const client = await openPhone({ user: CLIENT, script: options.client ?? {} });
  const program = await startProgram({
    telephony: {
      trunks: {
        carrier: {
          gateways: [{ host: '127.0.0.1', port: Number(/:(\d+)$/.exec(client.uri)?.[1]) }],
          callerId: '+4930100',
        },
      },
      operators: { anna: {} },
      groups: { sales: { operators: ['anna'], country: 'DE', ...options.group } },
      callbacks: { default: { group: 'sales', trunk: 'carrier', ...options.policy } },
      ...options.telephony,
    },
  });
  const sipPort = String(program.dialtrace.embedded?.sipPort);
  const operator = await openPhone({
    user: 'anna',
    script: options.operator ?? {},
    credentials: { username: 'anna', password: await program.passwordOf('anna') },
    account: { registrar: `sip:127.0.0.1:${sipPort}` },
  });
  if ((await operator.registered) !== 200) throw new Error('the operator’s phone could not register');
  return {
    ...program,
    operator,
    client,
    when: (fits, act) => {
      program.dialtrace.services.events.subscribe((event) => {
        if (fits(event)) void act();
      });
    },
    sipUri: (user) => `sip:${user}@127.0.0.1:${sipPort}`,
    close: async () => {
      await Promise.all([operator.close(), client.close()]);
      await program.close();
    },
  };
}
