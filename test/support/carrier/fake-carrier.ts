/**
 * A carrier on loopback: asks for digest, sends calls to a DID back to the address they came from, relays their RTP. Each
 * fault is one that carriers have.
 */
import type { IncomingCall, SipDialog, UserAgent } from '../../../src/sip/api.js';
import { openUserAgent } from '../../../src/sip/user-agent.js';
import { digestResponse, ha1Of, parseDigest } from '../../../src/switch/phones/digest.js';
import { readAudio } from '../../../src/wire/sdp.js';
import { headerOf } from '../../../src/wire/sip-message.js';
import { parseNameAddr } from '../../../src/wire/sip-name-addr.js';
import { TEST_TLS } from '../sip/certificate.js';
import { openRtpRelay, type RelayFaults, type RtpRelay } from './rtp-relay.js';

export interface CarrierOptions {
  readonly password: string;
  readonly fault?: 'codec' | 'private-address' | 'dtmf';
  /** Takes calls over TLS; those to the DID go to this UDP port of the caller. */
  readonly tls?: { readonly backTo: number };
}

export interface FakeCarrier {
  readonly port: number;
  close(): Promise<void>;
}

const REALM = 'carrier.test';
const NONCE = '0123456789abcdef';
const TELEPHONE_EVENT = 101;
/** Stands for a private address: nobody listens there, and nothing leaves this machine. */
const PRIVATE = '127.0.0.77';

export async function openFakeCarrier(options: CarrierOptions): Promise<FakeCarrier> {
  const { password, fault, tls } = options;
  const agent = await openUserAgent({
    bind: (tls ? (['tls', 'udp'] as const) : (['udp'] as const)).map((protocol) => ({
      protocol,
      host: '127.0.0.1',
      port: 0,
    })),
    tls: TEST_TLS,
    user: 'carrier',
  });
  const relays: RtpRelay[] = [];
  agent.onInvite((call) => {
    if (!isAuthorised(call, password)) {
      const value = `Digest realm="${REALM}", nonce="${NONCE}", qop="auth", algorithm=MD5`;
      call.reject(407, { headers: [{ name: 'Proxy-Authenticate', value }] });
    } else if (fault === 'codec') call.reject(488);
    else void sendBack(agent, call, options).then((relay) => relays.push(relay));
  });
  return {
    port: agent.stack.locals[0]?.port ?? 0,
    close: async () => {
      await agent.close();
      for (const relay of relays) relay.close();
    },
  };
}

function isAuthorised({ request }: IncomingCall, password: string): boolean {
  const given = parseDigest(headerOf(request, 'Proxy-Authorization') ?? '');
  if (given === undefined) return false;
  const { username = '', uri = '', nc = '', cnonce = '' } = given;
  const expected = digestResponse({
    algorithm: 'MD5',
    ha1: ha1Of('MD5', username, REALM, password),
    method: 'INVITE',
    uri,
    nonce: NONCE,
    qop: { name: 'auth', nc, cnonce },
  });
  return given['response'] === expected;
}

const FAULTS: Readonly<Record<NonNullable<CarrierOptions['fault']>, RelayFaults>> = {
  codec: {},
  dtmf: { dropPayloadType: TELEPHONE_EVENT },
  'private-address': { path: 'one-way' },
};

async function sendBack(
  agent: UserAgent,
  call: IncomingCall,
  { fault, tls }: CarrierOptions,
): Promise<RtpRelay> {
  const relay = await openRtpRelay(fault === undefined ? {} : FAULTS[fault]);
  relay.toCaller(audioPort(call.request.body));
  const outcome = await agent.invite({
    uri: tls ? `sip:did@127.0.0.1:${tls.backTo}` : (parseNameAddr(header(call, 'Contact'))?.uri ?? ''),
    from: header(call, 'From').replace(/;tag=.*/, ''),
    body: atPort(call.request.body, relay.calledPort),
  }).outcome;
  if (outcome.kind === 'answered') {
    relay.toCalled(audioPort(outcome.response.body));
    const answer = atPort(outcome.response.body, relay.callerPort);
    const body = fault === 'private-address' ? answer.replace(/^(c=IN IP4 ).*$/gm, `$1${PRIVATE}`) : answer;
    join(call.answer({ body }), outcome.dialog);
  } else call.reject(480);
  return relay;
}

function header({ request }: IncomingCall, name: string): string {
  return headerOf(request, name) ?? '';
}

function audioPort(sdp: string): number {
  return readAudio(sdp)?.port ?? 0;
}

function atPort(sdp: string, port: number): string {
  return sdp.replace(/^m=audio \d+/m, `m=audio ${port}`);
}

function join(one: SipDialog, other: SipDialog): void {
  one.on({ ended: () => void other.bye() });
  other.on({ ended: () => void one.bye() });
}
