/**
 * The JavaScript libraries of this room behind types of our own: drachtio-srf (its published types are partly wrong),
 * drachtio-fsmrf and modesl (none). Only what is used here is declared. Nothing else in src/ may import them.
 */
import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';

const require = createRequire(import.meta.url);

export type SipHeaders = Record<string, string>;

export interface SipText {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  get(header: string): string | undefined;
  has(header: string): boolean;
}

export interface SrfRequest extends SipText, EventEmitter {
  readonly method: string;
  readonly uri: string;
  readonly callingNumber: string;
  readonly callingName: string;
  readonly calledNumber: string;
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  readonly receivedOn?: string;
  readonly stackTxnId: string;
  /** `application`: not a packet, the signalling server made it. */
  readonly source: 'network' | 'application';
  cancel(options: { headers?: SipHeaders }, callback: (error: unknown, cancel?: SrfRequest) => void): void;
}

export interface SrfResponse extends SipText {
  readonly status: number;
  readonly reason: string;
  readonly finalResponseSent: boolean;
  readonly source_address: string;
  readonly source_port: number;
  readonly req: SrfRequest;
  send(
    status: number,
    options?: { headers?: SipHeaders; body?: string },
    callback?: (error: unknown) => void,
  ): void;
}

export interface SrfDialog extends EventEmitter {
  readonly id: string;
  readonly sip: { readonly callId: string; readonly localTag: string; readonly remoteTag: string };
  readonly local: { sdp: string; readonly contact: string };
  readonly remote: { sdp: string };
  readonly connected: boolean;
  auth?: { username: string; password: string };
  destroy(options?: { headers?: SipHeaders }): Promise<unknown>;
  modify(sdp: string): Promise<string>;
  request(options: { method: string; headers?: SipHeaders; body?: string }): Promise<SrfResponse>;
}

export interface UacOptions {
  headers: SipHeaders;
  localSdp?: string;
  proxy?: string;
  noAck?: true;
}

export interface UacHooks {
  cbRequest(error: unknown, request?: SrfRequest): void;
  cbProvisional(response: SrfResponse): void;
}

export type DialogCallback = (error: unknown, dialog?: SrfDialog) => void;

/** A 200 with an offer, to an INVITE that had none; `noAck` asks for it. */
export interface OfferedDialog {
  readonly sdp: string;
  /** ACK with the answer. */
  ack(answer: string): Promise<SrfDialog>;
  /** ACK and BYE. */
  destroy(): Promise<void>;
}

export interface AgentRequest {
  method: string;
  uri?: string;
  proxy?: string;
  headers: SipHeaders;
  body?: string;
  stackDialogId?: string;
  stackTxnId?: string;
}

export interface SrfClient {
  readonly wp: EventEmitter & {
    reconnectVars: { retryDelay: number; retryTimer?: NodeJS.Timeout | null };
    send(socket: Socket, text: string): void;
  };
  request(options: AgentRequest, callback: (error: unknown, request?: SrfRequest) => void): void;
  route(verb: string): void;
}

type Handler = (request: SrfRequest, response: SrfResponse) => void;

export interface Srf extends EventEmitter {
  readonly app: { readonly client: SrfClient };
  readonly _dialogs: Map<string, SrfDialog>;
  connect(options: {
    host: string;
    port: number;
    secret: string;
    reconnect: { retryMaxDelay: number };
  }): void;
  disconnect(): void;
  use(method: string, handler: Handler): void;
  createUAC(
    uri: string,
    options: UacOptions & { noAck: true },
    hooks: UacHooks,
    /** A plain dialog, acknowledged already, when the 200 has no session. */
    callback: (error: unknown, offered?: OfferedDialog | SrfDialog) => void,
  ): void;
  createUAC(uri: string, options: UacOptions, hooks: UacHooks, callback: DialogCallback): void;
  createUAS(
    request: SrfRequest,
    response: SrfResponse,
    options: { localSdp: string; headers?: SipHeaders },
    callback: DialogCallback,
  ): void;
  removeDialog(dialog: SrfDialog): void;
  /** Replaces `on` for these names: the route is sent to the server. */
  on(event: 'cdr:stop', listener: (source: string, time: string, reason: string, bye: SipText) => void): this;
  on(event: string, listener: (...values: never[]) => void): this;
}

export interface EslEvent {
  getHeader(name: string): string | null;
  getBody(): string;
}

/** An event-socket connection of either library; `on` takes `esl::event::NAME::uuid` with `*` as wildcard. */
export interface EslConnection {
  readonly socket: Socket | null;
  reqEvents: string[];
  on(event: string, listener: (value: EslEvent) => void): void;
  removeAllListeners(event: string): void;
  api(command: string, callback: (event: EslEvent) => void): void;
  subscribe(events: readonly string[], callback?: () => void): void;
  disconnect(): void;
}

export interface FsEndpoint extends EventEmitter {
  readonly uuid: string;
  readonly local: { readonly sdp: string };
  /** What the other side of the channel said first. */
  readonly remote: { readonly sdp?: string | null };
  readonly dialog: SrfDialog;
  execute(application: string, argument: string): Promise<EslEvent>;
  api(command: string, argument: string): Promise<EslEvent>;
}

export interface FsMediaServer extends EventEmitter {
  readonly _server: { readonly server: Server };
  /** True keeps it from writing about a lost connection to the console. */
  closing?: boolean;
  createEndpoint(options: { remoteSdp: string; headers: SipHeaders }): Promise<FsEndpoint>;
}

export interface MrfOptions {
  address: string;
  port: number;
  secret: string;
  profile: string;
  listenAddress: string;
  listenPort: number;
  advertisedAddress?: string;
  advertisedPort?: number;
}

export interface Mrf {
  connect(options: MrfOptions): Promise<FsMediaServer>;
}

/** What fsmrf uses of an Srf instance. */
export interface SrfForMrf {
  createUAC(uri: string, options: UacOptions): Promise<SrfDialog>;
}

interface EslModule {
  Connection: new (host: string, port: number, secret: string, ready?: () => void) => EslConnection;
}

export const SrfLibrary = require('drachtio-srf') as new () => Srf;
export const MrfLibrary = require('drachtio-fsmrf') as new (srf: SrfForMrf) => Mrf;
export const modesl = require('modesl') as EslModule;
/** The event-socket module that drachtio-fsmrf itself loads. */
export const mrfEsl = createRequire(require.resolve('drachtio-fsmrf'))('drachtio-modesl') as EslModule;
