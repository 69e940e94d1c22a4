/**
 * Opens a test phone: a SIP user agent, a media room and the calls between them. Called by the CLI (`dialtrace phone`),
 * the demo and the tests.
 */
import type { Media } from '../media/api.js';
import { openMedia } from '../media/open-media.js';
import type { IncomingCall, Registration, SipAddress, SipClock, UserAgent } from '../sip/api.js';
import { systemClock, systemIds } from '../sip/system.js';
import { openUserAgent } from '../sip/user-agent.js';
import { headerOf } from '../wire/sip-message.js';
import { parseNameAddr } from '../wire/sip-name-addr.js';
import type { SipRequest } from '../wire/sip-types.js';
import { formatHostPort, formatSipUri, parseSipUri } from '../wire/sip-uri.js';
import type {
  OutgoingOptions,
  Phone,
  PhoneAccount,
  PhoneCall,
  PhoneOptions,
  PhoneScript,
  Reaction,
} from './api.js';
import { meetCall } from './meet-call.js';
import { Negotiation } from './negotiation.js';
import { Call, type CallParts } from './phone-call.js';
import { PhoneLog } from './phone-log.js';
import { takeOutcome, takeProgress } from './place-call.js';

const LOOPBACK: readonly SipAddress[] = [{ protocol: 'udp', host: '127.0.0.1', port: 0 }];
const ALLOW = 'INVITE, ACK, CANCEL, BYE, INFO, NOTIFY, OPTIONS, MESSAGE, PRACK, UPDATE';
const EXPIRES_SECONDS = 300;
/** How long closing waits for the far ends to confirm that it is over. */
const FAREWELL_MS = 1000;
/** RFC 3550 §6.2. */
const RTCP_INTERVAL_MS = 5000;
const DO_NOT_DISTURB: Reaction = { kind: 'reject', status: 480, reason: 'Do Not Disturb' };

/** Rejects with `port-in-use` when its SIP address is taken, and when the log file cannot be opened. */
export async function openPhone(options: PhoneOptions): Promise<Phone> {
  const { bind = LOOPBACK, clock = systemClock, user } = options;
  const log = new PhoneLog({ phone: user, now: () => clock.now(), path: options.logPath });
  const media =
    options.media ??
    (await openMedia({ address: bind[0]?.host ?? '127.0.0.1', rtcpIntervalMs: RTCP_INTERVAL_MS }));
  const agent = await openUserAgent({
    bind,
    clock,
    user,
    headers: [{ name: 'Allow', value: ALLOW }],
    userAgent: 'Dialtrace test phone',
    ...(options.credentials && { credentials: options.credentials }),
    ...(options.tls && { tls: options.tls }),
    ...(options.tlsPeers && { tlsPeers: options.tlsPeers }),
    tap: {
      message: (direction, message, remote) => {
        log.message(direction, message, formatHostPort(remote.host, remote.port));
      },
      dropped: () => undefined,
    },
  }).catch((error: unknown) => {
    log.close();
    throw error;
  });
  return new TestPhone({ options, clock, log, media, agent });
}

interface PhoneParts {
  readonly options: PhoneOptions;
  readonly clock: SipClock;
  readonly log: PhoneLog;
  readonly media: Media;
  readonly agent: UserAgent;
}

/** What tells one call from another before it has a port. */
type CallOrigin = Pick<CallParts, 'direction' | 'callId' | 'remoteUri' | 'request' | 'script' | 'giveUp'>;

class TestPhone implements Phone {
  readonly uri: string;
  readonly registered: Promise<number> | undefined;
  readonly #parts: PhoneParts;
  readonly #calls = new Set<Call>();
  readonly #registration: Registration | undefined;
  #script: PhoneScript;
  #doNotDisturb: 'on' | 'off' = 'off';
  #callCount = 0;
  #called: (call: PhoneCall) => void = () => undefined;

