/** The whole program with one operator's registered phone and one client's phone behind a trunk, for end-to-end tests. */
import type { TimelineEvent } from '../../../src/domain/calls/events.js';
import { present } from '../../../src/domain/values/present.js';
import type { Phone, PhoneScript } from '../../../src/phone/api.js';
import { openPhone } from '../../../src/phone/open-phone.js';
import { startProgram, type Program, type ProgramOptions } from '../sipp/program.js';

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
  /** Merged into the settings, section by section. */
  readonly settings?: object;
  /** Steps of the plan of inbound calls. */
  readonly inbound?: ProgramOptions['inbound'];
  /** Instead of the usual ones; closed by who started them. */
  readonly servers?: NonNullable<ProgramOptions['servers']> & { readonly sip: string };
}

export interface Office extends Program {
  readonly operator: Phone;
  readonly client: Phone;
  /** Acts each time an event fits. */
  readonly when: (fits: (event: TimelineEvent) => boolean, act: () => Promise<unknown>) => void;
  /** A registered phone of another operator; closes with the office. */
  phoneOf(user: string, script?: PhoneScript): Promise<Phone>;
  /** `sip:<user>@<the switch>`. */
  sipUri(user: string): string;
}

export async function openOffice(options: OfficeOptions): Promise<Office> {
  const client = await openPhone({ user: CLIENT, script: options.client ?? {} });
  const { servers, settings, inbound } = options;
  const program = await startProgram({
    ...present({ servers, settings, inbound }),
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
  const phones: Phone[] = [client];
  const phoneOf = async (user: string, script: PhoneScript = {}) => {
    const phone = await openPhone({
      user,
      script,
      credentials: { username: user, password: await program.passwordOf(user) },
      account: { registrar: `sip:${program.sip}` },
    });
    phones.push(phone);
    if ((await phone.registered) !== 200) throw new Error(`the phone of ${user} could not register`);
    return phone;
  };
  const operator = await phoneOf('anna', options.operator);
  return {
    ...program,
    operator,
    client,
    when: (fits, act) => {
      program.dialtrace.services.events.subscribe((event) => {
        if (fits(event)) void act();
      });
    },
    phoneOf,
    sipUri: (user) => `sip:${user}@${program.sip}`,
    close: async () => {
      await Promise.all(phones.map((phone) => phone.close()));
      await program.close();
    },
  };
}
