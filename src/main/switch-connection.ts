/** The switch by its settings: embedded or external, it is dialled the same way. */
import type { Registered, Switch } from '../app/ports/switch.js';
import { present } from '../domain/values/present.js';
import { Fault } from '../errors.js';
import { createFileLinks, type FileLinks } from '../http/file-links.js';
import type { Settings } from '../settings/schema.js';
import { connectSwitch } from '../switch/connect.js';
import { CachedDns } from '../resolve/cached-dns.js';
import { nodeDns } from '../resolve/node-dns.js';
import { resolveGateway } from '../resolve/resolve-gateway.js';
import type { MediaAddress, RegistrarOptions, ServerAddress, SwitchFiles } from '../switch/options.js';
import { openHepSender, type HepSender } from './adapters/hep-sender.js';
import { openLagMeter } from './adapters/event-loop-lag.js';
import { startEmbeddedSwitch, type EmbeddedSwitch } from './embedded-switch.js';
import type { Services } from './services.js';
import type { TrunkBook } from './trunk-book.js';

/** An hour of talk is 115 MB. */
const RECORDING_ARRIVAL_MS = 15_000;

export interface SwitchConnection {
  readonly switch: Switch;
  readonly embedded: EmbeddedSwitch | undefined;
  readonly fileLinks: FileLinks | undefined;
}

async function secretOf({ secrets }: Services, reference: string): Promise<string> {
  const secret = await secrets.get(reference);
  if (secret === undefined) throw new Fault('settings-invalid', `the secret ${reference} is not set`);
  return secret;
}

interface Servers {
  readonly signalling: readonly ServerAddress[];
  readonly media: readonly ReachedMedia[];
}

interface ReachedMedia extends MediaAddress {
  /** How files cross to it, when not like to the others. */
  readonly crossing?: Settings['switch']['files'] | undefined;
}

/** With the secret that its reference leads to. */
async function reached<S extends { readonly secret: string }>(server: S, services: Services): Promise<S> {
  return { ...server, secret: await secretOf(services, server.secret) };
}

async function externalServers(
  { signalling: oneSignalling, media: oneMedia, servers = {} }: Settings['switch'],
  services: Services,
): Promise<Servers> {
  const signalling = servers.signalling ?? (oneSignalling && [oneSignalling]);
  const media = servers.media ?? (oneMedia && [oneMedia]);
  if (signalling === undefined || media === undefined)
    throw new Fault(
      'settings-invalid',
      'switch.kind is external: switch.signalling and switch.media, or lists of them in switch.servers, must say where ' +
        'the servers are',
    );
  return {
    signalling: await Promise.all(signalling.map((server) => reached(server, services))),
    media: await Promise.all(media.map(async (server) => mediaOf(await reached(server, services)))),
  };
}

type WrittenMedia = NonNullable<Settings['switch']['media']> & {
  readonly listen?: Settings['switch']['listen'] | undefined;
  readonly files?: Settings['switch']['files'] | undefined;
};

function mediaOf({ listen, files: crossing, ...address }: WrittenMedia): ReachedMedia {
  return { ...address, crossing, ...present({ listen: listen && listenOf(listen) }) };
}

function refuseHttpWhenEmbedded({ files, kind }: Settings['switch']): void {
  if (files.mode === 'http' && kind === 'embedded')
    throw new Fault(
      'settings-invalid',
      'switch.files.mode http is for media servers on other hosts: the embedded switch shares our files',
    );
}

/** The key is a secret that outlives this process and that only we and the media servers know. */
function linksTo(files: Settings['switch']['files'], [first]: Servers['media']): FileLinks | undefined {
  return files.mode === 'http' && first !== undefined
    ? createFileLinks(files.baseUrl, first.secret)
    : undefined;
}

function filesOf(files: Settings['switch']['files'], media: Servers['media']): SwitchFiles {
  const links = linksTo(files, media);
  if (links !== undefined)
    return {
      mode: 'http',
      promptUrl: (path) => links.url('prompts', path),
      recordingUrl: (path) => links.url('recordings', path),
      arrivalMs: RECORDING_ARRIVAL_MS,
    };
  const { controllerPath = '/', switchPath = controllerPath } = files.mode === 'shared' ? files : {};
  return { mode: 'shared', controllerPath, switchPath };
}

