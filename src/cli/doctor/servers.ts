/** Each server of the switch: is it there, how loaded is it, and does a test call over it work? */
import type { SwitchServer } from '../../app/ports/switch.js';
import { failure, ok, type Finding } from './finding.js';
import { testCall, type TestCallOptions } from './test-call.js';

const PRODUCTS = { signalling: 'drachtio', media: 'FreeSWITCH' } as const;

/** Nothing when there is one of each side: the switch as a whole says it then. */
export function serverFindings(servers: readonly SwitchServer[]): Finding[] {
  return isFleet(servers) ? servers.map((server) => findingOf(server)) : [];
}

function isFleet(servers: readonly SwitchServer[]): boolean {
  return servers.length > Object.keys(PRODUCTS).length;
}

function findingOf({ name, side, node, state, version = '?', load }: SwitchServer): Finding {
  const check = `${side} server ${name}`;
  if (state !== 'ready')
    return failure(
      check,
      `${node} is ${state}`,
      `Check its address, port and secret in switch.servers.${side}; the log says what was answered.`,
    );
  const told = `${PRODUCTS[side]} ${version} at ${node}`;
  if (load === undefined) return ok(check, told);
  const idle = Math.round(load.idleCpu * 100);
  return ok(check, `${told}, ${load.sessions} of ${load.maxSessions} sessions, ${idle} % CPU idle`);
}

/** As few calls as reach every server that is there. */
export async function testCalls(options: TestCallOptions): Promise<Finding[]> {
  const { switch: telephoneSwitch } = options.connection;
  const servers = telephoneSwitch.servers();
  if (!isFleet(servers)) return testCall(options);
  const [signalling, media] = (['signalling', 'media'] as const).map((side) =>
    servers.filter((server) => server.side === side && server.state === 'ready'),
  );
  const findings: Finding[] = [];
  for (const pair of pairsOf(signalling ?? [], media ?? [])) {
    const names = pair.map(({ name }) => name);
    telephoneSwitch.drain(new Set(servers.map(({ name }) => name).filter((name) => !names.includes(name))));
    for (const finding of await testCall(options))
      findings.push({ ...finding, check: `${finding.check} over ${names.join(' and ')}` });
  }
  telephoneSwitch.drain(new Set());
  return findings;
}

function pairsOf<T>(ones: readonly T[], others: readonly T[]): readonly (readonly T[])[] {
  if (ones.length === 0 || others.length === 0) return [];
  return Array.from({ length: Math.max(ones.length, others.length) }, (_, index) =>
    [ones[index % ones.length], others[index % others.length]].flatMap((one) => one ?? []),
  );
}
