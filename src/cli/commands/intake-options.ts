/** Options of `connections` that only some kinds of sources need. */
import type { Command } from 'commander';
import { MESSENGER_PROVIDERS, type Connection, type ConnectionIntake } from '../../domain/leads/lead.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';

export interface IntakeOptions {
  readonly verifyToken?: string;
  readonly token?: string;
  readonly apiUrl?: string;
  readonly confirmation?: string;
  readonly provider?: string;
  readonly leadWord?: readonly string[];
  readonly callbackWord?: readonly string[];
  readonly optOutWord?: readonly string[];
  readonly messages?: string;
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function intakeSettings(command: Command): Command {
  return command
    .option(
      '--verify-token <reference>',
      'Meta, Haravan: what they must ask with whether the address is ours',
    )
    .option('--token <reference>', 'Meta: page token that leads are fetched with')
    .option('--api-url <url>', 'Meta: base of the Graph API with its version')
    .option('--confirmation <text>', 'VK: what its confirmation request is answered with')
    .option('--provider <name>', `messengers: ${MESSENGER_PROVIDERS.join(', ')}`)
    .option('--lead-word <word>', 'messengers: one of these makes a lead; may be repeated', collect)
    .option('--callback-word <word>', 'messengers: a wish to be called; may be repeated', collect)
    .option('--opt-out-word <word>', 'messengers: makes no lead any more; may be repeated', collect)
    .option('--messages <count>', 'messengers: last messages that a lead keeps');
}

function providerOf(text: string): NonNullable<ConnectionIntake['provider']> {
  const provider = MESSENGER_PROVIDERS.find((known) => known === text);
  if (provider !== undefined) return provider;
  throw new Fault('field-invalid', `"${text}" is no messenger; there are ${MESSENGER_PROVIDERS.join(', ')}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= 10) return count;
  throw new Fault('field-invalid', `--messages: "${text}" is no number from 0 to 10`);
}

function intakeFields(options: IntakeOptions): ConnectionIntake {
  const { verifyToken, token, apiUrl, confirmation, provider, messages } = options;
  return present({
    verifyTokenRef: verifyToken,
    tokenRef: token,
    apiUrl,
    confirmation,
    provider: provider === undefined ? undefined : providerOf(provider),
    leadWords: options.leadWord,
    callbackWords: options.callbackWord,
    optOutWords: options.optOutWord,
    messages: messages === undefined ? undefined : countOf(messages),
  });
}

/** What is not named stays as it was. */
export function withIntake(
  options: IntakeOptions,
  before: ConnectionIntake = {},
): Pick<Connection, 'intake'> {
  const named = intakeFields(options);
  return Object.keys(named).length === 0 ? {} : { intake: { ...before, ...named } };
}
