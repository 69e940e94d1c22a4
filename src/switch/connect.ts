/**
 * The Switch port on drachtio-server and FreeSWITCH, real or look-alike: the only entrance to this room. main.ts calls it
 * with addresses; it resolves at once, also while the servers are down, and keeps trying.
 */
import type { Logger } from '../app/ports/ports.js';
import type { Registered, Switch, SwitchHandlers, SwitchStatus } from '../app/ports/switch.js';
import { messageOf } from '../errors.js';
import { adopt, StopReports } from './adopt.js';
import type { SwitchContext } from './context.js';
import { endStored } from './end-stored.js';
import { filePaths } from './file-paths.js';
import { LegMeter } from './leg-meter.js';
import { LegRegistry } from './leg-registry.js';
import { listen } from './listen.js';
import { liveChannels } from './live-channels.js';
import { MediaLink } from './media-server.js';
import { DEFAULT_DEADLINES, type SwitchOptions, type SwitchPorts } from './options.js';
import { OutgoingLeg } from './outgoing-leg.js';
import { checkRecording } from './recording-file.js';
import { KeepAlive } from './keep-alive.js';
import { Registrar } from './registrar.js';
import { NOWHERE } from './session-text.js';
import { Signalling } from './signalling.js';
import { withoutSecrets } from '../domain/signalling/signalling.js';
import { Hops } from './hops.js';
import { Door } from './door.js';
import { CallIdBook, readTold } from './sip-tap.js';
import { TrunkKeeper } from './trunk-keeper.js';
import { SpareEndpoints } from './spare-endpoints.js';

type Side = 'signalling' | 'media';

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
  listen({ context, registrar, door, handlers: () => handlers.current });
  await registrar?.recall();
  const keepAlive = registrar && new KeepAlive(context, registrar, options.registrar.keepAliveSeconds);
  context.signalling.connect();
  context.media.connect();
  return switchOf(context, { registrar, keepAlive, door }, handlers);
}

/** The first connection of a side is `regained` too: stored calls wait for it. */
function announce(side: Side, handlers: { readonly current?: SwitchHandlers }, logger: Logger) {
  const tell = (kind: 'regained' | 'lost') => {
    try {
      handlers.current?.[kind](side);
    } catch (error) {
      logger.error({ side, kind, why: messageOf(error) }, 'switch handler failed');
    }
  };
  return { ready: () => tell('regained'), lost: () => tell('lost') };
}

function buildContext(
  options: SwitchOptions,
  ports: SwitchPorts,
  handlers: { readonly current?: SwitchHandlers },
): SwitchContext {
  const events = (side: Side) => announce(side, handlers, ports.logger);
  const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
  const legs = new LegRegistry();
  const tell = traceTeller(legs, ports, handlers);
  const lifePorts = { clock: ports.clock, logger: ports.logger, deadlines };
  const signalling = new Signalling(options.signalling, lifePorts, {
    ...events('signalling'),
    told: (frame) => tell(frame),
    lost: () => {
      for (const leg of legs.all()) leg.lose();
      events('signalling').lost();
    },
  });
  const media = new MediaLink(options, signalling, lifePorts, events('media'));
  const witness = () => handlers.current ?? {};
  const spares = new SpareEndpoints(() => media.createEndpoint(NOWHERE), ports.clock);
  return {
    ...ports,
    options,
    deadlines,
    signalling,
    media,
    spares,
    legs,
    meter: new LegMeter(media, { ...ports, witness }),
    files: filePaths(options.files),
    hops: new Hops(options.resolve),
    gateways: new Map(),
    witness,
  };
}

/** A message of a leg goes to the witness; what the witness throws is contained by the signalling connection. */
function traceTeller(
  legs: LegRegistry,
  { clock }: SwitchPorts,
  handlers: { readonly current?: SwitchHandlers },
): (frame: string) => void {
  const book = new CallIdBook((callId) => legs.withCallId(callId)?.id, clock);
  return (frame) => {
    const witness = handlers.current;
    const told = witness?.traced && readTold(frame);
    const legId = told && book.legOf(told.callId);
    if (legId === undefined || told === undefined) return;
    witness?.traced?.({ ...told.trace, legId, at: clock.now(), text: withoutSecrets(told.trace.text) });
  };
}

function switchOf(
  context: SwitchContext,
  { registrar, keepAlive, door }: Phones & { readonly door: Door },
  handlers: { current?: SwitchHandlers },
): Switch {
  const reports = new StopReports(context);
  const keeper = new TrunkKeeper(context);
  return {
    status: () => ({ ...statusOf(context, registrar), ...overloadOf(door) }),
    listen: (given) => {
      handlers.current = given;
    },
    expectLeg: () => context.spares.expect(),
    originate: (request) => {
      const leg = new OutgoingLeg(context, request, registrar);
      void leg.run();
      return leg;
    },
    registrations: (): readonly Registered[] => registrar?.registrations() ?? [],
    trunks: () => keeper.states(),
    liveChannels: () => liveChannels(context.media),
    endStored: (identity) => endStored(identity, context),
    adopt: (request) => adopt(request, reports, context),
    checkRecording: (path, seconds) =>
      checkRecording(path, { seconds, arrivalMs: context.files.arrivalMs, clock: context.clock }),
    close: ({ legs }) => {
      delete handlers.current; // Calls that come from now on are refused.
      keeper.close();
      keepAlive?.close();
      return close(context, registrar, legs);
    },
  };
}

/** That the media server is away has its own word. */
function overloadOf(door: Door): Pick<SwitchStatus, 'overload'> {
  const overload = door.overload();
  return overload === undefined || overload === 'media' ? {} : { overload };
}

function statusOf(
  { signalling, media, legs }: SwitchContext,
  registrar: Registrar | undefined,
): SwitchStatus {
  return {
    signalling: signalling.state,
    media: media.state,
    legs: legs.size,
    registrations: registrar?.registrations().length ?? 0,
    ...(signalling.version !== undefined && { signallingVersion: signalling.version }),
    ...(media.version !== undefined && { mediaVersion: media.version }),
  };
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
  context.media.close();
  context.signalling.close();
}
