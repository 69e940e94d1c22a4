/**
 * A port's wire towards a browser: ICE (RFC 8445) finds the way, DTLS (RFC 5764) makes the keys, SRTP carries the packets.
 * To rtp-port.ts it is a socket like any other; what is sent before the keys are there is lost, as on a line that is not
 * through yet. We are the controlled agent and never trickle: the whole description stands in one SDP.
 */
import { isIP, isIPv6 } from 'node:net';
import type { Buffer } from 'node:buffer';
import { Fault } from '../../errors.js';
import { isRtcp } from '../../wire/rtcp-packet.js';
import { answerSetup, type IceCandidate, type WebRtcEnd } from '../../wire/sdp-webrtc.js';
import type { WebRtcLine } from '../api.js';
import type { RtpAddress } from '../far-end.js';
import type { RtpPlace, RtpSocket } from '../rtp-socket.js';
import { loadWerift, type Werift } from './werift.js';

export type WebRtcSocket = RtpSocket & WebRtcLine;

/** Throws Fault `switch-unavailable`, `port-in-use`. */
export async function openWebRtcSocket(place: RtpPlace, remote: WebRtcEnd): Promise<WebRtcSocket> {
  const line = await SecureLine.open(await loadWerift(), place, remote);
  line.start();
  return line;
}

const NOWHERE: RtpAddress = { address: '0.0.0.0', port: 0 };

type Ice = InstanceType<Werift['RTCIceTransport']>;
type Dtls = InstanceType<Werift['RTCDtlsTransport']>;

class SecureLine implements WebRtcSocket {
  readonly port: number;
  /** RTCP goes with RTP (RFC 8834 §4.5). */
  readonly control = undefined;
  readonly #library: Werift;
  readonly #ice: Ice;
  readonly #dtls: Dtls;
  readonly #released: () => void;
  #remote: WebRtcEnd;
  #end: WebRtcEnd;
  #state: 'opening' | 'through' | 'closed' = 'opening';
  #first: RtpAddress | undefined;
  /** While a new way is looked for. */
  #oldWay: Ice['connection']['nominated'];

  private constructor(
    library: Werift,
    wire: { ice: Ice; dtls: Dtls; released: () => void },
    remote: WebRtcEnd,
  ) {
    this.#library = library;
    this.#ice = wire.ice;
    this.#dtls = wire.dtls;
    this.#released = wire.released;
    this.#remote = remote;
    this.#end = endOf(wire.ice, wire.dtls, remote);
    this.port = this.#end.candidates[0]?.port ?? 0;
  }

  static async open(library: Werift, place: RtpPlace, remote: WebRtcEnd): Promise<SecureLine> {
    const { address, port, released } = place;
    const gatherer = new library.RTCIceGatherer({
      // Ours alone: without these the library would add every address of the machine.
      useIpv4: false,
      useIpv6: false,
      additionalHostAddresses: [address],
      interfaceAddresses: isIPv6(address) ? { udp6: address } : { udp4: address },
      ...(port !== undefined && { portRange: [port, port] as [number, number] }),
    });
    const ice = new library.RTCIceTransport(gatherer);
    const certificate = await library.RTCDtlsTransport.SetupCertificate();
    const dtls = new library.RTCDtlsTransport({}, ice, certificate, [
      library.ProtectionProfileAes128CmHmacSha1_80,
    ]);
    await gatherer.gather();
    if (ice.localCandidates.length > 0) return new SecureLine(library, { ice, dtls, released }, remote);
    await dtls.stop();
    throw new Fault('port-in-use', `No free RTP port on ${address}`);
  }

  start(): void {
    void this.#connect().catch(() => undefined); // The port's silence watch ends a leg that never gets through.
  }

