/** A bare event-socket client, as an admin's script or `fs_cli -x` has one. */
import { createConnection, type Socket } from 'node:net';
import { EslFrameReader, type EslFrame } from '../../../src/wire/esl-frame.js';

export class RawEsl {
  readonly frames: EslFrame[] = [];
  closed = false;
  readonly #socket: Socket;
  readonly #reader = new EslFrameReader();
  #changed: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => {
      this.frames.push(...this.#reader.read(chunk));
      this.#changed();
    });
    this.#socket.on('close', () => {
      this.closed = true;
      this.#changed();
    });
    this.#socket.on('error', () => this.#socket.destroy());
  }

  static async authorised(port: number, password: string): Promise<RawEsl> {
    const client = new RawEsl(port);
    await client.next(({ headers }) => headers['Content-Type'] === 'auth/request');
    await client.command(`auth ${password}`);
    return client;
  }

  /** Sends a command and returns the frame that answers it. */
  async command(text: string): Promise<EslFrame> {
    const from = this.frames.length;
    this.#socket.write(`${text}\n\n`);
    return this.next(
      ({ headers }) => /^(?:command\/reply|api\/response)$/.test(headers['Content-Type'] ?? ''),
      from,
    );
  }

  /** Body of an api command. */
  async api(text: string): Promise<string> {
    return (await this.command(`api ${text}`)).body;
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  async next(matches: (frame: EslFrame) => boolean, from = 0): Promise<EslFrame> {
    const deadline = Date.now() + 5000;
    for (;;) {
      const found = this.frames.slice(from).find(matches);
      if (found !== undefined) return found;
      if (Date.now() > deadline || this.closed)
        throw new Error(`the frame did not come; last: ${JSON.stringify(this.frames.at(-1))}`);
      await this.#change();
    }
  }

  /** A JSON event by name. */
  async event(name: string): Promise<Record<string, string>> {
    const frame = await this.next(({ body }) => body.startsWith(`{"Event-Name":"${name}"`));
    return JSON.parse(frame.body) as Record<string, string>;
  }

  /** Reads no more, as a client that hangs. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 100);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
