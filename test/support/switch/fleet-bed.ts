/** One controller and several servers of each side, and calls that are put where a test wants them. */
import type { CallId, LegId } from '../../../src/domain/values/ids.js';
import type {
  InboundCall,
  Leg,
  OriginateRequest,
  Switch,
  SwitchHandlers,
} from '../../../src/app/ports/switch.js';
import { connectSwitch } from '../../../src/switch/connect.js';
import type { SwitchOptions } from '../../../src/switch/options.js';
import type { TestPhone } from './test-phone.js';
import { signalOf, startSecondServers, startServers, testOptions, testPorts, until } from './test-switch.js';

/** Run in reverse order after the test. */
type Closers = (() => Promise<unknown>)[];

export interface FleetBed {
  readonly switch: Switch;
  readonly events: string[];
  readonly inbound: InboundCall[];
  readonly sip: readonly string[];
  /** Of the second signalling server. */
  readonly webSocket?: string;
}

export const named = <A extends object>(name: string, address: A) => ({ ...address, name });

export async function openFleet(
  closers: Closers,
  options: Pick<SwitchOptions, 'signalling' | 'media'> & Partial<SwitchOptions>,
): Promise<FleetBed> {
  const [one, two] = [testPorts(), { events: [] as string[], inbound: [] as InboundCall[] }];
  const { signalling, media } = options;
  const connected = await connectSwitch(
    { ...testOptions([signalling].flat()[0]!, [media].flat()[0]!), ...options },
    one,
  );
  closers.push(() => connected.close({ legs: 'end' }));
  const handlers: SwitchHandlers = {
    inbound: (call) => void two.inbound.push(call),
    regained: (what, node) => void two.events.push(`regained ${what} ${node}`),
    lost: (what, node) => void two.events.push(`lost ${what} ${node}`),
  };
  connected.listen(handlers);
  await until('all servers are there', () => connected.servers().every(({ state }) => state === 'ready'));
  return { switch: connected, ...two, sip: [] };
}

export async function openPairs(closers: Closers, more: Partial<SwitchOptions> = {}): Promise<FleetBed> {
  const [a, b] = [await startServers(), await startSecondServers()];
  closers.push(
    () => a.close(),
    () => b.close(),
  );
  const bed = await openFleet(closers, {
    signalling: [named('sip-a', a.signalling), named('sip-b', b.signalling)],
    media: [named('fs-a', a.media), named('fs-b', b.media)],
    ...more,
  });
  return { ...bed, sip: [a.sip, b.sip], ...(b.webSocket !== undefined && { webSocket: b.webSocket }) };
}

let made = 0;
export function ring(
  { switch: telephoneSwitch }: FleetBed,
  phone: Pick<TestPhone, 'uri'>,
  more: Partial<OriginateRequest> = {},
): Leg {
  made += 1;
  const name = `fleet-${process.pid}-${made}`;
  return telephoneSwitch.originate({
    legId: name as LegId,
    callId: name as CallId,
    sipCallId: name,
    role: 'operator',
    target: { kind: 'uri', uri: phone.uri },
    ringMs: 10_000,
    ...more,
  });
}

/** Rings where the test wants it: how loaded the servers are is not ours to say. */
export function ringOn(bed: FleetBed, phone: TestPhone, ...places: readonly string[]): Leg {
  const { switch: telephoneSwitch } = bed;
  const all = telephoneSwitch.servers();
  const sides = new Set(all.filter(({ name }) => places.includes(name)).map(({ side }) => side));
  const others = all.filter(({ name, side }) => sides.has(side) && !places.includes(name));
  telephoneSwitch.drain(new Set(others.map(({ name }) => name)));
  const leg = ring(bed, phone);
  telephoneSwitch.drain(new Set());
  return leg;
}

export async function talk(bed: FleetBed, phone: TestPhone, leg = ring(bed, phone)) {
  const call = await phone.answer(await phone.nextCall());
  await signalOf(leg, 'answered');
  return { leg, call };
}

export const talkOn = (bed: FleetBed, phone: TestPhone, ...places: readonly string[]) =>
  talk(bed, phone, ringOn(bed, phone, ...places));

/** Both carry as much and have room to breathe: only then is it certain whose turn it is. */
export function areAlike({ switch: telephoneSwitch }: FleetBed): boolean {
  const loads = telephoneSwitch.servers().flatMap(({ load }) => load ?? []);
  return (
    new Set(loads.map(({ maxSessions }) => maxSessions)).size === 1 &&
    loads.every(({ idleCpu }) => idleCpu > 0.2)
  );
}

/** Name of the server that a leg is on. */
export function placeOf(
  { switch: telephoneSwitch }: FleetBed,
  { identity }: Leg,
  side: 'signallingNode' | 'mediaNode',
): string {
  return telephoneSwitch.servers().find(({ node }) => node === identity[side])?.name ?? '';
}
