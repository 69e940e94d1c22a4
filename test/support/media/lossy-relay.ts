/**
 * A UDP relay that loses and doubles packets as told: what a bad network does to RTP. Both ends send to it and are sent
 * to from it, as behind a NAT.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface LossyRelay {
  /** Where end A sends to reach B. */
  readonly portForA: number;
  readonly portForB: number;
  close(): Promise<void>;
}

/** How many copies of a packet go on: 0 loses it, 2 doubles it. `index` counts the packets of this direction. */
export type Treatment = (packet: Buffer, index: number) => number;

export async function openLossyRelay(ends: {
  readonly portOfA: number;
  readonly portOfB: number;
  readonly treat: Treatment;
}): Promise<LossyRelay> {
  const [forA, forB] = await Promise.all([bound(), bound()]);
  relay(forA, forB, ends.portOfB, ends.treat);
  relay(forB, forA, ends.portOfA, ends.treat);
  return {
    portForA: forA.address().port,
    portForB: forB.address().port,
    close: async () => {
      await Promise.all(
        [forA, forB].map(
          (socket) =>
            new Promise<void>((done) =>
              socket.close(() => {
                done();
              }),
            ),
        ),
      );
    },
  };
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function relay(from: Socket, through: Socket, to: number, treat: Treatment): void {
  let index = 0;
  from.on('message', (packet) => {
    const copies = treat(packet, index++);
    for (let copy = 0; copy < copies; copy += 1) through.send(packet, to, '127.0.0.1');
  });
}
