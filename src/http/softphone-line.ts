/** Where the browser softphone registers, as one page sees it. Pure. */
import type { FastifyRequest } from 'fastify';

export interface IceServer {
  readonly urls: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

export interface SoftphoneOptions {
  readonly realm: string;
  /** Set by the owner; it wins. */
  readonly webSocketUrl?: string;
  /** Of the embedded switch: the same host as the page. */
  readonly socket?: { readonly port: number; readonly secure: 'yes' | 'no' };
  readonly iceServers: readonly IceServer[];
}

export type SoftphoneLine =
  { readonly kind: 'open'; readonly url: string } | { readonly kind: 'closed'; readonly why: string };

type Asking = Pick<FastifyRequest, 'hostname' | 'protocol'>;

/** What the Host header says is the asker's own word; it becomes part of our headers only as a name or an address. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])$/i;

export function lineFor({ webSocketUrl, socket }: SoftphoneOptions, asking: Asking): SoftphoneLine {
  if (webSocketUrl !== undefined) return { kind: 'open', url: webSocketUrl };
  if (socket === undefined)
    return {
      kind: 'closed',
      why: 'no WebSocket for phones: set switch.sip.webSocket (embedded switch) or softphone.webSocketUrl',
    };
  if (asking.protocol === 'https' && socket.secure === 'no')
    return {
      kind: 'closed',
      why: 'this page came by https and the WebSocket of the switch is plain: set softphone.webSocketUrl to a wss:// address of the proxy',
    };
  if (!HOST.test(asking.hostname))
    return { kind: 'closed', why: 'the host of this page has no readable name' };
  return {
    kind: 'open',
    url: `${socket.secure === 'yes' ? 'wss' : 'ws'}://${asking.hostname}:${socket.port}`,
  };
}

/** For the content security policy; undefined when the page has no other server to speak with. */
export function originOf(line: SoftphoneLine): string | undefined {
  if (line.kind === 'closed') return undefined;
  const { protocol, host } = new URL(line.url);
  return `${protocol}//${host}`;
}
