/**
 * A look-alike of drachtio-server 0.9.10: SIP on one side, the control connection of drachtio-srf on the other. Started by
 * the engine's worker or alone; contract: test/contract/drachtio-replay.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { DEFAULT_TIMERS } from '../../sip/defaults.js';
import type { SipAddress, SipStack } from '../../sip/api.js';
import { openSipStack } from '../../sip/stack.js';
import { systemClock, systemIds } from '../../sip/system.js';
import { TlsPeers } from '../../sip/tls-peers.js';
import { headerOf, parseSipText } from '../../wire/sip-message.js';
import type { SipRequest } from '../../wire/sip-types.js';
import { formatSipUri, formatHostPort } from '../../wire/sip-uri.js';
import { sendInside } from './app-dialog-requests.js';
import { cancelInvite, sendOutside } from './app-requests.js';
import { takeResponse } from './app-responses.js';
import { createCdrWriter } from './cdr.js';
import { openControlPort, type AuthorisedCommand, type Client, type ControlPort } from './control-port.js';
import { stopSessionTimer } from './endings.js';
import { createDialogBook, type Engine } from './engine-state.js';
import type { SipCommand } from './frames.js';
import { takeAck, takeRequest } from './incoming-requests.js';
import type { DrachtioOptions, DrachtioServer } from './options.js';
import { proxyRequest } from './proxy.js';
import { invalidRequestUri, REFUSALS } from './replies.js';
import { createRegistrantLines } from './registrant-lines.js';
import { createRequestRoutes } from './request-routes.js';

const VERSION = 'v0.9.10-embedded';

/** Opens the SIP listeners, then the control port. Throws `port-in-use`. */
export async function openDrachtio(options: DrachtioOptions): Promise<DrachtioServer> {
  const tlsPeers = new TlsPeers();
  const { engine, start } = await openEngine(options, tlsPeers);
  let commands = 0;
  const control = await openControlPort({
    address: options.adminAddress,
    port: options.adminPort,
    secret: options.secret,
    uuid: engine.ids.uuid,
    greeting: () => greetingOf(engine, options),
    command: (client, command) => {
      commands += 1;
      take(engine, client, command);
    },
    gone: (client) => {
      engine.routes.removeAll(client);
    },
  }).catch(async (fault: unknown) => {
    await engine.stack.close();
    throw fault;
  });
  start();
  return { ...serverOf(engine, control, () => commands), trust: (peers) => tlsPeers.replace(peers) };
}

/** The handlers need the engine, and the engine the stack: requests wait for `start`. */
async function openEngine(
  options: DrachtioOptions,
  tlsPeers: TlsPeers,
): Promise<{ readonly engine: Engine; readonly start: () => void }> {
  let running: Engine | undefined;
  const stack = await openSipStack({
    bind: options.sip.flatMap(({ address, port, protocols }) =>
      protocols.map((protocol) => ({ protocol, host: address, port })),
    ),
    timers: { firstInviteResend: 2 * (options.timers?.t1 ?? DEFAULT_TIMERS.t1), ...options.timers },
    ...(options.tls && { tls: options.tls }),
    tlsPeers,
    ...(options.clock && { clock: options.clock }),
    ...(options.ids && { ids: options.ids }),
    ...(options.tap && { tap: options.tap }),
    ...(options.externalIp !== undefined && { advertisedHost: options.externalIp }),
    handlers: {
      request: (transaction, on) => {
        if (running) takeRequest(running, transaction, on);
        else transaction.forget();
      },
      ack: (ack) => {
        if (running) takeAck(running, ack);
      },
    },
  });
  const engine = makeEngine(stack, options);
  return {
    engine,
    start: () => {
      running = engine;
    },
  };
}