  constructor(parts: PhoneParts) {
    const { agent, options } = parts;
    this.#parts = parts;
    this.#script = options.script ?? {};
    this.uri = parseNameAddr(agent.contact)?.uri ?? '';
    agent.onInvite((incoming) => {
      this.#takeInvite(incoming);
    });
    this.#registration = options.account && this.#register(options.account);
    this.registered = this.#registration?.first.then((response) => {
      const status = response?.status ?? 0;
      parts.log.event('registered', { detail: String(status) });
      return status;
    });
  }

  get log(): PhoneLog {
    return this.#parts.log;
  }

  get calls(): readonly PhoneCall[] {
    return [...this.#calls];
  }

  async call(uri: string, options: OutgoingOptions = {}): Promise<PhoneCall> {
    const callId = systemIds.callId();
    let giveUp: () => void = () => undefined;
    const call = await this.#openCall({
      direction: 'out',
      callId,
      remoteUri: uri,
      request: undefined,
      script: options,
      giveUp: () => {
        giveUp();
      },
    });
    const outgoing = this.#parts.agent.invite({
      uri,
      callId,
      body: call.negotiation.offer(),
      onProgress: (response) => {
        takeProgress(call, response);
      },
      ...(options.from !== undefined && { from: options.from }),
      ...(options.headers && { headers: options.headers }),
      ...(options.route && { route: { to: options.route } }),
    });
    let givenUp: 'yes' | 'no' = 'no';
    giveUp = () => {
      givenUp = 'yes';
      outgoing.cancel();
    };
    void outgoing.outcome.then((outcome) => {
      takeOutcome(call, outcome, givenUp);
    });
    return call;
  }

  onCall(action: (call: PhoneCall) => void): void {
    this.#called = action;
  }

  setScript(script: PhoneScript): void {
    this.#script = script;
  }

  setDoNotDisturb(state: 'on' | 'off'): void {
    this.#doNotDisturb = state;
  }

  async close(): Promise<void> {
    const { agent, media, log, options } = this.#parts;
    const farewells = [...this.#calls].map((call) => call.hangUp());
    await this.#atMost(FAREWELL_MS, Promise.all([...farewells, this.#registration?.unregister()]));
    await agent.close();
    const left = [...this.#calls];
    for (const call of left) call.end({ by: 'us' });
    await Promise.all(left.map((call) => call.ended));
    if (!options.media) await media.close();
    log.close();
  }

  #register(account: PhoneAccount): Registration {
    const host = parseSipUri(account.registrar)?.host ?? account.registrar;
    return this.#parts.agent.register({
      registrar: account.registrar,
      aor:
        account.aor ?? formatSipUri({ scheme: 'sip', user: this.#parts.options.user, host, parameters: [] }),
      expiresSeconds: account.expiresSeconds ?? EXPIRES_SECONDS,
      ...(account.route && { route: { to: account.route } }),
    });
  }

  #takeInvite(incoming: IncomingCall): void {
    const script = this.#script;
    const reaction = this.#doNotDisturb === 'on' ? DO_NOT_DISTURB : (script.onCall ?? { kind: 'answer' });
    let cancel: SipRequest | undefined;
    let ringing: Call | undefined;
    // Before the port is open: a CANCEL may be in the same read as the INVITE.
    incoming.onCancel((request) => {
      cancel = request;
      ringing?.end({ by: 'them', status: 487 });
    });
    const opening = this.#openCall({
      direction: 'in',
      callId: incoming.callId,
      remoteUri: callerOf(incoming.request),
      request: incoming.request,
      script,
      giveUp: () => {
        incoming.reject(486);
        ringing?.end({ by: 'us', status: 486 });
      },
    });
    void opening.then((call) => {
      ringing = call;
      if (cancel) call.end({ by: 'them', status: 487 });
      else meetCall(incoming, call, reaction, this.#parts.clock);
      this.#called(call);
    });
  }

  async #openCall(origin: CallOrigin): Promise<Call> {
    const { media, clock, log, options } = this.#parts;
    this.#callCount += 1;
    const number = this.#callCount;
    const port = await media.openPort({
      events: {
        digit: (digit) => {
          call.takeDigit(digit);
        },
      },
    });
    const negotiation = new Negotiation(port, options.codecs ?? ['PCMU', 'PCMA'], number);
    const call = new Call({ ...origin, number, port, negotiation, clock, log });
    this.#calls.add(call);
    void call.ended.then(() => this.#calls.delete(call));
    return call;
  }

  /** Settles with the promise, or after the time. */
  async #atMost(ms: number, promise: Promise<unknown>): Promise<void> {
    let cancel: () => void = () => undefined;
    const time = new Promise<void>((resolve) => {
      cancel = this.#parts.clock.after(ms, resolve);
    });
    await Promise.race([promise, time]);
    cancel();
  }
}

/** Where the caller can be reached: its Contact, else its From. */
function callerOf(request: SipRequest): string {
  const value = headerOf(request, 'Contact') ?? headerOf(request, 'From') ?? '';
  return parseNameAddr(value)?.uri ?? '';
}