function listenOf({ address, port, advertisedAddress, advertisedPort }: Settings['switch']['listen']) {
  return { address, port, ...present({ advertisedAddress, advertisedPort }) };
}

/** Connections of phones end with the embedded switch: what registered over one has to come back by itself. */
function registrarOf({ switch: { realm, kind } }: Settings, { store, clock }: Services): RegistrarOptions {
  const survives = ({ transport }: Registered) => kind === 'external' || transport === 'udp';
  return {
    realm,
    credentials: (user, ofRealm, algorithm) => store.credentials.ha1(user, ofRealm, algorithm),
    keeper: {
      load: async () => (await store.registrations.live(clock.now())).filter(survives),
      save: (registered) => store.registrations.save(registered),
      remove: (registered) => store.registrations.remove(registered),
    },
  };
}

async function serversOf(
  settings: Settings['switch'],
  embedded: EmbeddedSwitch | undefined,
  services: Services,
): Promise<Servers> {
  if (embedded === undefined) return externalServers(settings, services);
  return { signalling: [embedded.signalling], media: [embedded.media] };
}

/** Links of any of them are known by the same key. */
function givenLinks({ files }: Settings['switch'], media: Servers['media']): FileLinks | undefined {
  const crossings = [files, ...media.flatMap(({ crossing }) => crossing ?? [])];
  return crossings.map((crossing) => linksTo(crossing, media)).find((links) => links !== undefined);
}

async function hepOf({ signalling: { hep } }: Settings, services: Services): Promise<HepSender | undefined> {
  if (hep === undefined) return undefined;
  const { password: reference, ...rest } = hep;
  const password = reference === undefined ? undefined : await secretOf(services, reference);
  return openHepSender({ ...rest, ...present({ password }) }, services);
}

/** What the application is told of messages goes to Homer too. */
function listenWith(connected: Switch, hep: HepSender | undefined): Switch['listen'] {
  if (hep === undefined) return (handlers) => connected.listen(handlers);
  return (handlers) =>
    connected.listen({
      ...handlers,
      traced: (message) => {
        handlers.traced?.(message);
        hep.send(message, 'call');
      },
      tracedBeside: (message) => hep.send(message, 'beside'),
    });
}

/** The embedded switch outlives no reload: each set brings the certificates of its trunks. */
function followCertificates(embedded: EmbeddedSwitch, trunks: TrunkBook): void {
  const tell = () => embedded.trust(trunks.tlsPeers());
  tell();
  trunks.onChange(tell);
}

/** Connects in the background: the result says `connecting` until both servers answer. */
export async function openSwitch(
  settings: Settings,
  services: Services,
  trunks: TrunkBook,
): Promise<SwitchConnection> {
  refuseHttpWhenEmbedded(settings.switch);
  const embedded =
    settings.switch.kind === 'embedded' ? await startEmbeddedSwitch(settings.switch) : undefined;
  if (embedded !== undefined) followCertificates(embedded, trunks);
  const { signalling, media } = await serversOf(settings.switch, embedded, services);
  const { files, listen } = settings.switch;
  const lag = openLagMeter();
  const hep = await hepOf(settings, services);
  const dns = new CachedDns(nodeDns(), { now: () => services.clock.now() });
  const connected = await connectSwitch(
    {
      signalling,
      media: media.map(({ crossing, ...address }) => ({
        ...address,
        ...present({ files: crossing && filesOf(crossing, media) }),
      })),
      listen: listenOf(listen),
      files: filesOf(files, media),
      trunk: (name) => trunks.find(name),
      trunks,
      resolve: (gateway, spreadBy) => resolveGateway(dns, gateway, spreadBy),
      registrar: registrarOf(settings, services),
      maxLegs: settings.calls.maximum * 3,
      admission: {
        callsPerSecond: settings.calls.perSecond,
        mostLagMs: settings.calls.mostLag * 1000,
        leastIdleCpu: settings.calls.leastIdleCpu / 100,
        eventLoopLagMs: () => lag.lagMs(),
      },
    },
    services,
  );
  const close: Switch['close'] = async (terms) => {
    lag.close();
    hep?.close();
    await connected.close(terms);
  };
  const fileLinks = givenLinks(settings.switch, media);
  return { switch: { ...connected, listen: listenWith(connected, hep), close }, embedded, fileLinks };
}
