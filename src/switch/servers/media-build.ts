/**
 * Builds a connection to FreeSWITCH: our own event socket first, which finds wrong passwords and missing profiles (the
 * library would hang or throw), then drachtio-fsmrf's MediaServer. When either ends both are discarded: the library's own
 * reconnect answers calls with other calls' replies.
 */
import { createServer, type Socket } from 'node:net';
import type { Clock, Logger } from '../../app/ports/ports.js';
import { Fault, messageOf } from '../../errors.js';
import { captureConnection } from './captured-connection.js';
import { openEventSocket, type ChannelWatchers, type EventSocket } from './event-socket.js';
import { guardSocket } from './guarded-socket.js';
import {
  MrfLibrary,
  type FsEndpoint,
  type FsMediaServer,
  type MrfOptions,
  type SrfDialog,
  type SrfForMrf,
  type UacOptions,
} from '../libraries.js';
import { settle, whyOf, type Outcome } from '../lifetime.js';
import type { Deadlines, ListenAddress, MediaAddress } from '../options.js';
import { NOWHERE } from '../messages/session-text.js';
import type { Signalling } from './signalling.js';

const DEFAULT_PROFILE = 'drachtio_mrf';

export interface BuiltMedia {
  /** Its INVITE leaves over this signalling server. */
  readonly createEndpoint: (via: Signalling, request: EndpointRequest, early?: Early) => Promise<FsEndpoint>;
  /** Its end is the end of all of it. */
  readonly eventSocket: EventSocket;
  readonly version: string | undefined;
  readonly end: () => void;
}

type EndpointRequest = Parameters<FsMediaServer['createEndpoint']>[0];

export interface MediaPlace {
  readonly address: MediaAddress;
  readonly listen: ListenAddress;
}

interface BuildPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlines: Deadlines;
  readonly watchers: ChannelWatchers;
}

/** Throws Fault `switch-unavailable` or `port-in-use` with one clear sentence. */
export async function buildMedia({ address, listen }: MediaPlace, ports: BuildPorts): Promise<BuiltMedia> {
  const profile = address.profile ?? DEFAULT_PROFILE;
  await requirePortFree(listen);
  const eventSocket = await openEventSocket(address, { ...ports, commandMs: ports.deadlines.commandMs });
  try {
    const version = await readVersion(eventSocket);
    await requireProfile(eventSocket, profile);
    const built = await connectLibrary(eventSocket, mrfOptions({ address, listen }, profile), ports);
    return { ...built, eventSocket, version };
  } catch (error) {
    eventSocket.close('not built');
    throw error;
  }
}

async function connectLibrary(
  eventSocket: EventSocket,
  mrf: MrfOptions,
  { clock, logger, deadlines }: BuildPorts,
): Promise<Pick<BuiltMedia, 'createEndpoint' | 'end'>> {
  const srf = new SrfOfTheLeg();
  const library = new MrfLibrary(srf);
  const captured = captureConnection(
    () => library.connect(mrf),
    (why) => eventSocket.close(why),
  );
  const connected = await settle(() => captured.mediaServer, {
    clock,
    deadlineMs: deadlines.commandMs,
    owner: eventSocket.life,
  });
  if (connected.kind !== 'value') {
    captured.end();
    throw new Fault(
      'switch-unavailable',
      `Media server ${mrf.address}:${mrf.port}: ${whyOf(connected, 'connect')}.`,
    );
  }
  const mediaServer = connected.value;
  const { server } = mediaServer._server;
  mediaServer.on('error', () => undefined);
  mediaServer.closing = true;
  // Channels connect back here; the library's own listener came first, so its parser is attached already.
  server.on('connection', (socket: Socket) =>
    guardSocket(socket, (error) =>
      logger.error({ why: messageOf(error) }, 'channel socket: fault in a handler'),
    ),
  );
  const end = () => {
    eventSocket.close('discarded');
    server.close();
    captured.end();
  };
  const createEndpoint: BuiltMedia['createEndpoint'] = (via, request, early) =>
    srf.during({ via, offer: request.remoteSdp, early }, () =>
      mediaServer.createEndpoint({ ...request, remoteSdp: NOWHERE }),
    );
  return { createEndpoint, end };
}

