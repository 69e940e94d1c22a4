/** A phone for tests of the switch: our own SIP user agent and one RTP line for each call, driven by the test. */
import { openUserAgent } from '../../../src/sip/user-agent.js';
import type { IncomingCall, OutgoingCall, SipDialog, SipTap, UserAgent } from '../../../src/sip/api.js';
import { buildAnswer, buildOffer, readAudio, type G711 } from '../../../src/wire/sdp.js';
import { openRtpLine, type RtpLine } from './rtp-line.js';

export interface PhoneCall {
  readonly line: RtpLine;
  readonly dialog: SipDialog;
  readonly ended: Promise<string>;
}

export interface AnswerOptions {
  readonly codecs?: readonly G711[];
  /** Changes the SDP. */
  readonly rewrite?: (answer: string) => string;
}

export interface TestPhone {
  readonly agent: UserAgent;
  /** `sip:test@127.0.0.1:port`. */
  readonly uri: string;
  /** The next INVITE that has not been taken yet. */
  nextCall(): Promise<IncomingCall>;
  answer(call: IncomingCall, options?: AnswerOptions): Promise<PhoneCall>;
  /** For early media: an SDP now, the answer with the same line later. */
  prepare(call: IncomingCall): Promise<{ readonly sdp: string; readonly line: RtpLine; answer(): PhoneCall }>;
  /** A line without a call. */
  prepareLine(): Promise<RtpLine>;
  dial(uri: string): Promise<{
    readonly call: OutgoingCall;
    readonly talk: Promise<PhoneCall | number>;
    readonly line: RtpLine;
  }>;
  close(): Promise<void>;
}

export async function openTestPhone(
  options: { readonly user?: string; readonly password?: string; readonly tap?: SipTap } = {},
): Promise<TestPhone> {
  const user = options.user ?? 'test';
  const agent = await openUserAgent({
    bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    user,
    ...(options.tap && { tap: options.tap }),
    ...(options.password !== undefined && { credentials: { username: user, password: options.password } }),
  });
  const waiting: IncomingCall[] = [];
  const takers: ((call: IncomingCall) => void)[] = [];
  const lines: RtpLine[] = [];
  const openLine = async () => {
    const line = await openRtpLine();
    lines.push(line);
    return line;
  };
  agent.onInvite((call) => {
    const taker = takers.shift();
    if (taker) taker(call);
    else waiting.push(call);
  });
  const port = agent.stack.locals[0]?.port ?? 0;
  return {
    agent,
    uri: `sip:${user}@127.0.0.1:${port}`,
    nextCall: () =>
      new Promise((resolve) => {
        const call = waiting.shift();
        if (call) resolve(call);
        else takers.push(resolve);
      }),
    answer: async (call, options) => {
      const line = await openLine();
      const answer = buildAnswer(call.request.body, localAudio(line, options?.codecs)) ?? '';
      const body = options?.rewrite?.(answer) ?? answer;
      return talkOf(line, call.answer({ body }), call.request.body);
    },
    prepare: async (call) => {
      const line = await openLine();
      const sdp = buildAnswer(call.request.body, localAudio(line)) ?? '';
      return { sdp, line, answer: () => talkOf(line, call.answer({ body: sdp }), call.request.body) };
    },
    prepareLine: openLine,
    dial: async (uri) => {
      const line = await openLine();
      const call = agent.invite({ uri, body: buildOffer(localAudio(line)) });
      const talk = call.outcome.then((outcome) => {
        if (outcome.kind === 'answered') return talkOf(line, outcome.dialog, outcome.response.body);
        return outcome.kind === 'failed' ? outcome.response.status : 0;
      });
      return { call, talk, line };
    },
    close: async () => {
      for (const line of lines) line.close();
      await agent.close();
    },
  };
}

function localAudio(line: RtpLine, codecs: readonly G711[] = ['PCMU', 'PCMA']) {
  return { address: '127.0.0.1', port: line.port, sessionId: line.port, sessionVersion: 1, codecs };
}

/** The offer of the phone with another direction and a higher version, for hold. */
export function heldOffer(
  line: RtpLine,
  direction: 'sendonly' | 'inactive' | 'sendrecv',
  version: number,
): string {
  return buildOffer({ ...localAudio(line), sessionVersion: version, direction });
}

function talkOf(line: RtpLine, dialog: SipDialog, remoteSdp: string): PhoneCall {
  const audio = readAudio(remoteSdp);
  if (audio) line.aim(audio.address, audio.port, audio.codecs[0]?.payloadType ?? 0);
  const ended = new Promise<string>((resolve) => {
    dialog.on({
      ended: (why) => resolve(why),
      offer: () => buildOffer(localAudio(line)),
      request: () => ({ status: 200 }),
    });
  });
  return { line, dialog, ended };
}
