/** A client of the drachtio control port that speaks frames, not drachtio-srf. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createDrachtioFrameReader, encodeDrachtioFrame } from '../../../src/wire/drachtio-frame.js';

export interface ControlClient {
  /** Sends a command and returns the reply to it, without its ids. */
  command(leader: string, text?: string): Promise<string>;
  /** The next frame of its own accord whose text begins so, without its message id. */
  frame(prefix: string): Promise<string>;
  readonly closed: Promise<void>;
  end(): void;
}

export async function connectControl(port: number): Promise<ControlClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const frames: string[] = [];
  const waiting = new Set<() => void>();
  const reader = createDrachtioFrameReader();
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    frames.push(...reader.push(chunk).frames.map((frame) => frame.slice(frame.indexOf('|') + 1)));
    for (const wake of waiting) wake();
  });

  async function frame(prefix: string): Promise<string> {
    for (;;) {
      const at = frames.findIndex((each) => each.startsWith(prefix));
      if (at >= 0) return frames.splice(at, 1)[0]!;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
      waiting.clear();
    }
  }

  return {
    frame,
    async command(leader, text) {
      const id = randomUUID();
      socket.write(
        encodeDrachtioFrame(text === undefined ? `${id}|${leader}` : `${id}|${leader}\r\n${text}`),
      );
      const prefix = `response|${id}|`;
      return (await frame(prefix)).slice(prefix.length);
    },
    closed: new Promise((resolve) => {
      socket.on('close', () => {
        resolve();
      });
    }),
    end() {
      socket.end();
    },
  };
}
