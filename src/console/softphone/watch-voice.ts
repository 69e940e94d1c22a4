/**
 * Notices that the other side has gone without a word, as when the switch itself is lost. It sends voice all the time, silence
 * included.
 */

const LOOK_MS = 1000;
/** Wi-Fi may pause for a few seconds. */
const SILENT_LOOKS = 8;

/** As much of an RTCPeerConnection as is looked at. */
export interface VoiceFigures {
  getStats(): Promise<{ values(): Iterable<{ readonly type: string; readonly packetsReceived?: number }> }>;
}

async function packetsOf(connection: VoiceFigures): Promise<number> {
  const stats = await connection.getStats();
  return [...stats.values()].find(({ type }) => type === 'inbound-rtp')?.packetsReceived ?? 0;
}

/** `isExpected`: false while a hold keeps the other side quiet. Answers how to stop. */
export function watchVoice(
  connection: VoiceFigures,
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
