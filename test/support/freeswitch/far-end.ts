/** The far phone of a replay: an RTP socket per port named in the recorded SDP, which can press digits (RFC 4733). */
import { createSocket, type Socket } from 'node:dgram';

const PACKET_MS = 20;
const DIGIT_MS = 120;
const EVENT_TYPE = 101;
const CODES = '0123456789*#';

export class FarEnd {
  readonly #socket: Socket = createSocket('udp4');
  #sequence = 1000;
  #timestamp = 16_000;
  #target: { readonly host: string; readonly port: number } | undefined;

  /** Payload of every audio packet that arrived. */
  readonly heard: Buffer[] = [];
  #voice: NodeJS.Timeout | undefined;

  async open(): Promise<number> {
    this.#socket.on('message', (packet) => {
      if ((packet[1]! & 0x7f) === 0) this.heard.push(packet.subarray(12));
    });
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    return this.#socket.address().port;
  }

  sendTo(host: string, port: number): void {
    this.#target = { host, port };
  }

  /** One digit of 120 ms, its end packet three times. */
  async press(digit: string): Promise<void> {
    const steps = DIGIT_MS / PACKET_MS;
    for (let step = 1; step <= steps; step += 1) {
      this.#send(digit, { duration: step * 160, end: step === steps, first: step === 1 });
      await new Promise((resolve) => setTimeout(resolve, PACKET_MS));
    }
    for (let repeat = 0; repeat < 2; repeat += 1)
      this.#send(digit, { duration: steps * 160, end: true, first: false });
    this.#timestamp += 3200;
  }

  /** Says the same µ-law octet over and over, a packet every 20 ms, until close. */
  speak(octet: number): void {
    this.#voice = setInterval(() => {
      const packet = Buffer.alloc(172, octet);
      packet[0] = 0x80;
      packet[1] = 0;
      packet.writeUInt16BE(this.#sequence & 0xffff, 2);
      packet.writeUInt32BE(this.#timestamp, 4);
      packet.writeUInt32BE(0x1234_5678, 8);
      this.#sequence += 1;
      this.#timestamp += 160;
      if (this.#target !== undefined) this.#socket.send(packet, this.#target.port, this.#target.host);
    }, PACKET_MS);
  }

  /** Share of the last packets that hold mostly this octet. */
  share(octet: number, packets: number): number {
    const last = this.heard.slice(-packets);
    return last.filter((payload) => payload.filter((each) => each === octet).length > 80).length / packets;
  }

  close(): void {
    clearInterval(this.#voice);
    this.#socket.close();
  }

  #send(digit: string, { duration, end, first }: { duration: number; end: boolean; first: boolean }): void {
    if (this.#target === undefined) return;
    const packet = Buffer.alloc(16);
    packet[0] = 0x80;
    packet[1] = EVENT_TYPE | (first ? 0x80 : 0);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(this.#timestamp, 4);
    packet.writeUInt32BE(0x1234_5678, 8);
    packet[12] = CODES.indexOf(digit);
    packet[13] = (end ? 0x80 : 0) | 10;
    packet.writeUInt16BE(duration, 14);
    this.#sequence += 1;
    this.#socket.send(packet, this.#target.port, this.#target.host);
  }
}
