/** start_dtmf and stop_dtmf: digits in what the party says become digits of the channel (switch_ivr_inband_dtmf_session). */
import { InbandDtmf } from '../../../media/inband-dtmf.js';
import type { Channel } from '../channel/channel.js';

/** switch_core_min_dtmf_duration: shorter ones are lengthened. */
const MIN_SAMPLES = 400;

export function startDtmf(channel: Channel): void {
  if (channel.port === undefined || channel.stopInbandDtmf !== undefined) return;
  const detector = new InbandDtmf((digit, samples) => {
    const duration = Math.max(MIN_SAMPLES, samples);
    channel.digits.arrived({ digit, duration, source: 'INBAND_AUDIO' });
  });
  channel.stopInbandDtmf = channel.port.listen((frame) => detector.take(frame));
}

export function stopDtmf(channel: Channel): void {
  channel.stopInbandDtmf?.();
  channel.stopInbandDtmf = undefined;
}