  /**
   * Where its first packet came from, which ICE alone knows. It stays: whom to believe is settled by keys here, and a port
   * that saw another address would not hear it at first.
   */
  get #from(): RtpAddress {
    const [address, port] = this.#ice.connection.nominated?.remoteAddr ?? [];
    if (address !== undefined && port !== undefined) this.#first ??= { address, port };
    return this.#first ?? NOWHERE;
  }

  send(packet: Buffer): 'sent' | 'dropped' {
    if (this.#state !== 'through') return 'dropped';
    if (isRtcp(packet)) return this.#sendControl(packet);
    const { header, payload } = this.#library.RtpPacket.deSerialize(packet);
    const way = this.#ice.connection.nominated === undefined ? this.#oldWay : undefined;
    if (way === undefined) void this.#dtls.sendRtp(payload, header);
    else void way.protocol.sendData(this.#dtls.srtp.encrypt(payload, header), way.remoteAddr);
    return 'sent';
  }

  /** Past the library's own packets, which know no goodbye. */
  #sendControl(packet: Buffer): 'sent' | 'dropped' {
    const way = this.#ice.connection.nominated ?? this.#oldWay;
    if (way === undefined) return 'dropped';
    void way.protocol.sendData(this.#dtls.srtcp.encrypt(packet), way.remoteAddr);
    return 'sent';
  }

  onPacket(action: (packet: Buffer, from: RtpAddress) => void): void {
    this.#dtls.onRtp.subscribe((packet) => action(packet.serialize(), this.#from));
    this.#dtls.onRtcp.subscribe((packet) => action(packet.serialize(), this.#from));
  }

  get end(): WebRtcEnd {
    return this.#end;
  }

  /** The keys stay, and so does the way until there is another (RFC 8445 §9). */
  renegotiate(remote: WebRtcEnd): void {
    if (remote.ufrag === this.#remote.ufrag || this.#state !== 'through') return;
    this.#remote = remote;
    this.#oldWay = this.#ice.connection.nominated ?? this.#oldWay;
    this.#takeCredentials();
    const { usernameFragment: ufrag, password } = this.#ice.localParameters;
    this.#end = { ...this.#end, ufrag, password };
    void this.#restart().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    await this.#dtls.stop();
    this.#released();
  }

  async #connect(): Promise<void> {
    const { RTCDtlsParameters, RTCDtlsFingerprint } = this.#library;
    const { algorithm, value } = this.#remote.fingerprint;
    this.#takeCredentials();
    this.#dtls.setRemoteParams(new RTCDtlsParameters([new RTCDtlsFingerprint(algorithm, value)], 'auto'));
    this.#dtls.role = this.#end.setup === 'active' ? 'client' : 'server';
    await this.#findWay();
    if (!this.#isOpening()) return;
    await this.#dtls.start();
    if (this.#isOpening()) this.#state = 'through';
  }

  async #restart(): Promise<void> {
    await this.#ice.gather();
    await this.#findWay();
  }

  /** Others than before make the library begin anew, with new ones on our side. */
  #takeCredentials(): void {
    const { ufrag, password } = this.#remote;
    this.#ice.setRemoteParams(new this.#library.RTCIceParameters({ usernameFragment: ufrag, password }));
  }

  async #findWay(): Promise<void> {
    const { IceCandidate: Candidate } = this.#library;
    const candidates = usable(this.#remote.candidates);
    for (const candidate of candidates) {
      const { component, foundation, address, port, priority, protocol, type } = candidate;
      await this.#ice.addRemoteCandidate(
        new Candidate(component, foundation, address, port, priority, protocol, type),
      );
    }
    // Without any it is the browser's own check that shows where it is (RFC 8445 §7.3.1.3).
    if (candidates.length > 0) await this.#ice.addRemoteCandidate(undefined);
    await this.#ice.start();
  }

  #isOpening(): boolean {
    return this.#state === 'opening';
  }
}

/**
 * RTP and RTCP share one port, and we have no TCP. Names in `.local` hide a browser's address from all but its own
 * network: the library would ask there for ten seconds each.
 */
function usable(candidates: readonly IceCandidate[]): readonly IceCandidate[] {
  return candidates.filter(
    ({ component, protocol, address }) => component === 1 && protocol === 'udp' && isIP(address) !== 0,
  );
}

function endOf(ice: Ice, dtls: Dtls, remote: WebRtcEnd): WebRtcEnd {
  const { usernameFragment, password } = ice.localParameters;
  const fingerprint = dtls.localParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  return {
    ufrag: usernameFragment,
    password,
    fingerprint: { algorithm: 'sha-256', value: fingerprint?.value ?? '' },
    setup: answerSetup(remote.setup),
    candidates: ice.localCandidates.map(({ foundation, component, protocol, priority, ip, port, type }) => ({
      foundation,
      component,
      protocol,
      priority,
      address: ip,
      port,
      type,
    })),
  };
}
