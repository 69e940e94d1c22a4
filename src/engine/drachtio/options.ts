/** What openDrachtio takes and gives. */
import type {
  SipAddress,
  SipClock,
  SipIds,
  SipProtocol,
  SipStats,
  SipTap,
  SipTimers,
  SipTls,
  TlsPeer,
} from '../../sip/api.js';

export interface DrachtioOptions {
  /** Where clients connect. */
  readonly adminAddress: string;
  /** 0: the system chooses. */
  readonly adminPort: number;
  /** Enforced on every connection, unlike drachtio-server 0.9.10. */
  readonly secret: string;
  readonly sip: readonly SipListener[];
  /** Needed when a listener has `tls` or `wss`. */
  readonly tls?: SipTls;
  readonly clock?: SipClock;
  readonly ids?: SipIds & { readonly uuid: () => string };
  readonly timers?: Partial<SipTimers>;
  /** Whether `cdr:*` frames are made (`<cdrs>true` of the real server). */
  readonly cdrs?: 'on' | 'off';
  /** Written into Via and Contact, and told to clients, instead of the bound address. */
  readonly externalIp?: string;
  /** Told to clients; must parse as `v<major>.<minor>.<patch>`. */
  readonly version?: string;
  readonly tap?: SipTap;
  /** Address of a host name in a Request-URI; default: the system's resolver (A and AAAA, no SRV). */
  readonly resolve?: (host: string) => Promise<string | undefined>;
}

export interface SipListener {
  readonly address: string;
  /** 0: the system chooses, one port for all protocols. */
  readonly port: number;
  readonly protocols: readonly SipProtocol[];
}

export interface DrachtioServer {
  readonly adminPort: number;
  /** Port of the first listener. */
  readonly sipPort: number;
  /** Peers with certificates of their own, instead of those before. */
  trust(peers: readonly TlsPeer[]): void;
  /** Every SIP socket, with the ports the system chose. */
  readonly listeners: readonly SipAddress[];
  stats(): DrachtioStats;
  close(): Promise<void>;
}

export interface DrachtioStats {
  readonly clients: number;
  /** Taken from authorised clients since the start. */
  readonly commands: number;
  /** Confirmed dialogs. */
  readonly dialogs: number;
  /** Requests from the network that wait for an answer of the application. */
  readonly pendingRequests: number;
  /** Requests of applications that wait for a final response. */
  readonly appTransactions: number;
  /** Proxied requests whose destinations have not all ended. */
  readonly proxies: number;
  readonly sip: SipStats;
}
