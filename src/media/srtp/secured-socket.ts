/** A port's socket that can be secured by keys from the SDP (RFC 4568), and back. Without keys packets pass as they are. */
import { Buffer } from 'node:buffer';
import type { SrtpKeys } from '../api.js';
import type { RtpSocket } from '../rtp-socket.js';
import { SrtpStream } from './srtp-stream.js';

export interface SecuredSocket extends RtpSocket {
  /** The same keys again change nothing: the counters go on. */
  secure(keys: SrtpKeys | undefined): void;
}

export function securedSocket(socket: RtpSocket): SecuredSocket {
  let keys: SrtpKeys | undefined;
  let streams: { readonly send: SrtpStream; readonly receive: SrtpStream } | undefined;
  return {
    port: socket.port,
    send: (packet, target) => socket.send(streams ? streams.send.protect(packet) : packet, target),
    onPacket: (action) =>
      socket.onPacket((packet, from) => {
        const opened = streams ? streams.receive.unprotect(packet) : packet;
        if (opened) action(opened, from);
      }),
    close: () => socket.close(),
    secure: (given) => {
      const stream = (direction: keyof SrtpKeys, key: string) =>
        streams && keys?.[direction] === key
          ? streams[direction]
          : new SrtpStream(Buffer.from(key, 'base64'));
      streams = given && { send: stream('send', given.send), receive: stream('receive', given.receive) };
      keys = given;
    },
  };
}