function makeEngine(stack: SipStack, options: DrachtioOptions): Engine {
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? { ...systemIds, uuid: randomUUID };
  const routes = createRequestRoutes();
  const hostPortOf = (local: SipAddress) => formatHostPort(options.externalIp ?? local.host, local.port);
  return {
    stack,
    clock,
    timers: { ...DEFAULT_TIMERS, ...options.timers },
    ids,
    routes,
    dialogs: createDialogBook(),
    registrants: createRegistrantLines(clock),
    pending: new Map(),
    outgoing: new Map(),
    proxies: new Set(),
    sessionTimers: new Set(),
    cdr: createCdrWriter(routes, clock, options.cdrs ?? 'off'),
    // As sofia-sip: half the seconds of the day and date.
    firstSeq: () => Math.trunc(clock.now() / 2000) % 2 ** 31,
    hostPortOf,
    resolve: options.resolve ?? resolveBySystem,
    contactOf: (local) => contactOf(local, options.externalIp ?? local.host),
  };
}

async function resolveBySystem(host: string): Promise<string | undefined> {
  return lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );
}

function contactOf(local: SipAddress, host: string): string {
  const parameters = local.protocol === 'udp' ? [] : [{ name: 'transport', value: local.protocol }];
  return `<${formatSipUri({ scheme: 'sip', host, port: local.port, parameters })}>`;
}

/** External host-ports, version, local host-ports; TCP before UDP. */
function greetingOf(engine: Engine, options: DrachtioOptions): string {
  const locals = engine.stack.locals.toSorted(
    (a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol),
  );
  const list = (hostPort: (local: SipAddress) => string) =>
    locals.map((local) => `${local.protocol}/${hostPort(local)}`).join(',');
  return [
    list(engine.hostPortOf),
    options.version ?? VERSION,
    list(({ host, port }) => formatHostPort(host, port)),
  ].join('|');
}

function serverOf(
  engine: Engine,
  control: ControlPort,
  commands: () => number,
): Omit<DrachtioServer, 'trust'> {
  return {
    adminPort: control.port,
    sipPort: engine.stack.locals[0]?.port ?? 0,
    listeners: engine.stack.locals,
    stats: () => ({
      clients: control.clientCount,
      commands: commands(),
      dialogs: engine.dialogs.size,
      pendingRequests: engine.pending.size,
      appTransactions: engine.outgoing.size,
      proxies: engine.proxies.size,
      sip: engine.stack.stats(),
    }),
    async close() {
      await control.close();
      for (const pending of engine.pending.values()) pending.stopTimer();
      for (const proxy of engine.proxies) proxy.stop();
      for (const dialog of engine.sessionTimers) stopSessionTimer(engine, dialog);
      engine.registrants.close();
      await engine.stack.close();
    },
  };
}

function take(engine: Engine, client: Client, command: AuthorisedCommand): void {
  switch (command.kind) {
    case 'ping':
      client.reply(command.id, 'OK|pong');
      return;
    case 'route':
      engine.routes.add(client, command.verb);
      client.reply(command.id, 'OK');
      return;
    case 'remove_route':
      engine.routes.removeAll(client);
      client.reply(command.id, 'OK');
      return;
    case 'proxy':
      proxyRequest(engine, client, command);
      return;
    case 'sip':
      takeSip(engine, client, command);
  }
}

function takeSip(engine: Engine, client: Client, command: SipCommand): void {
  const parsed = parseSipText(command.text);
  if (!parsed.ok) client.reply(command.id, unreadable(command));
  else if (parsed.message.kind === 'response') takeResponse(engine, client, command, parsed.message);
  else takeAppRequest(engine, client, command, parsed.message);
}

function unreadable(command: SipCommand): string {
  const startLine = command.text.split('\r\n')[0] ?? '';
  return startLine.startsWith('SIP/') ? REFUSALS.badMessage : invalidRequestUri(startLine);
}

/** A Call-ID of a known dialog makes it a request in that dialog: a BYE repeated with credentials is one. */
function takeAppRequest(engine: Engine, client: Client, command: SipCommand, request: SipRequest): void {
  const isInside =
    command.dialogId !== '' || engine.dialogs.byCallId(headerOf(request, 'Call-ID') ?? '') !== undefined;
  if (request.method === 'CANCEL') cancelInvite(engine, client, command, request);
  else if (isInside) sendInside(engine, client, command, request);
  else sendOutside(engine, client, command, request);
}
