/** What a test call says of a trunk, one sentence for each question, with what to do about it. Pure. */
import { readAudio } from '../../../wire/sdp.js';
import { failure, ok, warning, type Finding } from '../finding.js';
import type { TrunkCall } from './call-trunk.js';

export function judgeCall(call: TrunkCall, digits: string): readonly Finding[] {
  const refused = refusalOf(call);
  if (refused !== undefined) return [refused];
  return [
    ok('authentication', 'the carrier took the call'),
    judgeCodec(call),
    ...judgeAddress(call),
    judgeAudio(call),
    judgeDigits(call, digits),
    ...judgeCaller(call),
  ];
}

type Refusal = (call: TrunkCall) => Finding;

const ACCOUNT: Refusal = ({ status, reason }) =>
  failure(
    'authentication',
    `the carrier refused our account with ${status} ${reason ?? ''}`.trimEnd(),
    'Check `username` and `password`, or ask the carrier which address of ours it allows.',
  );
const REFUSALS: Readonly<Record<number, Refusal>> = {
  401: ACCOUNT,
  403: ACCOUNT,
  407: ACCOUNT,
  404: ({ status }) =>
    failure(
      'call',
      `the carrier does not know the number (${status})`,
      'Check `--call` and `format`, `numbers.out`.',
    ),
  415: (call) => codecRefused(call),
  488: (call) => codecRefused(call),
};

function codecRefused({ status, offerSdp }: TrunkCall): Finding {
  return failure(
    'codec',
    `the carrier takes none of the codecs offered (${status}): ${codecsOf(offerSdp)}`,
    'Ask which codecs it takes and set `media.codecs`; here are PCMU and PCMA.',
  );
}

function refusalOf(call: TrunkCall): Finding | undefined {
  const { status } = call;
  if (status === undefined)
    return failure(
      'call',
      'the carrier gave no final answer in 30 s',
      'Check that the number answers by itself.',
    );
  if (status < 300) return undefined;
  const row = REFUSALS[status];
  return row === undefined
    ? failure(
        'call',
        `the call ended with ${status} ${call.reason ?? ''}`.trimEnd(),
        'Ask the carrier about this status.',
      )
    : row(call);
}

function codecsOf(sdp: string): string {
  return (
    readAudio(sdp)
      ?.codecs.map(({ name }) => name)
      .join(', ') ?? 'none'
  );
}

function judgeCodec({ answerSdp }: TrunkCall): Finding {
  const audio = readAudio(answerSdp);
  return audio === undefined || audio.port === 0
    ? failure('codec', 'the answer has no audio in its SDP', 'Report it to the carrier with the SIP trace.')
    : ok('codec', `agreed on ${audio.codecs[0]?.name ?? 'nothing'}`);
}

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193 and loopback: nobody outside reaches these. */
export function isPrivateAddress(address: string): boolean {
  return /^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:|::1$)/i.test(
    address,
  );
}

function judgeAddress({ answerSdp, offerSdp, signallingAddress }: TrunkCall): readonly Finding[] {
  const theirs = readAudio(answerSdp)?.address;
  const ours = readAudio(offerSdp)?.address;
  const findings: Finding[] = [];
  if (theirs !== undefined && theirs !== signallingAddress && isPrivateAddress(theirs))
    findings.push(
      warning(
        'nat',
        `the carrier's SDP names the private address ${theirs}, while it signals from ${signallingAddress}`,
        'Its media gateway is behind NAT without knowing it: report it to the carrier.',
      ),
    );
  if (ours !== undefined && isPrivateAddress(ours) && !isPrivateAddress(signallingAddress))
    findings.push(
      warning(
        'nat',
        `our SDP names the private address ${ours} to a carrier on the internet`,
        'Set `mediaAddress` of the trunk to our public address and forward the RTP ports.',
      ),
    );
  return findings;
}

function judgeAudio({ back, heardCalled, heardEcho }: TrunkCall): Finding {
  const forth = back === undefined ? heardEcho : back.heardCaller;
  const hither = back === undefined ? heardEcho : heardCalled;
  if (forth === 'heard' && hither === 'heard')
    return ok('audio', `the tone was heard ${back === undefined ? 'back from the echo' : 'both ways'}`);
  if (forth === 'heard')
    return failure('audio', 'one-way audio: the carrier hears us, we do not hear it', OUR_SIDE);
  if (hither === 'heard')
    return failure('audio', 'one-way audio: we hear the carrier, it does not hear us', THEIR_SIDE);
  return failure('audio', 'no audio in either direction', `${OUR_SIDE} ${THEIR_SIDE}`);
}

const OUR_SIDE = 'Open the RTP ports towards us and check `mediaAddress`.';
const THEIR_SIDE = 'Check that RTP may leave, and the address in the carrier’s SDP.';

function judgeDigits({ back, echoedDigits, answerSdp }: TrunkCall, pressed: string): Finding {
  const heard = back?.digits ?? echoedDigits;
  if (heard === pressed) return ok('dtmf', `every digit was heard: ${pressed}`);
  if (readAudio(answerSdp)?.telephoneEvent === undefined)
    return failure(
      'dtmf',
      'digits are lost: the carrier did not take telephone-event (RFC 4733)',
      'Ask it to switch RFC 4733 on, or set `media.dtmf: info` if it takes SIP INFO.',
    );
  return failure(
    'dtmf',
    `digits are lost: pressed ${pressed}, heard ${heard === '' ? 'none' : heard}`,
    'The carrier agreed to RFC 4733 and does not carry it: report it with this finding.',
  );
}

function judgeCaller({ back, sentCaller }: TrunkCall): readonly Finding[] {
  if (back === undefined) return [];
  const digitsOf = (number: string) => number.replace(/\D/g, '').slice(-9);
  const shown = [back.caller, back.asserted ?? ''].some((each) => digitsOf(each) === digitsOf(sentCaller));
  return [
    shown
      ? ok('caller-id', `${sentCaller} arrived as ${back.caller}`)
      : warning(
          'caller-id',
          `we showed ${sentCaller}, the called side saw ${back.caller || 'nobody'}`,
          'Ask the carrier which caller ids it lets through; see `callerIdRules`.',
        ),
  ];
}