function mrfOptions({ address, listen }: MediaPlace, profile: string): MrfOptions {
  return {
    address: address.host,
    port: address.port,
    secret: address.secret,
    profile,
    listenAddress: listen.address,
    listenPort: listen.port,
    ...(listen.advertisedAddress !== undefined && { advertisedAddress: listen.advertisedAddress }),
    ...(listen.advertisedPort !== undefined && { advertisedPort: listen.advertisedPort }),
  };
}

/** The library listens without an error handler: a taken port would end the process. */
function requirePortFree(listen: ListenAddress): Promise<void> {
  if (listen.port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) =>
      reject(
        new Fault(
          'port-in-use',
          `switch.listen ${listen.address}:${listen.port} cannot be opened: ${messageOf(cause)}.`,
          { cause },
        ),
      ),
    );
    probe.listen(listen.port, listen.address, () => probe.close(() => resolve()));
  });
}

async function readVersion(eventSocket: EventSocket): Promise<string | undefined> {
  const answer = await eventSocket.api('version');
  return answer.kind === 'value' ? /Version (\S+)/.exec(answer.value)?.[1] : undefined;
}

/** The library throws inside its own callback when the row is missing. */
async function requireProfile(eventSocket: EventSocket, profile: string): Promise<void> {
  const answer = await eventSocket.api('sofia status');
  if (answer.kind !== 'value') throw new Fault('switch-unavailable', whyOf(answer, 'sofia status'));
  const rows = answer.value.split('\n').map((line) => line.trim().split(/\s+/));
  if (
    rows.some(
      ([name, kind, address]) => name === profile && kind === 'profile' && /@[\d.]+:\d+$/.test(address ?? ''),
    )
  )
    return;
  throw new Fault(
    'switch-unavailable',
    `The media server has no running SIP profile "${profile}" on IPv4; see config/freeswitch.`,
  );
}

/** Where the answer is told as soon as it comes, before the library gives the endpoint. */
export type Early = Pick<Outcome<string>, 'settle'>;

interface Errand {
  readonly via: Signalling;
  readonly offer: string;
  readonly early: Early | undefined;
}

/**
 * The library takes one Srf for good, but each endpoint belongs to the signalling server of its leg. It also refuses a
 * browser's offer in createEndpoint, because FreeSWITCH may connect back only when the keys are made and for that the
 * browser needs the answer first: so it never sees the offer, which goes into its INVITE here.
 */
class SrfOfTheLeg implements SrfForMrf {
  #errand: Errand | undefined;

  /** The library sends its INVITE before it first waits, so within `work`. */
  during<T>(errand: Errand, work: () => T): T {
    this.#errand = errand;
    try {
      return work();
    } finally {
      this.#errand = undefined;
    }
  }

  createUAC(uri: string, options: UacOptions): Promise<SrfDialog> {
    const errand = this.#errand;
    return new Promise((resolve, reject) => {
      if (errand === undefined) throw new Error('an INVITE to the media server that no leg asked for');
      const hooks = { cbRequest: () => undefined, cbProvisional: () => undefined };
      errand.via.srf.createUAC(uri, { ...options, localSdp: errand.offer }, hooks, (error, dialog) => {
        if (dialog) {
          errand.early?.settle(dialog.remote.sdp);
          resolve(withQuietDestroy(dialog));
        } else reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }
}

/** fsmrf destroys dialogs without looking at the promise; a rejection there would end the process. */
function withQuietDestroy(dialog: SrfDialog): SrfDialog {
  const destroy = dialog.destroy.bind(dialog);
  dialog.destroy = (options) => {
    const done = destroy(options);
    done.catch(() => undefined);
    return done;
  };
  return dialog;
}
