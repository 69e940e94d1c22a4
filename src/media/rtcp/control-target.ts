/**
 * Where the far end takes RTCP: with RTP when both are multiplexed (RFC 5761), where its SDP says (RFC 3605), else one above
 * RTP (RFC 3550 §11); and once its own reports come, where they come from, so that phones behind a NAT get ours. Owned by
 * rtp-port.ts.
 */
import type { RtpSettings } from '../api.js';
import type { FarEnd, RtpAddress } from '../far-end.js';

export class ControlTarget {
  readonly #farEnd: FarEnd;
  #latched: RtpAddress | undefined;
  /** The RTP address for which it was latched. */
  #latchedFor: string | undefined;

  constructor(farEnd: FarEnd) {
    this.#farEnd = farEnd;
  }

  of({ rtcp }: RtpSettings): RtpAddress | undefined {
    const target = this.#farEnd.target;
    if (target === undefined || rtcp === 'muxed') return target;
    if (this.#latched !== undefined && this.#latchedFor === target.address) return this.#latched;
    if (rtcp !== undefined) return { address: rtcp.address ?? target.address, port: rtcp.port };
    return target.port < 65_535 ? { address: target.address, port: target.port + 1 } : undefined;
  }

  /** Reports come from the host that RTP comes from, or are not the far end's. */
  accepts(from: RtpAddress, { rtcp }: RtpSettings): boolean {
    const target = this.#farEnd.target;
    const signalled = rtcp === undefined || rtcp === 'muxed' ? undefined : rtcp.address;
    if (target === undefined || (from.address !== target.address && from.address !== signalled)) return false;
    if (rtcp === 'muxed') return true;
    this.#latched = { address: from.address, port: from.port };
    this.#latchedFor = target.address;
    return true;
  }
}
