/**
 * The Switch port on drachtio-server and FreeSWITCH, real or look-alike: the only entrance to this room. main.ts calls it
 * with addresses; it resolves at once, also while the servers are down, and keeps trying.
 */
import type { Logger } from '../app/ports/ports.js';
import type {
  Registered,
  Switch,
  SwitchHandlers,
  SwitchServer,
  SwitchSide,
  SwitchStatus,
} from '../app/ports/switch.js';
import { Fault, messageOf } from '../errors.js';
import { adopt, StopReports } from './legs/adopt.js';
import type { SwitchContext } from './context.js';
import { endStored } from './legs/end-stored.js';
import { Fleet } from './servers/fleet.js';
import { LegMeter } from './legs/leg-meter.js';
import { LegRegistry } from './legs/leg-registry.js';
import { listen } from './listen.js';
import { liveChannels } from './servers/live-channels.js';
import { MediaLink } from './servers/media-server.js';
import { DEFAULT_DEADLINES, listed, type SwitchOptions, type SwitchPorts } from './options.js';
import { OutgoingLeg } from './legs/outgoing-leg.js';
import { checkRecording } from './recording-file.js';
import { KeepAlive } from './phones/keep-alive.js';
import { Registrar } from './phones/registrar.js';
import type { ServerPorts } from './servers/server-ports.js';
import { Signalling } from './servers/signalling.js';
import { present } from '../domain/values/present.js';
import { withoutSecrets } from '../domain/signalling/signalling.js';
import { Hops } from './messages/hops.js';
import { Door } from './door.js';
import { CallIdBook, isBeside, readTold } from './messages/sip-tap.js';
import { TrunkKeeper } from './trunks/trunk-keeper.js';
import { SpareEndpoints } from './legs/spare-endpoints.js';

interface Phones {
  readonly registrar: Registrar | undefined;
  readonly keepAlive: KeepAlive | undefined;
}

export async function connectSwitch(options: SwitchOptions, ports: SwitchPorts): Promise<Switch> {
  const handlers: { current?: SwitchHandlers } = {};
  const context = buildContext(options, ports, handlers);
  const registrar =
    options.registrar &&
    new Registrar(options.registrar, ports, (registered, change) =>
      handlers.current?.phone?.(registered, change),
    );
  const door = new Door(context, registrar);
  for (const signalling of context.signalling.all)
    listen({ context, registrar, door, handlers: () => handlers.current }, signalling);
  await registrar?.recall();
  const keepAlive = registrar && new KeepAlive(context, registrar, options.registrar.keepAliveSeconds);
  for (const server of [...context.signalling.all, ...context.media.all]) server.connect();
  return switchOf(context, { registrar, keepAlive, door }, handlers);
}

/** The first connection to a server is `regained` too: stored calls wait for it. */
function announce(side: SwitchSide, { handlers, logger }: Announcing) {
  return (kind: 'regained' | 'lost', node: string) => {
    try {
      handlers.current?.[kind](side, node);
    } catch (error) {
      logger.error({ side, node, kind, why: messageOf(error) }, 'switch handler failed');
    }
  };
}

interface Announcing {
  readonly handlers: { readonly current?: SwitchHandlers };
  readonly logger: Logger;
}

interface FleetParts extends Announcing {
  readonly ports: ServerPorts;
  readonly legs: LegRegistry;
}

function signallingFleet(
  { signalling: given }: SwitchOptions,
  parts: FleetParts,
  told: (frame: string) => void,
): Fleet<Signalling> {
  const { legs, ports } = parts;
  const tell = announce('signalling', parts);
  const servers = listed(given).map((address) => {
    const server: Signalling = new Signalling(address, ports, {
      told,
      ready: () => tell('regained', server.node),
      lost: () => {
        tell('lost', server.node);
        for (const leg of legs.all()) if (leg.signalling === server) leg.lose();
      },
    });
    return server;
  });
  return new Fleet(someOf(servers), (server) => legs.count((leg) => leg.signalling === server));
}

function mediaFleet({ media: given, listen, files }: SwitchOptions, parts: FleetParts): Fleet<MediaLink> {
  const { legs, ports } = parts;
  const tell = announce('media', parts);
  const legsOn = (server: MediaLink) => legs.count((leg) => leg.home.media === server);
  const servers = listed(given).map((address) => {
    const place = { address, listen: address.listen ?? listen, files: address.files ?? files };
    const server: MediaLink = new MediaLink(place, ports, {
      ready: () => tell('regained', server.node),
      lost: () => tell('lost', server.node),
      legs: () => legsOn(server),
    });
    return server;
  });
  return new Fleet(someOf(servers), legsOn);
}

function someOf<T>([first, ...rest]: readonly T[]): readonly [T, ...T[]] {
  if (first === undefined) throw new Fault('settings-invalid', 'the switch needs a server of each side');
  return [first, ...rest];
}

function buildContext(
  options: SwitchOptions,
  ports: SwitchPorts,
  handlers: { readonly current?: SwitchHandlers },
): SwitchContext {
  const { clock, logger } = ports;
  const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  const legs = new LegRegistry();
  const parts: FleetParts = { handlers, logger, legs, ports: { clock, logger, deadlines } };
  const signalling = signallingFleet(options, parts, traceTeller(legs, ports, handlers));
  const media = mediaFleet(options, parts);
  const witness = () => handlers.current ?? {};
  return {
    ...ports,
    options,
    deadlines,
    signalling,
    media,
    spares: new SpareEndpoints({ media, signalling, clock }),
    legs,
    meter: new LegMeter(media, { ...ports, witness }),
    hops: new Hops(options.resolve),
    gateways: new Map(),
    witness,
  };
}

