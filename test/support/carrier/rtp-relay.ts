/** RTP between two parties as a carrier's media gateway relays it, with the faults that carriers have. */
import { createSocket, type Socket } from 'node:dgram';

export interface RelayFaults {
  /** Packets of this payload type are lost. */
  readonly dropPayloadType?: number;
  /** Packets to the caller leave from a socket of their own, and what comes back there is lost: a NAT without pinhole. */
  readonly path?: 'one-way';
}

export interface RtpRelay {
  /** Where the called side sends. */
  readonly calledPort: number;
  /** Where the caller sends. */
  readonly callerPort: number;
  toCaller(port: number): void;
  toCalled(port: number): void;
  close(): void;
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

export async function openRtpRelay({ dropPayloadType, path }: RelayFaults = {}): Promise<RtpRelay> {
  const [fromCaller, fromCalled] = [await bound(), await bound()];
  const toCaller = path === 'one-way' ? await bound() : fromCaller;
  const ports = { caller: 0, called: 0 };
  const passes = (packet: Buffer) => ((packet[1] ?? 0) & 0x7f) !== dropPayloadType;
  fromCaller.on('message', (packet) => {
    if (ports.called > 0 && passes(packet)) fromCalled.send(packet, ports.called, '127.0.0.1');
  });
  fromCalled.on('message', (packet) => {
    if (ports.caller > 0 && passes(packet)) toCaller.send(packet, ports.caller, '127.0.0.1');
  });
  return {
    callerPort: fromCaller.address().port,
    calledPort: fromCalled.address().port,
    toCaller: (port) => (ports.caller = port),
    toCalled: (port) => (ports.called = port),
    close: () => {
      for (const socket of new Set([fromCaller, fromCalled, toCaller])) socket.close();
    },
  };
}
