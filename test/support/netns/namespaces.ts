/**
 * Two networks that know only the machine between them, for a private media server and a public carrier: network namespaces,
 * each joined to this one by a pair of virtual interfaces. Needs root on Linux; nothing leaves the machine.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export const PRIVATE = { edge: '10.231.0.1', inside: '10.231.0.2' } as const;
/** TEST-NET-2 (RFC 5737). */
export const PUBLIC = { edge: '198.51.100.1', inside: '198.51.100.2' } as const;

export interface Network {
  /** A program in there, with what it shall find in its environment besides. */
  run(program: string, args: readonly string[], environment?: Readonly<Record<string, string>>): ChildProcess;
  wayTo(address: string): 'known' | 'unreachable';
  close(): Promise<void>;
}

/** Undefined: it may be done here. */
export function whyNoNamespaces(): string | undefined {
  const name = `dialtrace-try-${process.pid}`;
  const tried = spawnSync('ip', ['netns', 'add', name]);
  if (tried.error !== undefined) return 'there is no ip command';
  if (tried.status !== 0) return tried.stderr.toString().trim();
  spawnSync('ip', ['netns', 'delete', name]);
  return undefined;
}

/** `side`: its two addresses, a network of their own. Throws what `ip` says. */
export function openNetwork(
  label: string,
  side: { readonly edge: string; readonly inside: string },
  routes: readonly string[] = [],
): Network {
  opened += 1;
  const name = `dialtrace-${label}-${process.pid}-${opened}`;
  const [near, far] = [`dtn${process.pid}-${opened}`, `dtf${process.pid}-${opened}`];
  const children: ChildProcess[] = [];
  ip('netns', 'add', name);
  try {
    join(name, { near, far, side, routes });
  } catch (error) {
    ip('netns', 'delete', name);
    throw error;
  }
  return {
    run: (program, args, environment = {}) => {
      const child = spawn('ip', ['netns', 'exec', name, program, ...args], {
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
      children.push(child);
      return child;
    },
    wayTo: (address) =>
      spawnSync('ip', ['-n', name, 'route', 'get', address]).status === 0 ? 'known' : 'unreachable',
    close: async () => {
      for (const child of children) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      ip('link', 'delete', near);
      ip('netns', 'delete', name);
    },
  };
}

let opened = 0;

interface Joint {
  readonly near: string;
  readonly far: string;
  readonly side: { readonly edge: string; readonly inside: string };
  readonly routes: readonly string[];
}

function join(name: string, { near, far, side, routes }: Joint): void {
  const inside = (...args: readonly string[]) => ip('-n', name, ...args);
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
  ip('addr', 'add', `${side.edge}/30`, 'dev', near);
  ip('link', 'set', near, 'up');
  inside('addr', 'add', `${side.inside}/30`, 'dev', far);
  inside('link', 'set', 'lo', 'up');
  inside('link', 'set', far, 'up');
  for (const to of routes) inside('route', 'add', `${to}/32`, 'via', side.edge);
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args);
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.toString().trim()}`);
}

/** Forwards UDP ports of the edge's public address to the same ports of the private one, and back to who sent last. */
export async function openPortForwarding(first: number, last: number): Promise<{ close(): void }> {
  const sockets: Socket[] = [];
  for (let port = first; port <= last; port += 2) {
    const [outer, inner] = [await bound(PUBLIC.edge, port), await bound(PRIVATE.edge, 0)];
    let sender: { readonly address: string; readonly port: number } | undefined;
    outer.on('message', (packet, from) => {
      sender = from;
      inner.send(packet, port, PRIVATE.inside);
    });
    inner.on('message', (packet) => {
      if (sender) outer.send(packet, sender.port, sender.address);
    });
    sockets.push(outer, inner);
  }
  return {
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
