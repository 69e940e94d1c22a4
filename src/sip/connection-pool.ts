/** Open connections of a stream transport by the address of the peer. Owned by tcp-transport.ts. */
import type { Socket } from 'node:net';

/** Who opened it. */
export type Origin = 'ours' | 'theirs';

export class ConnectionPool {
  readonly #open = new Map<string, { readonly socket: Socket; readonly origin: Origin }>();
  /** Open, but not for new requests: made by terms that have changed. */
  readonly #retired = new Set<Socket>();

  get size(): number {
    return this.#open.size + this.#retired.size;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** One that failed is known until its `close`, which comes after its `error`. */
  usable(key: string): Socket | undefined {
    const socket = this.#open.get(key)?.socket;
    return socket?.destroyed === false ? socket : undefined;
  }

  add(key: string, socket: Socket, origin: Origin): void {
    this.#open.set(key, { socket, origin });
    socket.on('close', () => {
      if (this.#open.get(key)?.socket === socket) this.#open.delete(key);
      this.#retired.delete(socket);
    });
  }

  retireOurs(): void {
    for (const [key, { socket, origin }] of this.#open) {
      if (origin === 'theirs') continue;
      this.#retired.add(socket);
      this.#open.delete(key);
    }
  }

  destroy(): void {
    for (const { socket } of this.#open.values()) socket.destroy();
    for (const socket of this.#retired) socket.destroy();
  }
}
