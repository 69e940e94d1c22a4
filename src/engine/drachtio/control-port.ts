/**
 * The port that applications connect to: framing, authentication, and who is there. What a command means is decided by
 * its `commands` handler. A client that goes takes nothing with it: its calls stay (drachtio-server does the same).
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Fault } from '../../errors.js';
import { createDrachtioFrameReader, encodeDrachtioFrame } from '../../wire/drachtio-frame.js';
import { parseCommand, type Command } from './frames.js';
import { REFUSALS } from './replies.js';

export interface Client {
  /** Nothing is sent any more once it is `gone`. */
  readonly state: 'connected' | 'gone';
  /** Sends a frame with a message id of its own. */
  tell(frame: string): void;
  /** Answers the command with this id. */
  reply(id: string, answer: string): void;
}

/** What a client may send once it has shown the secret. */
export type AuthorisedCommand = Exclude<Command, { readonly kind: 'authenticate' | 'unknown' }>;

export interface ControlPortOptions {
  readonly address: string;
  readonly port: number;
  readonly secret: string;
  readonly uuid: () => string;
  /** Data of the reply to `authenticate`. */
  readonly greeting: () => string;
  readonly command: (client: Client, command: AuthorisedCommand) => void;
  readonly gone: (client: Client) => void;
}

export interface ControlPort {
  readonly port: number;
  readonly clientCount: number;
  close(): Promise<void>;
}

/** A client that reads this much too slowly is cut off rather than let memory grow. */
const MOST_UNREAD_BYTES = 32 << 20;

export async function openControlPort(options: ControlPortOptions): Promise<ControlPort> {
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(socket, options);
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Fault(
          'port-in-use',
          `Cannot open the drachtio control port ${options.address}:${options.port}.`,
          { cause },
        ),
      );
    });
    server.listen(options.port, options.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    get clientCount() {
      return connections.size;
    },
    async close() {
      for (const connection of connections) connection.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Connection implements Client {
  readonly #socket: Socket;
  readonly #options: ControlPortOptions;
  readonly #reader = createDrachtioFrameReader();
  #stage: 'greeting' | 'authorised' | 'gone' = 'greeting';

  constructor(socket: Socket, options: ControlPortOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
    // An error is always followed by 'close', which is where the connection ends.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#leave();
    });
  }

  get state(): Client['state'] {
    return this.#stage === 'gone' ? 'gone' : 'connected';
  }

  tell(frame: string): void {
    if (this.#stage === 'gone') return;
    this.#socket.write(encodeDrachtioFrame(`${this.#options.uuid()}|${frame}`));
    if (this.#socket.writableLength > MOST_UNREAD_BYTES) this.cut();
  }

  reply(id: string, answer: string): void {
    this.tell(`response|${id}|${answer}`);
  }

  cut(): void {
    this.#socket.destroy();
    this.#leave();
  }

  #leave(): void {
    if (this.#stage === 'gone') return;
    this.#stage = 'gone';
    this.#options.gone(this);
  }

  #read(chunk: Buffer): void {
    const read = this.#reader.push(chunk);
    for (const payload of read.frames) this.#take(parseCommand(payload));
    if ('fault' in read) this.cut();
  }

  #take(command: Command): void {
    if (this.#stage === 'gone') return;
    if (command.kind === 'authenticate') this.#authenticate(command.id, command.secret);
    else if (this.#stage === 'greeting') this.#refuse(command.id, REFUSALS.notAuthenticated);
    else if (command.kind === 'unknown') this.#refuse(command.id, REFUSALS.unknownMessageType);
    else this.#options.command(this, command);
  }

  #authenticate(id: string, secret: string): void {
    if (secret !== this.#options.secret) {
      this.#refuse(id, REFUSALS.incorrectSecret);
      return;
    }
    this.#stage = 'authorised';
    this.reply(id, `OK|${this.#options.greeting()}`);
  }

  #refuse(id: string, answer: string): void {
    this.reply(id, answer);
    this.#socket.end();
    this.#leave();
  }
}
