/** The RTCP side of a test call: collects the switch's reports and answers each with the reception it is told to claim. */
import { createSocket } from 'node:dgram';
import { readRtcp, writeRtcp, type RtcpReport } from '../../../src/wire/rtcp-packet.js';
import { readAudio } from '../../../src/wire/sdp.js';

const OURS = 0x5157;

export interface ClaimedReception {
  /** Of 256. */
  readonly fractionLost: number;
  readonly jitterMs: number;
  /** As if the way there and back took so much longer. */
  readonly roundTripMs: number;
}

export interface RtcpLine {
  readonly port: number;
  /** For the SDP. */
  readonly attribute: string;
  readonly reports: RtcpReport[];
  /** The first report goes out to where this offer takes RTCP; FreeSWITCH sends none to a party it called before that. */
  greet(offer: string): void;
  /** How many of our reports have left. */
  readonly answered: number;
  close(): void;
}

export async function openRtcpLine(claim: ClaimedReception): Promise<RtcpLine> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const reports: RtcpReport[] = [];
  const port = socket.address().port;
  let answered = 0;
  socket.on('message', (packet, from) => {
    for (const report of readRtcp(packet)?.reports ?? []) {
      reports.push(report);
      if (report.sender === undefined) continue; // Nothing to measure a round trip by.
      socket.send(answerTo(report, claim), from.port, from.address);
      answered += 1;
    }
  });
  return {
    port,
    attribute: `a=rtcp:${port} IN IP4 127.0.0.1\r\n`,
    reports,
    greet(offer) {
      const audio = readAudio(offer);
      const to = typeof audio?.rtcp === 'object' ? audio.rtcp.port : (audio?.port ?? 0) + 1;
      socket.send(writeRtcp({ ssrc: OURS, sender: undefined, blocks: [] }, 'test'), to, audio?.address);
    },
    get answered() {
      return answered;
    },
    close: () => socket.close(),
  };
}

function answerTo({ ssrc, sender }: RtcpReport, claim: ClaimedReception): Buffer {
  const { seconds, fraction } = sender?.ntp ?? { seconds: 0, fraction: 0 };
  const sentAt = (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
  const block = {
    ssrc,
    fractionLost: claim.fractionLost,
    lost: 20,
    highestSequence: 1,
    jitter: claim.jitterMs * 8,
    lastReport: (sentAt - Math.round(claim.roundTripMs * 65.536)) >>> 0,
    delay: 0,
  };
  return writeRtcp({ ssrc: OURS, sender: undefined, blocks: [block] }, 'test');
}
