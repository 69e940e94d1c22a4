/** The audio of one test call: sends a tone or silence as PCMU or PCMA every 20 ms, keeps what it hears, sends keys. */
import { createSocket, type Socket } from 'node:dgram';
import { A_LAW, MU_LAW } from '../../../src/wire/g711.js';
import { eventOfDigit, readDtmfEvent, digitOfEvent, writeDtmfEvent } from '../../../src/wire/dtmf-event.js';
import { emptyRtpView, readRtp, writeRtpHeader } from '../../../src/wire/rtp-packet.js';

const FRAME = 160;
const EVENT_TYPE = 101;

export interface RtpLine {
  readonly port: number;
  /** Samples heard since the last `forget`, in order of arrival. */
  readonly heard: number[];
  /** Keys that came as RFC 4733 events, once per event. */
  readonly heardKeys: string[];
  /** The same with their length, as far as they have come. */
  readonly heardPresses: { readonly digit: string; readonly samples: number }[];
  /** Frames of audio that have left. */
  readonly said: number;
  aim(address: string, port: number, payloadType: number): void;
  /** 0 is silence; several tones sound together. */
  say(...hertz: number[]): void;
  /** For so many frames of 20 ms. */
  press(digit: string, frames?: number): Promise<void>;
  /** From now on every such packet is lost on its way: 0 none, 10 a tenth. */
  lose(every: number): void;
  forget(): void;
  close(): void;
}

export async function openRtpLine(): Promise<RtpLine> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const heard: number[] = [];
  const heardKeys: string[] = [];
  const heardPresses: { readonly digit: string; readonly samples: number }[] = [];
  const sender = startSender(socket);
  const view = emptyRtpView();
  let lastEventAt = -1;
  let state: 'open' | 'closed' = 'open';
  socket.on('message', (packet) => {
    if (!readRtp(packet, view)) return;
    if (view.payloadType === EVENT_TYPE) {
      const event = readDtmfEvent(packet, view.payloadStart, view.payloadEnd);
      if (event) {
        const digit = digitOfEvent(event.event) ?? '?';
        if (view.timestamp !== lastEventAt) heardKeys.push(digit);
        heardPresses[heardKeys.length - 1] = { digit, samples: event.duration };
      }
      lastEventAt = view.timestamp;
      return;
    }
    const law = view.payloadType === 8 ? A_LAW : MU_LAW;
    for (let at = view.payloadStart; at < view.payloadEnd; at += 1)
      heard.push(law.decode[packet[at] ?? 0] ?? 0);
  });
  return {
    port: socket.address().port,
    heard,
    heardKeys,
    heardPresses,
    get said() {
      return sender.said();
    },
    aim: (address, port, payloadType) => sender.aim(address, port, payloadType),
    say: (...hertz) => sender.say(...hertz),
    press: (digit, frames) => sender.press(digit, frames),
    lose: (every) => sender.lose(every),
    forget: () => void heard.splice(0),
    close: () => {
      if (state === 'closed') return;
      state = 'closed';
      sender.stop();
      socket.close();
    },
  };
}

function startSender(socket: Socket) {
  const target = { address: '', port: 0, payloadType: 0 };
  let tones: readonly { readonly step: number }[] = [];
  let at = 0;
  let sequence = 1;
  let lostEvery = 0;
  let timestamp = 160;
  let said = 0;
  let key: { event: number; startedAt: number; frames: number; last: number; done: () => void } | undefined;
  const send = (payloadType: number, marker: 0 | 1, stamp: number, payload: Buffer) => {
    const packet = Buffer.alloc(12 + payload.length);
    writeRtpHeader(packet, {
      payloadType,
      marker,
      sequence: sequence++ & 0xffff,
      timestamp: stamp >>> 0,
      ssrc: 0x5157,
    });
    payload.copy(packet, 12);
    const isLost = lostEvery > 0 && sequence % lostEvery === 0;
    if (target.port > 0 && !isLost) socket.send(packet, target.port, target.address);
  };
  const sendKey = (pressed: NonNullable<typeof key>) => {
    pressed.frames += 1;
    const payload = Buffer.alloc(4);
    writeDtmfEvent(payload, 0, {
      event: pressed.event,
      phase: pressed.frames >= pressed.last ? 'end' : 'going',
      volume: 10,
      duration: Math.min(pressed.frames, pressed.last) * FRAME,
    });
    send(EVENT_TYPE, pressed.frames === 1 ? 1 : 0, pressed.startedAt, payload);
    if (pressed.frames < pressed.last + 2) return;
    key = undefined;
    pressed.done();
  };
  const sendVoice = () => {
    const law = target.payloadType === 8 ? A_LAW : MU_LAW;
    const payload = Buffer.alloc(FRAME);
    for (let index = 0; index < FRAME; index += 1) {
      const sum = tones.reduce((total, { step }) => total + Math.sin(step * at), 0);
      payload[index] = law.encode[Math.round((8000 / Math.max(1, tones.length)) * sum) & 0xffff] ?? 0xff;
      at += 1;
    }
    send(target.payloadType, 0, timestamp, payload);
    said += 1;
  };
  const timer = setInterval(() => {
    timestamp += FRAME;
    if (key) sendKey(key);
    else sendVoice();
  }, 20);
  return {
    aim: (address: string, port: number, payloadType: number) =>
      void Object.assign(target, { address, port, payloadType }),
    say: (...hertz: number[]) => {
      tones = hertz.filter((each) => each > 0).map((each) => ({ step: (2 * Math.PI * each) / 8000 }));
    },
    said: () => said,
    press: (digit: string, last = 6) =>
      new Promise<void>((done) => {
        key = { event: eventOfDigit(digit) ?? 0, startedAt: timestamp, frames: 0, last, done };
      }),
    lose: (every: number) => {
      lostEvery = every;
    },
    stop: () => clearInterval(timer),
  };
}

/** Share of the energy at this frequency, 0 … 1 (Goertzel over the last `seconds`). */
export function toneShare(samples: readonly number[], hertz: number, seconds = 0.4): number {
  const window = samples.slice(-Math.round(seconds * 8000));
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
  let [one, two, energy] = [0, 0, 0];
  for (const sample of window) {
    [one, two] = [sample + coefficient * one - two, one];
    energy += sample * sample;
  }
  if (energy < 1e6) return 0;
  return (2 * (one * one + two * two - coefficient * one * two)) / (window.length * energy);
}

/** As `toneShare`, the median over windows of 0.1 s: gaps between packets of a busy machine do not count. */
export function usualToneShare(samples: readonly number[], hertz: number): number {
  const shares: number[] = [];
  for (let at = 0; at + 800 <= samples.length; at += 800)
    shares.push(toneShare(samples.slice(at, at + 800), hertz, 0.1));
  return shares.sort((a, b) => a - b)[Math.floor(shares.length / 2)] ?? 0;
}