/** A message of a leg, and one beside calls, goes to the witness; what the witness throws is contained by the signalling connection. */
function traceTeller(
  legs: LegRegistry,
  { clock }: SwitchPorts,
  handlers: { readonly current?: SwitchHandlers },
): (frame: string) => void {
  const book = new CallIdBook((callId) => legs.withCallId(callId)?.id, clock);
  return (frame) => {
    const witness = handlers.current;
    const told = listensTo(witness) ? readTold(frame) : undefined;
    if (told === undefined) return;
    const legId = book.legOf(told.callId);
    const trace = () => ({ ...told.trace, at: clock.now(), text: withoutSecrets(told.trace.text) });
    if (legId !== undefined) witness?.traced?.({ ...trace(), legId });
    else if (isBeside(told.trace)) witness?.tracedBeside?.(trace());
  };
}

/** Reading every frame for nobody would cost each call. */
function listensTo(witness: SwitchHandlers | undefined): boolean {
  return witness !== undefined && (witness.traced ?? witness.tracedBeside) !== undefined;
}

function switchOf(
  context: SwitchContext,
  { registrar, keepAlive, door }: Phones & { readonly door: Door },
  handlers: { current?: SwitchHandlers },
): Switch {
  const reports = new StopReports(context);
  const keeper = new TrunkKeeper(context);
  return {
    status: () => statusOf(context, { registrar, door }),
    servers: () => serversOf(context, registrar),
    drain: (names) => {
      for (const fleet of [context.signalling, context.media]) fleet.drain(names);
      keeper.moveOn();
    },
    listen: (given) => {
      handlers.current = given;
    },
    expectLeg: () => context.spares.expect(),
    originate: (request) => {
      const leg = new OutgoingLeg(context, request, registrar);
      void leg.run();
      return leg;
    },
    registrations: () => reachablePhones(context, registrar),
    trunks: () => keeper.states(),
    liveChannels: () => liveChannels(context.media),
    endStored: (identity) => endStored(identity, context),
    adopt: (request) => adopt(request, reports, context),
    checkRecording: (path, seconds) =>
      checkRecording(path, { seconds, arrivalMs: longestArrival(context), clock: context.clock }),
    close: ({ legs }) => {
      delete handlers.current; // Calls that come from now on are refused.
      keeper.close();
      keepAlive?.close();
      return close(context, registrar, legs);
    },
  };
}

/** That a side is not connected has its own word. */
function overloadOf({ signalling, media }: SwitchContext, door: Door): Pick<SwitchStatus, 'overload'> {
  const overload = door.overload();
  if (overload !== undefined && overload !== 'media') return { overload };
  const isShut = [signalling, media].some(({ state }) => state !== 'ready');
  const isClosed = overload === 'media' || signalling.choose() === undefined;
  return isClosed && !isShut ? { overload: 'servers' } : {};
}

function statusOf(
  context: SwitchContext,
  { registrar, door }: Pick<Phones, 'registrar'> & { readonly door: Door },
): SwitchStatus {
  const { signalling, media, legs } = context;
  const [signallingVersion, mediaVersion] = [signalling, media].map(
    ({ all }) => all.find(({ version }) => version !== undefined)?.version,
  );
  return {
    signalling: signalling.state,
    media: media.state,
    legs: legs.size,
    registrations: reachablePhones(context, registrar).length,
    ...present({ signallingVersion, mediaVersion }),
    ...overloadOf(context, door),
  };
}

/** Without those behind a server that is lost while others go on: nobody reaches them until they register anew. */
function reachablePhones(
  { signalling }: SwitchContext,
  registrar: Registrar | undefined,
): readonly Registered[] {
  const lost = signalling.state === 'ready' ? signalling.all.filter(({ state }) => state !== 'ready') : [];
  return (registrar?.registrations() ?? []).filter(
    ({ proxy, signallingNode }) => proxy === undefined || lost.every(({ node }) => node !== signallingNode),
  );
}

function serversOf(
  { signalling, media }: SwitchContext,
  registrar: Registrar | undefined,
): readonly SwitchServer[] {
  const homes = (registrar?.registrations() ?? []).map(({ signallingNode }) => signallingNode);
  return [
    ...signalling.servers().map((server) => ({
      ...server,
      side: 'signalling' as const,
      phones: homes.filter((node) => node === server.node).length,
    })),
    ...media.servers().map((server) => ({ ...server, side: 'media' as const })),
  ];
}

/** Of a stored recording nobody knows any more which server writes it. */
function longestArrival({ media }: SwitchContext): number {
  return Math.max(...media.all.map(({ files }) => files.arrivalMs));
}

/** Deadlines inside bound it. A leg that is left is not told of its end: another process may take it over. */
async function close(
  context: SwitchContext,
  registrar: Registrar | undefined,
  legs: 'end' | 'leave',
): Promise<void> {
  if (legs === 'end') {
    await Promise.all(context.legs.all().map((leg) => leg.hangup('normal')));
    for (const made of context.legs.all()) made.lose(); // While the others ended.
  }
  await context.spares.close();
  registrar?.close();
  for (const server of [...context.media.all, ...context.signalling.all]) server.close();
}
