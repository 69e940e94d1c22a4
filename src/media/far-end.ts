/**
 * Where the far end is: its signalled address until a packet comes, then the address the packets really come from
 * (symmetric RTP, RFC 4961), so that phones behind a NAT hear us. Owned by rtp-port.ts.
 */

export interface RtpAddress {
  readonly address: string;
  readonly port: number;
}

/** A latched address that was silent for this long gives way to another. */
const GIVE_WAY_MS = 500;

export class FarEnd {
  readonly #own: RtpAddress;
  #signalled: RtpAddress | undefined;
  #latched: RtpAddress | undefined;
  #heardAt = 0;

  /** `own`: where this port receives. */
  constructor(own: RtpAddress) {
    this.#own = own;
  }

  /** A new address by SDP: forget where packets came from so far. The same address again changes nothing. */
  signal(remote: RtpAddress | undefined): void {
    if (isSame(this.#signalled, remote)) return;
    this.#signalled = remote;
    this.#latched = undefined;
  }

  /** Where to send; `undefined` when that is not known yet or was signalled as nowhere. */
  get target(): RtpAddress | undefined {
    const target = this.#latched ?? this.#signalled;
    return target && isPort(target.port) && target.address !== '0.0.0.0' ? target : undefined;
  }

  /** Whether a packet from there is the far end's. The signalled address always wins the latch back. */
  accepts(from: RtpAddress, now: number): boolean {
    const accepted = isSame(this.#latched, from) || this.#maySwitchTo(from, now);
    if (accepted) this.#heardAt = now;
    return accepted;
  }

  #maySwitchTo(from: RtpAddress, now: number): boolean {
    // What is still on its way after we were signalled to ourselves (drachtio-srf's ACK to an offer echoes it).
    if (isSame(from, this.#own) && !isSame(this.#signalled, this.#own)) return false;
    const isFree = !this.#latched || now - this.#heardAt > GIVE_WAY_MS;
    if (!isFree && !isSame(this.#signalled, from)) return false;
    this.#latched = { address: from.address, port: from.port };
    return true;
  }
}

/** An SDP may name any number; the system throws at one that is no port. */
function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}

function isSame(one: RtpAddress | undefined, other: RtpAddress | undefined): boolean {
  return one?.port === other?.port && one?.address === other?.address;
}
