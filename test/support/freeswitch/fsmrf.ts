/** drachtio-fsmrf over the two look-alikes, with the part of its interface that the tests use; it has no types. */
import Mrf from 'drachtio-fsmrf';
import Srf from 'drachtio-srf';
import { openDrachtio } from '../../../src/engine/drachtio/drachtio-server.js';
import type { FreeSwitchOptions, FreeSwitchServer } from '../../../src/engine/freeswitch/options.js';
import { openFreeSwitch } from '../../../src/engine/freeswitch/server.js';
import { connectSrf, type SrfApp } from '../sip/srf.js';
import { FarEnd } from './far-end.js';
import { RawEsl } from './raw-esl.js';

export interface FsmrfEndpoint {
  readonly uuid: string;
  readonly local: { readonly sdp: string };
  readonly dialog: {
    destroy(): Promise<unknown>;
    request(options: object): Promise<{ readonly status: number }>;
    on(event: 'destroy', action: () => void): void;
  };
  readonly conn: { readonly socket: { setNoDelay(on: boolean): void } };
  on(event: string, action: (event: Record<string, string>) => void): void;
  play(
    file: string | readonly string[] | object,
  ): Promise<{ readonly playbackSeconds: string; readonly playbackMilliseconds: string }>;
  playCollect(
    options: object,
  ): Promise<{ readonly digits: string | null; readonly terminatorUsed: string | null }>;
  recordSession(...args: string[]): Promise<unknown>;
  set(values: object): Promise<unknown>;
  getChannelVariables(withMedia: boolean): Promise<Record<string, string>>;
  modify(sdp: string): Promise<unknown>;
  bridge(other: FsmrfEndpoint): Promise<unknown>;
  unbridge(): Promise<unknown>;
  execute(application: string, argument: string): Promise<unknown>;
  destroy(): Promise<unknown>;
}

export interface FsmrfServer {
  createEndpoint(options?: object): Promise<FsmrfEndpoint>;
  disconnect(): void;
}

export interface Phone {
  readonly farEnd: FarEnd;
  readonly sdp: string;
}

export interface Bed {
  readonly freeSwitch: FreeSwitchServer;
  readonly media: FsmrfServer;
  /** A second, bare connection to the event socket. */
  readonly admin: RawEsl;
  readonly password: string;
  phone(): Promise<Phone>;
  /** An endpoint whose far end is the phone. */
  endpoint(phone: Phone): Promise<FsmrfEndpoint>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

export async function openBed(options: Partial<FreeSwitchOptions> = {}): Promise<Bed> {
  const password = 'bed-secret';
  const freeSwitch = await openFreeSwitch({
    eventSocket: { address: HOST, port: 0, password },
    sip: { address: HOST, port: 0 },
    rtp: { address: HOST },
    ...options,
  });
  const drachtio = await openDrachtio({
    adminAddress: HOST,
    adminPort: 0,
    secret: password,
    sip: [{ address: HOST, port: 0, protocols: ['udp', 'tcp'] }],
  });
  const srf = await connectSrf(new Srf() as unknown as SrfApp, {
    host: HOST,
    port: drachtio.adminPort,
    secret: password,
  });
  const media = await connectMedia(srf, freeSwitch.eventSocketPort, password);
  const admin = await RawEsl.authorised(freeSwitch.eventSocketPort, password);
  const phones: Phone[] = [];
  return {
    freeSwitch,
    media,
    admin,
    password,
    phone: async () => {
      const farEnd = new FarEnd();
      const phone = { farEnd, sdp: offer(await farEnd.open()) };
      phones.push(phone);
      return phone;
    },
    endpoint: async (phone) => {
      const endpoint = await media.createEndpoint({ remoteSdp: phone.sdp });
      phone.farEnd.sendTo(HOST, Number(/m=audio (\d+)/.exec(endpoint.local.sdp)?.[1]));
      return endpoint;
    },
    close: async () => {
      for (const { farEnd } of phones) farEnd.close();
      admin.close();
      media.disconnect();
      srf.disconnect();
      await drachtio.close();
      await freeSwitch.close();
    },
  };
}

function connectMedia(srf: SrfApp, port: number, secret: string): Promise<FsmrfServer> {
  const mrf = new (Mrf as unknown as new (srf: SrfApp) => { connect(options: object): Promise<FsmrfServer> })(
    srf,
  );
  return mrf.connect({ address: HOST, port, secret, listenAddress: HOST, advertisedAddress: HOST });
}

export function offer(port: number): string {
  const lines = [
    'v=0',
    `o=- 1000 1 IN IP4 ${HOST}`,
    's=-',
    `c=IN IP4 ${HOST}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
  ];
  return `${[...lines, 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16', 'a=ptime:20', 'a=sendrecv'].join('\r\n')}\r\n`;
}
