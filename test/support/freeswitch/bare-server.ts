/** The FreeSWITCH half with an admin, a caller, and a controller that only takes connections: what happens is up to the test. */
import { createServer, type Socket } from 'node:net';
import { expect, vi } from 'vitest';
import type { FreeSwitchServer, FreeSwitchOptions } from '../../../src/engine/freeswitch/options.js';
import { openFreeSwitch } from '../../../src/engine/freeswitch/server.js';
import type { InviteOutcome, SipDialog, UserAgent } from '../../../src/sip/api.js';
import { openUserAgent } from '../../../src/sip/user-agent.js';
import { offer } from './fsmrf.js';
import { RawEsl } from './raw-esl.js';

export const PASSWORD = 'bare-server-test';

export interface BareServer {
  readonly server: FreeSwitchServer;
  readonly admin: RawEsl;
  readonly caller: UserAgent;
  /** Connections the controller was given, oldest first. */
  readonly sockets: readonly Socket[];
  invite(body?: string): Promise<InviteOutcome>;
  /** Invites, and throws unless answered and given to the controller. */
  call(body?: string): Promise<{ readonly dialog: SipDialog; readonly uuid: string }>;
  /** Expects that nothing of any call is left. */
  close(): Promise<void>;
}

/** One controller connection is expected per call: `call` is for one call at a time. */
export async function openBareServer(rtp: Partial<FreeSwitchOptions['rtp']> = {}): Promise<BareServer> {
  const server = await openFreeSwitch({
    eventSocket: { address: '127.0.0.1', port: 0, password: PASSWORD },
    sip: { address: '127.0.0.1', port: 0 },
    rtp: { address: '127.0.0.1', ...rtp },
  });
  const admin = await RawEsl.authorised(server.eventSocketPort, PASSWORD);
  const sockets: Socket[] = [];
  const controller = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  await new Promise<void>((resolve) => controller.listen(0, '127.0.0.1', resolve));
  const caller = await openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }] });

  const invite = (body = offer(40_000)): Promise<InviteOutcome> => {
    const address = controller.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const headers = [{ name: 'X-esl-outbound', value: `127.0.0.1:${port}` }];
    return caller.invite({ uri: `sip:drachtio@127.0.0.1:${server.sipPort}`, body, headers }).outcome;
  };

  return {
    server,
    admin,
    caller,
    sockets,
    invite,
    async call(body) {
      const outcome = await invite(body);
      if (outcome.kind !== 'answered') throw new Error(outcome.kind);
      await vi.waitFor(() => expect(server.stats().outboundConnections).toBe(1));
      const uuid = (await admin.api('show channels')).split('\n')[1]?.split(',')[0] ?? '';
      return { dialog: outcome.dialog, uuid };
    },
    async close() {
      await caller.close();
      admin.close();
      for (const socket of sockets.splice(0)) socket.destroy();
      await server.close();
      expect(server.stats()).toMatchObject({ channels: 0, outboundConnections: 0, rtpPorts: 0 });
      await new Promise((resolve) => controller.close(resolve));
    },
  };
}
