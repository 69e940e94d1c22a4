/** The switch by its settings: embedded or external, it is dialled the same way. */
import type { Registered, Switch } from '../app/ports/switch.js';
import { Fault } from '../errors.js';
import { createFileLinks, type FileLinks } from '../http/file-links.js';
import type { Settings } from '../settings/schema.js';
import { connectSwitch } from '../switch/connect.js';
import { CachedDns } from '../resolve/cached-dns.js';
import { nodeDns } from '../resolve/node-dns.js';
import { resolveGateway } from '../resolve/resolve-gateway.js';
import type { RegistrarOptions, SwitchFiles } from '../switch/options.js';
import { openLagMeter } from './adapters/event-loop-lag.js';
import { startEmbeddedSwitch, type EmbeddedSwitch, type SwitchAddresses } from './embedded-switch.js';
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
  if (secret === undefined)
    throw new Fault('settings-invalid', `the secret ${reference} of the switch is not set`);
  return secret;
}

async function externalAddresses(
  { signalling, media }: Settings['switch'],
  services: Services,
): Promise<SwitchAddresses> {
  if (signalling === undefined || media === undefined)
    throw new Fault(
      'settings-invalid',
      'switch.kind is external: switch.signalling and switch.media must say where the servers are',
    );
  return {
    signalling: { ...signalling, secret: await secretOf(services, signalling.secret) },
    media: { ...media, secret: await secretOf(services, media.secret) },
  };
}

/** The key is a secret that outlives this process and that only we and the media server know. */
function linksOf({ files, kind }: Settings['switch'], { media }: SwitchAddresses): FileLinks | undefined {
  if (files.mode === 'http' && kind === 'embedded')
    throw new Fault(
      'settings-invalid',
      'switch.files.mode http is for media servers on other hosts: the embedded switch shares our files',
    );
  return files.mode === 'http' ? createFileLinks(files.baseUrl, media.secret) : undefined;
}

function filesOf({ files }: Settings['switch'], links: FileLinks | undefined): SwitchFiles {
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

function listenOf({ listen }: Settings['switch']) {
  const { address, port, advertisedAddress, advertisedPort } = listen;
  return {
    address,
    port,
    ...(advertisedAddress === undefined ? {} : { advertisedAddress }),
    ...(advertisedPort === undefined ? {} : { advertisedPort }),
  };
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

/** Connects in the background: the result says `connecting` until both servers answer. */
export async function openSwitch(
  settings: Settings,
  services: Services,
  trunks: TrunkBook,
): Promise<SwitchConnection> {
  const embedded =
    settings.switch.kind === 'embedded' ? await startEmbeddedSwitch(settings.switch) : undefined;
  const addresses = embedded ?? (await externalAddresses(settings.switch, services));
  const fileLinks = linksOf(settings.switch, addresses);
  const lag = openLagMeter();
  const dns = new CachedDns(nodeDns(), { now: () => services.clock.now() });
  const connected = await connectSwitch(
    {
      signalling: addresses.signalling,
      media: addresses.media,
      listen: listenOf(settings.switch),
      files: filesOf(settings.switch, fileLinks),
      trunk: (name) => trunks.find(name),
      trunks,
      resolve: (gateway, spreadBy) => resolveGateway(dns, gateway, spreadBy),
      registrar: registrarOf(settings, services),
      maxLegs: settings.calls.maximum * 3,
      admission: {
        callsPerSecond: settings.calls.perSecond,
        mostLagMs: settings.calls.mostLag * 1000,
        eventLoopLagMs: () => lag.lagMs(),
      },
    },
    services,
  );
  const close: Switch['close'] = async (terms) => {
    lag.close();
    await connected.close(terms);
  };
  return { switch: { ...connected, close }, embedded, fileLinks };
}
