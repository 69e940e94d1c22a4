/** What `connectSwitch` takes: addresses of both servers, how files are shared, trunks, registrar, deadlines. */
import type { Registered } from '../app/ports/switch.js';
import type { LockOutTerms } from './phones/lock-out.js';
import type { Clock, Ids, Logger, Metrics } from '../app/ports/ports.js';
import type { Gateway, Trunk } from '../domain/routing/telephony.js';

export interface SwitchPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface SharedFiles {
  readonly mode: 'shared';
  /** A folder as the controller sees it, and the same folder as the media server sees it. Both absolute. */
  readonly controllerPath: string;
  readonly switchPath: string;
}

/** Needs mod_http_cache. The controller serves prompts and receives recordings; `path` is always the controller's. */
export interface HttpFiles {
  readonly mode: 'http';
  promptUrl(path: string): string;
  recordingUrl(path: string): string;
  /** How long after its end a recording may take to arrive. */
  readonly arrivalMs: number;
}

export type SwitchFiles = SharedFiles | HttpFiles;

export interface TrunkWithPassword {
  readonly trunk: Trunk;
  readonly password?: string;
  /** Sends P-Asserted-Identity (RFC 3325) beside From. */
  readonly identity?: 'from' | 'asserted';
}

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** Keeps registrations over a restart. */
export interface RegistrationKeeper {
  load(): Promise<readonly Registered[]>;
  save(registered: Registered): Promise<void>;
  remove(registered: Registered): Promise<void>;
}

export interface RegistrarOptions {
  readonly realm: string;
  /** HA1 in lower-case hex, undefined for an unknown user or algorithm. */
  readonly credentials: (
    user: string,
    realm: string,
    algorithm: DigestAlgorithm,
  ) => Promise<string | undefined>;
  /** Default 60 and 3600. */
  readonly minExpiresSeconds?: number;
  readonly maxExpiresSeconds?: number;
  /** Default 300. */
  readonly nonceSeconds?: number;
  readonly keeper?: RegistrationKeeper;
  /** How often phones behind NAT and on connections are asked whether they are there; default 25. */
  readonly keepAliveSeconds?: number;
  /** When wrong passwords lock a guesser out; default: 8 in 5 minutes, for 10 minutes. */
  readonly lockOut?: LockOutTerms;
}

export interface Deadlines {
  /** One command to either server. */
  readonly commandMs: number;
  /** From the INVITE to the media server until the endpoint can be used. */
  readonly endpointMs: number;
  /** BYE or CANCEL until the other side confirmed it. */
  readonly hangupMs: number;
  /** A REFER waits this long for an answer of the dialplan, then it is declined. */
  readonly transferMs: number;
  /** RECORD_STOP after the recording was stopped. */
  readonly recordStopMs: number;
}

export const DEFAULT_DEADLINES: Deadlines = {
  commandMs: 3000,
  endpointMs: 4000,
  hangupMs: 4000,
  transferMs: 5000,
  recordStopMs: 5000,
};

export type GatewayResolution =
  | {
      readonly kind: 'hops';
      readonly hops: readonly {
        readonly address: string;
        readonly port: number;
        readonly transport: string;
      }[];
    }
  | { readonly kind: 'unresolved'; readonly why: string };

export interface TrunkList {
  all(): readonly TrunkWithPassword[];
  /** After every change of the set. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Of ours, for logs, metrics and draining; default `host:port`. */
  readonly name?: string;
}

/** Where a media server connects back to. Port 0 takes any. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
  readonly advertisedAddress?: string;
  readonly advertisedPort?: number;
}

export interface MediaAddress extends ServerAddress {
  /** Name of the SIP profile; default `drachtio_mrf`. */
  readonly profile?: string;
  /** Where they differ from those of the switch. */
  readonly listen?: ListenAddress;
  readonly files?: SwitchFiles;
}

export interface SwitchOptions {
  /** One or several of each side. */
  readonly signalling: ServerAddress | readonly ServerAddress[];
  readonly media: MediaAddress | readonly MediaAddress[];
  readonly listen: ListenAddress;
  readonly files: SwitchFiles;
  trunk(name: string): TrunkWithPassword | undefined;
  /** Every trunk of the set in force: whose calls come in, and what is registered and probed. */
  readonly trunks?: TrunkList;
  /** Addresses of a gateway that is named; without it the signalling server gets the name. */
  readonly resolve?: (gateway: Gateway, spreadBy: string) => Promise<GatewayResolution>;
  /** Address for c= and o= towards a phone or carrier at this source address; undefined keeps the media server's. */
  mediaAddress?(remoteAddress: string): string | undefined;
  /** Without it REGISTER is answered 403. */
  readonly registrar?: RegistrarOptions;
  /** More than this many legs at once: new inbound calls get 503 with Retry-After. Default 1000. */
  readonly maxLegs?: number;
  readonly deadlines?: Partial<Deadlines>;
  /** Without it only `maxLegs` limits inbound calls. */
  readonly admission?: AdmissionOptions;
}

export function listed<T extends object>(given: T | readonly T[]): readonly T[] {
  return isList(given) ? given : [given];
}

/** Array.isArray does not narrow readonly arrays. */
function isList<T extends object>(given: T | readonly T[]): given is readonly T[] {
  return Array.isArray(given);
}

export interface AdmissionOptions {
  readonly callsPerSecond: number;
  readonly mostLagMs: number;
  /** 0 to 1; default 0: the media server's processor is not looked at. */
  readonly leastIdleCpu?: number;
  /** How late the event loop runs now. */
  eventLoopLagMs(): number;
}
