/**
 * A phone for load: SIP only, one socket for any number of calls, no RTP. It notes when each INVITE came and behaves by
 * a script; hundreds of its calls cost less than one call of the test phone.
 */
import { systemClock } from '../../sip/system.js';
import { openUserAgent } from '../../sip/user-agent.js';
import type { IncomingCall, InviteOutcome, SipDialog, UserAgent } from '../../sip/api.js';
import { headerOf } from '../../wire/sip-message.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { parseSipUri } from '../../wire/sip-uri.js';

/** Times in ms, each counted from the one before. */
export interface LoadScript {
  readonly ringMs: number;
  readonly then:
    | { readonly kind: 'decline'; readonly status: number }
    | { readonly kind: 'answer'; readonly pressAfterMs?: number; readonly hangUpAfterMs?: number };
}

export interface LoadPhone {
  readonly port: number;
  /** Milliseconds since the epoch of the first INVITE, by the number that calls. */
  readonly invitedAt: ReadonlyMap<string, number>;
  readonly answered: number;
  call(to: CallTo): Promise<InviteOutcome>;
  /** Resolves with the time when the ACK to our 200 of this caller came. To be asked once a call. */
  acknowledged(caller: string): Promise<number>;
  close(): Promise<void>;
}

export interface CallTo {
  readonly number: string;
  /** Of the switch on this host. */
  readonly port: number;
  /** Number that the call shows. */
  readonly from: string;
  /** Names the call's media where only that can be seen; nothing listens there. */
  readonly mediaPort?: number;
}

/** Nobody sends from or listens at the discard port. Calls of load are silent. */
const DISCARD_PORT = 9;

function sdpOf(mediaPort: number): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=load',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${mediaPort} RTP/AVP 0 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
}

const SILENT_SDP = sdpOf(DISCARD_PORT);
const DTMF_RELAY = { name: 'Content-Type', value: 'application/dtmf-relay' };

export interface LoadPhoneOptions {
  readonly user: string;
  /** Without one it refuses calls. */
  readonly script?: LoadScript;
  /** UDP; the system chooses when there is none. */
  readonly port?: number;
}

export async function openLoadPhone({ user, script, port = 0 }: LoadPhoneOptions): Promise<LoadPhone> {
  const agent = await openUserAgent({ bind: [{ protocol: 'udp', host: '127.0.0.1', port }], user });
  const phone = new ScriptedPhone(agent, script);
  agent.onInvite((incoming) => phone.meet(incoming));
  return phone;
}

class ScriptedPhone implements LoadPhone {
  readonly port: number;
  readonly invitedAt = new Map<string, number>();
  answered = 0;
  readonly #waiting = new Map<string, (at: number) => void>();
  readonly #agent: UserAgent;
  readonly #script: LoadScript | undefined;

  constructor(agent: UserAgent, script: LoadScript | undefined) {
    this.#agent = agent;
    this.#script = script;
    this.port = parseSipUri(parseNameAddr(agent.contact)?.uri ?? '')?.port ?? 0;
  }

  call({ number, port, from, mediaPort = DISCARD_PORT }: CallTo): Promise<InviteOutcome> {
    const uri = `sip:${number}@127.0.0.1:${port}`;
    return this.#agent.invite({ uri, from: `<sip:${from}@127.0.0.1>`, body: sdpOf(mediaPort) }).outcome;
  }

  acknowledged(caller: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(caller, resolve));
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  meet(incoming: IncomingCall): void {
    const caller = callerOf(incoming);
    if (!this.invitedAt.has(caller)) this.invitedAt.set(caller, systemClock.now());
    if (this.#script === undefined) {
      incoming.reject(480);
      return;
    }
    const { ringMs, then } = this.#script;
    incoming.ring({ status: 180 });
    const undo = systemClock.after(ringMs, () => {
      if (then.kind === 'decline') incoming.reject(then.status);
      else this.#answer(incoming, caller, then);
    });
    incoming.onCancel(undo);
  }

  #answer(
    incoming: IncomingCall,
    caller: string,
    script: Extract<LoadScript['then'], { kind: 'answer' }>,
  ): void {
    const dialog = incoming.answer({ body: SILENT_SDP });
    void dialog.acknowledged.then(() => {
      this.#waiting.get(caller)?.(systemClock.now());
      this.#waiting.delete(caller);
    });
    this.#talk(dialog, script);
  }

  #talk(
    dialog: SipDialog,
    { pressAfterMs, hangUpAfterMs }: Extract<LoadScript['then'], { kind: 'answer' }>,
  ): void {
    this.answered += 1;
    const undo = [
      pressAfterMs === undefined ? undefined : systemClock.after(pressAfterMs, () => void pressOne(dialog)),
      hangUpAfterMs === undefined ? undefined : systemClock.after(hangUpAfterMs, () => void dialog.bye()),
    ];
    dialog.on({
      offer: () => SILENT_SDP,
      ended: () => {
        for (const forget of undo) forget?.();
      },
    });
  }
}

function pressOne(dialog: SipDialog): Promise<unknown> {
  return dialog.request('INFO', { headers: [DTMF_RELAY], body: 'Signal=1\r\nDuration=160\r\n' });
}

/** User of the From: the client's number, which is shown to operators. */
function callerOf({ request }: IncomingCall): string {
  return parseSipUri(parseNameAddr(headerOf(request, 'From') ?? '')?.uri ?? '')?.user ?? '';
}
