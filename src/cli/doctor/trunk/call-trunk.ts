/**
 * A test call through a gateway: to an echo, or to a DID of our own that the carrier sends back to the doctor's phone. Tones
 * go both ways and every digit is pressed; what was heard and seen is the result, judged elsewhere.
 */
import type { TrunkWithPassword } from '../../../switch/options.js';
import { writeNumber } from '../../../domain/routing/number-format.js';
import { measureTones } from '../../../media/tone-detector.js';
import type { MediaPort } from '../../../media/api.js';
import { openPhone } from '../../../phone/open-phone.js';
import type { Phone, PhoneCall } from '../../../phone/api.js';
import type { SipResponse } from '../../../wire/sip-types.js';
import { parseNameAddr } from '../../../wire/sip-name-addr.js';
import { formatHostPort, parseSipUri } from '../../../wire/sip-uri.js';
import { headerOf } from '../../../wire/sip-message.js';
import { routeTo, socketsOf, type Way } from './own-phone.js';
import { within } from './within.js';

const CALLER_TONE = 640;
const CALLED_TONE = 1150;
const ANSWER_MS = 30_000;
const TONE_MS = 1500;
/** Digits travel behind the tones; the last one needs its end. */
const DIGITS_SETTLE_MS = 600;
const HEARD_DBFS = -45;

/** A DID's calls must come back to its `address` and `port`. */
export interface TrunkCallOptions extends Way {
  readonly given: TrunkWithPassword;
  /** Echo number, or a DID of ours. */
  readonly number: string;
  readonly digits: string;
}

export interface CalledBack {
  /** User part of From and P-Asserted-Identity. */
  readonly caller: string;
  readonly asserted?: string;
  readonly heardCaller: Hearing;
  readonly digits: string;
}

export type Hearing = 'heard' | 'not-heard';

export interface TrunkCall {
  /** Final status; absent: none came. */
  readonly status?: number;
  readonly reason?: string;
  readonly answerSdp: string;
  readonly offerSdp: string;
  readonly signallingAddress: string;
  readonly sentCaller: string;
  /** What the calling side hears: the called side's tone, or its own from an echo. */
  readonly heardCalled: Hearing;
  readonly heardEcho: Hearing;
  readonly echoedDigits: string;
  /** The call came back to the doctor's phone. */
  readonly back?: CalledBack;
}

export async function callTrunk(options: TrunkCallOptions): Promise<TrunkCall> {
  const { given } = options;
  const { username, name } = given.trunk;
  const phone = await openPhone({
    user: username ?? name,
    ...socketsOf(options),
    script: { onCall: { kind: 'answer' }, play: toneOf(CALLED_TONE) },
    ...(given.password !== undefined && {
      credentials: { username: username ?? '', password: given.password },
    }),
    codecs: given.trunk.media?.codecs ?? ['PCMU', 'PCMA'],
  });
  try {
    return await placeAndHear(phone, options);
  } finally {
    await phone.close();
  }
}

async function placeAndHear(phone: Phone, options: TrunkCallOptions): Promise<TrunkCall> {
  const { given, hop, number, digits } = options;
  const { trunk } = given;
  const caller = writeNumber(trunk, trunk.callerId ?? trunk.username ?? 'anonymous');
  const backs: Back[] = [];
  phone.onCall((call) => {
    if (call.direction === 'in') backs.push({ call, ear: new Ear(call.port) });
  });
  const call = await phone.call(
    `sip:${encodeURI(writeNumber(trunk, number))}@${formatHostPort(hop.address, hop.port)}`,
    {
      from: `<sip:${caller}@${formatHostPort(options.address)}>`,
      route: routeTo(options),
      play: toneOf(CALLER_TONE),
    },
  );
  const ear = new Ear(call.port);
  const answered = await within(ANSWER_MS, call.answered, 'not-answered');
  if (answered === 'answered') {
    await pause(TONE_MS);
    await call.press(digits);
    await pause(DIGITS_SETTLE_MS);
  }
  await call.hangUp();
  const [back] = backs;
  return {
    ...messagesOf(phone, call),
    sentCaller: caller,
    signallingAddress: hop.address,
    heardCalled: ear.hears(CALLED_TONE),
    heardEcho: ear.hears(CALLER_TONE),
    echoedDigits: call.digits,
    ...(back && { back: calledBack(back) }),
  };
}

interface Back {
  readonly call: PhoneCall;
  readonly ear: Ear;
}

function calledBack({ call, ear }: Back): CalledBack {
  const asserted = call.request && headerOf(call.request, 'P-Asserted-Identity');
  return {
    caller: userOf(call.request && headerOf(call.request, 'From')),
    ...(asserted !== undefined && { asserted: userOf(asserted) }),
    heardCaller: ear.hears(CALLER_TONE),
    digits: call.digits,
  };
}

function userOf(nameAddr: string | undefined): string {
  return parseSipUri(parseNameAddr(nameAddr ?? '')?.uri ?? '')?.user ?? '';
}

/** The final answer that counts is the last one: a challenge comes before it. */
function messagesOf(phone: Phone, { callId }: PhoneCall) {
  const messages = phone.log.entries.flatMap((entry) =>
    entry.kind === 'message' && headerOf(entry.message, 'Call-ID') === callId ? [entry.message] : [],
  );
  const response = messages.findLast(
    (message): message is SipResponse =>
      message.kind === 'response' &&
      message.status >= 200 &&
      (headerOf(message, 'CSeq') ?? '').endsWith('INVITE'),
  );
  const offer = messages.find((message) => message.kind === 'request' && message.body !== '');
  return {
    ...(response && { status: response.status, reason: response.reason }),
    answerSdp: response?.body ?? '',
    offerSdp: offer?.body ?? '',
  };
}

/** Everything one side hears; measured when the call is over. */
class Ear {
  readonly #frames: Int16Array[] = [];

  constructor(port: MediaPort) {
    port.listen((frame) => this.#frames.push(frame.slice()));
  }

  hears(frequency: number): Hearing {
    const samples = Int16Array.from(this.#frames.flatMap((frame) => [...frame]));
    const [level] = measureTones(samples, { frequencies: [frequency] });
    return level !== undefined && level.windows.some((dbfs) => dbfs > HEARD_DBFS) ? 'heard' : 'not-heard';
  }
}

function toneOf(frequency: number): { readonly kind: 'tone'; readonly spec: string } {
  return { kind: 'tone', spec: `%(60000,0,${frequency})` };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
