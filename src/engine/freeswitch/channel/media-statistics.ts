/**
 * RTP counters as channel variables (uuid_set_media_stats, and at the end of a channel). Kinds of packets that this
 * media room does not tell apart are 0; its one figure of jitter is squared where FreeSWITCH gives a variance.
 */
import type { PortStats } from '../../../media/api.js';
import type { Channel } from './channel.js';

const RTP_HEADER_BYTES = 12;
/** do_mos: the packets after a gap are penalised for it. */
const FLAWS_OF_A_GAP = 2;

export function appendMediaStatistics(channel: Channel): void {
  if (channel.port !== undefined) channel.variables.setAll(statisticsVariables(channel.port.stats));
}

function statisticsVariables(stats: PortStats): Record<string, string> {
  const { packetsReceived, lost, gaps } = stats;
  const flaws = lost === 0 ? 0 : lost + FLAWS_OF_A_GAP * gaps;
  const rating = ratingOf(packetsReceived, flaws);
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
    in_jitter_max_variance: (stats.jitterMs ** 2).toFixed(2),
    in_jitter_loss_rate: (packetsReceived === 0 ? 0 : lost / packetsReceived).toFixed(2),
    in_jitter_burst_rate: '0.00',
    in_mean_interval: stats.packetsReceived > 1 ? '20.00' : '0.00',
    in_flaw_total: flaws,
    in_quality_percentage: rating.toFixed(2),
    in_mos: mosOf(rating).toFixed(2),
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
    rtp_audio_rtcp_packet_count: String(stats.farEnd?.senderPackets ?? 0),
    rtp_audio_rtcp_octet_count: String(stats.farEnd?.senderOctets ?? 0),
  };
}

/** switch_rtp.c, do_mos: the share of flawless packets in whole per cent; what makes no sense is 100. */
function ratingOf(packets: number, flaws: number): number {
  const rating = packets === 0 ? 100 : Math.trunc(((packets - flaws) / packets) * 100);
  return rating < 0 ? 100 : rating;
}

/** do_mos takes that share for the E-model's rating. */
function mosOf(rating: number): number {
  return 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating);
}

function mediaBytes(bytes: number, packets: number): number {
  return Math.max(0, bytes - packets * RTP_HEADER_BYTES);
}
