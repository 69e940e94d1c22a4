/**
 * RTP counters as channel variables (uuid_set_media_stats, and at the end of a channel). Kinds of packets that this
 * media room does not tell apart are 0, its jitter is given where FreeSWITCH gives a variance.
 */
import type { PortStats } from '../../../media/api.js';
import type { Channel } from './channel.js';

const RTP_HEADER_BYTES = 12;
const BEST_MOS = 4.5;

export function appendMediaStatistics(channel: Channel): void {
  if (channel.port !== undefined) channel.variables.setAll(statisticsVariables(channel.port.stats));
}

function statisticsVariables(stats: PortStats): Record<string, string> {
  const expected = stats.packetsReceived + stats.lost;
  const lossRate = expected === 0 ? 0 : (stats.lost / expected) * 100;
  const variables = {
    in_raw_bytes: stats.bytesReceived,
    in_media_bytes: mediaBytes(stats.bytesReceived, stats.packetsReceived),
    in_packet_count: stats.packetsReceived,
    in_media_packet_count: stats.packetsReceived,
    in_skip_packet_count: 0,
    in_jitter_packet_count: 0,
    in_dtmf_packet_count: 0,
    in_cng_packet_count: 0,
    in_flush_packet_count: 0,
    in_largest_jb_size: 0,
    in_jitter_min_variance: '0.00',
    in_jitter_max_variance: stats.jitterMs.toFixed(2),
    in_jitter_loss_rate: lossRate.toFixed(2),
    in_jitter_burst_rate: '0.00',
    in_mean_interval: stats.packetsReceived > 1 ? '20.00' : '0.00',
    in_flaw_total: stats.lost,
    in_quality_percentage: (100 - lossRate).toFixed(2),
    in_mos: Math.max(1, BEST_MOS - lossRate / 10).toFixed(2),
    out_raw_bytes: stats.bytesSent,
    out_media_bytes: mediaBytes(stats.bytesSent, stats.packetsSent),
    out_packet_count: stats.packetsSent,
    out_media_packet_count: stats.packetsSent,
    out_skip_packet_count: 0,
    out_dtmf_packet_count: 0,
    out_cng_packet_count: 0,
  };
  return {
    ...Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`rtp_audio_${name}`, String(value)]),
    ),
    rtp_audio_rtcp_packet_count: '0',
    rtp_audio_rtcp_octet_count: '0',
  };
}

function mediaBytes(bytes: number, packets: number): number {
  return Math.max(0, bytes - packets * RTP_HEADER_BYTES);
}
