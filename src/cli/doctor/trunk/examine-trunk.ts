/** `doctor trunk NAME`: everything that may be wrong between us and a carrier, from DNS to the last digit. */
import { gatewayKey } from '../../../domain/routing/gateway-key.js';
import { isEmergencyNumber } from '../../../domain/routing/emergency.js';
import { messageOf } from '../../../errors.js';
import type { TrunkWithPassword } from '../../../switch/options.js';
import { failure, ok, warning, type Finding } from '../finding.js';
import { callTrunk } from './call-trunk.js';
import { judgeCall } from './judge-call.js';
import type { Way } from './own-phone.js';
import { reachGateway, type ReachOptions } from './reach.js';
import { tryRegistering } from './try-registering.js';

export interface TrunkExamination extends ReachOptions {
  readonly given: TrunkWithPassword;
  /** Echo number or own DID; without one no call is made. */
  readonly number?: string;
  readonly digits: string;
  readonly port: number;
}

export async function examineTrunk(examination: TrunkExamination): Promise<readonly Finding[]> {
  const { given } = examination;
  const findings: Finding[] = [...judgeSettings(given)];
  let way: Pick<Way, 'hop' | 'host'> | undefined;
  for (const gateway of given.trunk.gateways) {
    const reached = await reachGateway(gateway, examination);
    findings.push(...reached.findings);
    if (reached.hop !== undefined && reached.findings.every(({ state }) => state !== 'failure'))
      way ??= { hop: reached.hop, host: gateway.host };
  }
  if (way !== undefined) findings.push(...(await examineAccount({ ...examination, ...way })));
  return findings;
}

function judgeSettings({ trunk, password }: TrunkWithPassword): readonly Finding[] {
  if (trunk.passwordRef !== undefined && password === undefined)
    return [
      failure(
        'settings',
        `the secret ${trunk.passwordRef} is not set`,
        'Set the variable, file or stored secret it names.',
      ),
    ];
  const gateways = trunk.gateways.map(gatewayKey).join(', ');
  return [ok('settings', `trunk ${trunk.name}: ${gateways}`)];
}

async function examineAccount(examination: TrunkExamination & Way): Promise<readonly Finding[]> {
  const { number, given, digits } = examination;
  const registered = given.trunk.registration === undefined ? [] : [await tryRegistering(given, examination)];
  if (registered.some(({ state }) => state === 'failure')) return registered;
  if (number === undefined)
    return [
      ...registered,
      warning('call', 'no test call was made', 'Name an echo number or a DID of ours with `--call`.'),
    ];
  if (isEmergencyNumber(number, given.trunk.country))
    return [failure('call', `${number} is an emergency number`, 'Name another number.')];
  try {
    const call = await callTrunk({ ...examination, number });
    return [...registered, ...judgeCall(call, digits)];
  } catch (error) {
    return [...registered, failure('call', messageOf(error), 'Choose a free port with `--port`.')];
  }
}
