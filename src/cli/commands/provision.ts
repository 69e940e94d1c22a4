/**
 * `dialtrace operator provision NAME`: what to type into a softphone, its sip: address, and that as a QR code in the
 * terminal. With `--generate` the phone gets a new password, which is shown once and never part of the code.
 */
import { randomBytes } from 'node:crypto';
import { toString as qrText } from 'qrcode';
import { nearestName } from '../../domain/values/nearest.js';
import { Fault } from '../../errors.js';
import { setSipPassword } from '../../main/sip-password.js';
import type { Configuration } from '../../settings/configuration.js';
import type { Action } from '../context.js';
import { browserPhoneOf, type BrowserPhone } from '../browser-phone.js';
import { withStore } from '../with-store.js';

export interface ProvisionOptions {
  readonly generate?: true;
  readonly server?: string;
  readonly transport: string;
}

export interface PhoneAccount {
  readonly operator: string;
  readonly display: string;
  /** SIP user; the login is the same. */
  readonly user: string;
  /** `host:port` as the phone reaches us. */
  readonly server: string;
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly realm: string;
}

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const;

/** Throws Fault `not-found`, `option-unknown`, `settings-invalid`. */
export function accountOf(
  { settings, telephony }: Pick<Configuration, 'settings' | 'telephony'>,
  name: string,
  options: Pick<ProvisionOptions, 'server' | 'transport'>,
): PhoneAccount {
  const operator = Object.hasOwn(telephony.operators, name) ? telephony.operators[name] : undefined;
  if (operator === undefined) {
    const nearest = nearestName(name, Object.keys(telephony.operators));
    throw new Fault(
      'not-found',
      `there is no operator ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    );
  }
  const transport = TRANSPORTS.find((known) => known === options.transport);
  if (transport === undefined)
    throw new Fault('option-unknown', `--transport ${options.transport}: say ${TRANSPORTS.join(', ')}`);
  const device = operator.devices.find(({ kind }) => kind === 'registered');
  if (device?.kind !== 'registered')
    throw new Fault(
      'settings-invalid',
      `${name} has no phone that registers: give him a device "phone: ${name}"`,
    );
  return {
    operator: name,
    display: operator.displayName,
    user: device.user,
    server: options.server ?? serverOf(settings.switch.sip, transport),
    transport,
    realm: settings.switch.realm,
  };
}

type SipSettings = Configuration['settings']['switch']['sip'];

function serverOf(
  { address, externalAddress, port, tls }: SipSettings,
  transport: PhoneAccount['transport'],
): string {
  if (transport === 'tls' && tls === undefined)
    throw new Fault(
      'settings-invalid',
      'switch.sip.tls is not set: there is no SIP over TLS to register with',
    );
  const host = externalAddress ?? address;
  return `${host.includes(':') ? `[${host}]` : host}:${transport === 'tls' ? (tls?.port ?? 5061) : port}`;
}

export function sipAddressOf({ user, server, transport }: PhoneAccount): string {
  return `sip:${user}@${server}${transport === 'udp' ? '' : `;transport=${transport}`}`;
}

/** What the fields are called in softphones that operators use. */
export function fieldsOf({ display, user, server, transport }: PhoneAccount, password: string): string {
  const [upper, host] = [transport.toUpperCase(), server];
  return [
    `Linphone   Assistant > Use a SIP account: Username ${user}, Password ${password}, Domain ${host}, Transport ${upper}, Display name ${display}`,
    `MicroSIP   Add account: SIP server ${host}, Username ${user}, Domain ${host}, Login ${user}, Password ${password}, Transport ${upper}`,
    `Zoiper     Login ${user}@${host}, Password ${password}, Hostname ${host}, then ${upper}`,
    `other      server ${host} (${upper}), user and login ${user}, password ${password}, register every 300 s, codec PCMA or PCMU, DTMF RFC 4733`,
  ].join('\n');
}

const INDENT = ' '.repeat(11);

function problemsOf({ findings }: BrowserPhone): readonly string[] {
  return findings
    .filter(({ state }) => state !== 'ok')
    .map(({ detail, remedy }) => `${detail}. ${remedy ?? ''}`);
}

/** The console is one more phone, with the same user and password. */
export function browserLines({ user }: Pick<PhoneAccount, 'user'>, browser: BrowserPhone): readonly string[] {
  const [first] = browser.findings;
  if (browser.webSocket === undefined)
    return [`browser    ${first?.detail}`, ...(first?.remedy === undefined ? [] : [INDENT + first.remedy])];
  const problems = problemsOf(browser).map((problem) => INDENT + problem);
  return [`browser    ${browser.page}: User ${user}, and the same password`, ...problems];
}

export const provision: Action<ProvisionOptions> = async (context, options, name = '') => {
  const generated = options.generate === undefined ? undefined : randomBytes(12).toString('base64url');
  const { account, browser } = await withStore(context, async (store, configuration) => {
    const found = accountOf(configuration, name, options);
    const { user, realm } = found;
    if (generated !== undefined)
      await setSipPassword(store, { user, realm, password: generated, algorithms: ['MD5'] });
    return { account: found, browser: browserPhoneOf(configuration.settings) };
  });
  const uri = sipAddressOf(account);
  const code = await qrText(uri, { type: 'terminal', small: true });
  const { user, server, transport, realm, operator } = account;
  const password = generated === undefined ? {} : { password: generated };
  const told = { page: browser.page, web_socket: browser.webSocket ?? null, problems: problemsOf(browser) };
  context.output.result(
    { ok: true, operator, uri, user, server, transport, realm, ...password, browser: told },
    () =>
      [fieldsOf(account, generated ?? '(as set)'), ...browserLines(account, browser), '', uri, code].join(
        '\n',
      ),
  );
  return 0;
};
