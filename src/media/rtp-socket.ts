/**
 * The UDP sockets of a port, and where their numbers come from: the even ones of a range, or of the system's choice; the odd
 * one above is RTCP's (RFC 3550 §11), bound only in a room that reports. Owned by open-media.ts.
 */
import { createSocket, type Socket } from 'node:dgram';
import { Fault } from '../errors.js';
import type { RtpAddress } from './far-end.js';

const SYSTEM_ATTEMPTS = 16;

export interface PacketWire {
  /** Synchronous: the packet's bytes may be changed as soon as it returns. */
  send(packet: Buffer, target: RtpAddress): 'sent' | 'dropped';
  onPacket(action: (packet: Buffer, from: RtpAddress) => void): void;
}

export interface RtpSocket extends PacketWire {
  readonly port: number;
  /** RTCP's, when it has one of its own. */
  readonly control: PacketWire | undefined;
  close(): Promise<void>;
}

/** Whether the odd ports are bound, too. */
export type PortUse = 'rtp' | 'rtp-and-rtcp';

/** Where a socket is to be bound by somebody who knows how. */
export interface RtpPlace {
  readonly address: string;
  /** Undefined: the system chooses. */
  readonly port: number | undefined;
  /** Told when it is closed. */
  readonly released: () => void;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Gives out the even ports of a range round robin, so that a port just freed rests before it is used again. */
export class RtpSockets {
  readonly #address: string;
  readonly #range: PortRange | undefined;
  readonly #use: PortUse;
  readonly #inUse = new Set<number>();
  #cursor = 0;

  constructor(address: string, range: PortRange | undefined, use: PortUse) {
    this.#address = address;
    this.#use = use;
    this.#range = range && { first: range.first + (range.first % 2), last: range.last - (range.last % 2) };
  }

  /** Throws `port-in-use` when no port is left. */
  async open(): Promise<RtpSocket> {
    const sockets = this.#range ? await this.#openInRange(this.#range) : await this.#openAnywhere();
    const port = sockets.rtp.address().port;
    return toRtpSocket(sockets, port, () => {
      this.#inUse.delete(port);
    });
  }

  /** Of the same numbers one whose socket another library binds. Throws what it throws, `port-in-use` when none is left. */
  async openBy<T>(open: (place: RtpPlace) => Promise<T>): Promise<T> {
    const address = this.#address;
    if (this.#range === undefined) return open({ address, port: undefined, released: () => undefined });
    return this.#inRange(this.#range, (port) =>
      open({ address, port, released: () => this.#inUse.delete(port) }).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'port-in-use') return undefined;
        this.#inUse.delete(port);
        throw error;
      }),
    );
  }

  #openInRange(range: PortRange): Promise<Sockets> {
    return this.#inRange(range, async (port) => {
      const rtp = await bind(this.#address, port);
      return rtp && this.#withControl(rtp);
    });
  }

  /** `undefined` when the odd port is taken: then the even one is of no use either. */
  async #withControl(rtp: Socket): Promise<Sockets | undefined> {
    if (this.#use === 'rtp') return { rtp, rtcp: undefined };
    const port = rtp.address().port + 1;
    const rtcp = await bind(this.#address, port);
    if (rtcp === undefined) rtp.close();
    return rtcp && { rtp, rtcp };
  }

  /** `open` answers undefined when the port is taken. */
  async #inRange<T>(range: PortRange, open: (port: number) => Promise<T | undefined>): Promise<T> {
    const count = (range.last - range.first) / 2 + 1;
    for (let attempt = 0; attempt < count; attempt += 1) {
      const port = range.first + 2 * (this.#cursor++ % count);
      if (this.#inUse.has(port)) continue;
      this.#inUse.add(port); // Before the await: two ports opened at once must not try the same number.
      const opened = await open(port);
      if (opened !== undefined) return opened;
      this.#inUse.delete(port);
    }
    throw new Fault('port-in-use', `No free RTP port in ${range.first}–${range.last} on ${this.#address}`);
  }

  async #openAnywhere(): Promise<Sockets> {
    for (let attempt = 0; attempt < SYSTEM_ATTEMPTS; attempt += 1) {
      const socket = await bind(this.#address, 0);
      const isEven = socket !== undefined && socket.address().port % 2 === 0;
      const sockets = isEven ? await this.#withControl(socket) : undefined;
      if (sockets) return sockets;
      if (!isEven) socket?.close();
    }
    throw new Fault('port-in-use', `The system gave no even UDP port on ${this.#address}`);
  }
}

/** `undefined`: the port is taken. Any other failure (no such address) is a fault of the settings. */
function bind(address: string, port: number): Promise<Socket | undefined> {
  const isV6 = address.includes(':');
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    // Addresses are literals. Without this each send would go through dns.lookup and a later turn of the loop.
    lookup: (host, _options, found) => {
      found(null, host, isV6 ? 6 : 4);
    },
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(new Fault('settings-invalid', `Cannot bind RTP to ${address}:${port}`, { cause: error }));
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

interface Sockets {
  readonly rtp: Socket;
  readonly rtcp: Socket | undefined;
}

function toRtpSocket({ rtp, rtcp }: Sockets, port: number, released: () => void): RtpSocket {
  return {
    port,
    ...wireOf(rtp),
    control: rtcp && wireOf(rtcp),
    async close() {
      await Promise.all([closed(rtp), ...(rtcp ? [closed(rtcp)] : [])]);
      released();
    },
  };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}

function wireOf(socket: Socket): PacketWire {
  socket.on('error', () => undefined); // Such as EPERM of a firewall: like any lost packet, RTP does not ask.
  return {
    send(packet, target) {
      // A packet still queued in the process holds the reused buffer: this frame is left out rather than torn.
      if (socket.getSendQueueCount() > 0) return 'dropped';
      socket.send(packet, target.port, target.address);
      return 'sent';
    },
    onPacket(action) {
      socket.on('message', action);
    },
  };
}
