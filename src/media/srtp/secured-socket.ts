/** A port's socket that can be secured by keys from the SDP (RFC 4568), and back. Without keys packets pass as they are. */
import { Buffer } from 'node:buffer';
import type { SrtpKeys } from '../api.js';
import { isRtcp } from '../../wire/rtcp-packet.js';
import type { PacketWire, RtpSocket } from '../rtp-socket.js';
import { SrtcpStream } from './srtcp-stream.js';
import { SrtpStream } from './srtp-stream.js';

export interface SecuredSocket extends RtpSocket {
  /** The same keys again change nothing: the counters go on. */
  secure(keys: SrtpKeys | undefined): void;
}

interface Streams {
  readonly rtp: SrtpStream;
  readonly rtcp: SrtcpStream;
}

export function securedSocket(socket: RtpSocket): SecuredSocket {
  let keys: SrtpKeys | undefined;
  let streams: { readonly send: Streams; readonly receive: Streams } | undefined;
  const secured = (wire: PacketWire): PacketWire => ({
    send: (packet, target) =>
      wire.send(streams ? streams.send[kindOf(packet)].protect(packet) : packet, target),
    onPacket: (action) =>
      wire.onPacket((packet, from) => {
        const opened = streams ? streams.receive[kindOf(packet)].unprotect(packet) : packet;
        if (opened) action(opened, from);
      }),
  });
  return {
    port: socket.port,
    ...secured(socket),
    control: socket.control && secured(socket.control),
    close: () => socket.close(),
    secure: (given) => {
      const stream = (direction: keyof SrtpKeys, key: string) =>
        streams && keys?.[direction] === key ? streams[direction] : openStreams(key);
      streams = given && { send: stream('send', given.send), receive: stream('receive', given.receive) };
      keys = given;
    },
  };
}

function openStreams(key: string): Streams {
  const master = Buffer.from(key, 'base64');
  return { rtp: new SrtpStream(master), rtcp: new SrtcpStream(master) };
}

/** Its second byte is never encrypted. */
function kindOf(packet: Buffer): keyof Streams {
  return isRtcp(packet) ? 'rtcp' : 'rtp';
}
