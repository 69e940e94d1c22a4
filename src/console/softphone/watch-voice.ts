/**
 * Notices that the other side has gone without a word: its BYE goes astray when the WebSocket it would take was replaced by
 * another during the talk. The switch sends voice all the time, silence included.
 */

const LOOK_MS = 1000;
/** Wi-Fi may pause for a few seconds. */
const SILENT_LOOKS = 8;

async function packetsOf(connection: RTCPeerConnection): Promise<number> {
  const stats = await connection.getStats();
  const inbound = [...stats.values()].find(({ type }: RTCStats) => type === 'inbound-rtp') as
    RTCInboundRtpStreamStats | undefined;
  return inbound?.packetsReceived ?? 0;
}

/** `isExpected`: false while a hold keeps the other side quiet. Answers how to stop. */
export function watchVoice(
  connection: RTCPeerConnection,
  isExpected: () => boolean,
  lost: () => void,
): () => void {
  let seen = -1;
  let silent = 0;
  const look = async (): Promise<void> => {
    const packets = await packetsOf(connection);
    silent = packets === seen && isExpected() ? silent + 1 : 0;
    seen = packets;
    if (silent === SILENT_LOOKS) lost();
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return () => clearInterval(timer);
}
