/**
 * FreeSWITCH takes an ACK up when the channel next reads a frame, so a recording shows its effect (sip_cseq and six more
 * variables) before or after other things, at random. The replay sends each ACK where the recording shows its effect.
 */
import { sipHeader } from './sip-text.js';
import type { Trace, TraceLine } from './trace.js';

/** Call-ID of the endpoint behind an outbound connection. */
export function callIdOf(trace: Trace, conn: string): string {
  const reply = trace.lines.find((line) => line.conn === conn && isConnectReply(line));
  return decodeURIComponent(/^variable_sip_call_id: (\S+)/m.exec(reply?.text ?? '')?.[1] ?? '');
}

export function ackInPlace(lines: readonly TraceLine[]): TraceLine[] {
  const placed = [...lines];
  for (const ack of lines.filter(({ conn, text }) => conn === 'sip' && text.startsWith('ACK ')))
    place(placed, ack);
  return placed;
}

function place(lines: TraceLine[], ack: TraceLine): void {
  const shows = showsChannel(lines, sipHeader(ack.text, 'Call-ID') ?? '');
  const effect = lines.findIndex((line) => shows(line) && line.text.includes('variable_sip_cseq'));
  const before = lines.findLastIndex(
    (line, index) => index < effect && (shows(line) || isBridgeReply(line, lines[effect])),
  );
  const at = lines.indexOf(ack);
  if (effect < 0 || before < at) return;
  lines.splice(at, 1);
  lines.splice(before, 0, { ...ack, t_ms: lines[before - 1]?.t_ms ?? ack.t_ms });
}

/** Whether a server frame shows the variables of the channel with this Call-ID. */
function showsChannel(lines: readonly TraceLine[], callId: string): (line: TraceLine) => boolean {
  const reply = lines.find(
    (line) =>
      isConnectReply(line) && decodeURIComponent(line.text).includes(`variable_sip_call_id: ${callId}`),
  );
  const uuid = /^Unique-ID: (\S+)/m.exec(reply?.text ?? '')?.[1] ?? 'none';
  return ({ dir, text }) =>
    dir === 's>c' &&
    text.includes('variable_direction') &&
    (text.includes(`"Unique-ID":"${uuid}"`) || text.includes(`\nUnique-ID: ${uuid}\n`));
}

/** The reply to uuid_bridge, when the variables of the bridge stand before those of the ACK. */
function isBridgeReply(line: TraceLine, effect: TraceLine | undefined): boolean {
  const text = effect?.text ?? '';
  const bridge = text.indexOf('variable_bridge_uuid');
  const isFirst = bridge >= 0 && bridge < text.indexOf('variable_sip_to_tag');
  return isFirst && line.dir === 's>c' && line.text.includes('api/response') && line.text.includes('+OK ');
}

function isConnectReply({ text }: TraceLine): boolean {
  return text.startsWith('Event-Name: CHANNEL_DATA');
}
