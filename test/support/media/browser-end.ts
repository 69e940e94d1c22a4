/** A browser's half of a WebRTC line: it offers, controls ICE and waits for the handshake, as Chromium does. */
import {
  IceCandidate,
  ProtectionProfileAes128CmHmacSha1_80,
  RtcpReceiverInfo,
  RtcpRrPacket,
  RtcpSrPacket,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceParameters,
  RTCIceTransport,
  RtpHeader,
} from 'werift';
import type { WebRtcEnd } from '../../../src/wire/sdp-webrtc.js';

export interface BrowserEnd {
  /** For the offer. */
  readonly end: WebRtcEnd;
  /** Payload types and payloads that came, in order. */
  readonly heard: { readonly type: number; readonly payload: Buffer }[];
  /** Takes the answer; settles when the keys are made. */
  join(answer: WebRtcEnd): Promise<void>;
  /** New credentials; `rejoin` with the new answer finds the way again. */
  restart(): Promise<WebRtcEnd>;
  rejoin(answer: WebRtcEnd): Promise<void>;
  send(
    type: number,
    payload: Buffer,
    options?: { readonly timestamp?: number; readonly marker?: boolean },
  ): void;
  /** Reports that came. */
  readonly reports: (RtcpSrPacket | RtcpRrPacket)[];
  /** Tells how it received this source. */
  report(ssrc: number, how: { readonly fractionLost: number; readonly packetsLost: number }): void;
  close(): Promise<void>;
}

export async function openBrowserEnd(): Promise<BrowserEnd> {
  const gatherer = new RTCIceGatherer({
    useIpv4: false,
    useIpv6: false,
    additionalHostAddresses: ['127.0.0.1'],
    interfaceAddresses: { udp4: '127.0.0.1' },
  });
  gatherer.connection.iceControlling = true;
  const ice = new RTCIceTransport(gatherer);
  const dtls = new RTCDtlsTransport({}, ice, await RTCDtlsTransport.SetupCertificate(), [
    ProtectionProfileAes128CmHmacSha1_80,
  ]);
  await gatherer.gather();
  const heard: BrowserEnd['heard'] = [];
  dtls.onRtp.subscribe(({ header, payload }) => heard.push({ type: header.payloadType, payload }));
  const reports: BrowserEnd['reports'] = [];
  dtls.onRtcp.subscribe((packet) => {
    if (packet instanceof RtcpSrPacket || packet instanceof RtcpRrPacket) reports.push(packet);
  });
  let sequence = 0;

  const endNow = (): WebRtcEnd => ({
    ufrag: ice.localParameters.usernameFragment,
    password: ice.localParameters.password,
    fingerprint: { algorithm: 'sha-256', value: dtls.localParameters.fingerprints[0]?.value ?? '' },
    setup: 'actpass',
    candidates: ice.localCandidates.map(({ ip, ...candidate }) => ({ ...candidate, address: ip })),
  });
  const findWay = async ({ ufrag, password, candidates }: WebRtcEnd) => {
    ice.setRemoteParams(new RTCIceParameters({ usernameFragment: ufrag, password }));
    for (const { component, foundation, address, port, priority, protocol, type } of candidates)
      await ice.addRemoteCandidate(
        new IceCandidate(component, foundation, address, port, priority, protocol, type),
      );
    await ice.addRemoteCandidate(undefined);
    await ice.start();
  };

  return {
    end: endNow(),
    heard,
    reports,
    report(ssrc, how) {
      const block = new RtcpReceiverInfo({ ssrc, highestSequence: 1, jitter: 0, lsr: 0, dlsr: 0, ...how });
      void dtls.sendRtcp([new RtcpRrPacket({ ssrc: 1, reports: [block] })]);
    },
    async join(answer) {
      const { algorithm, value } = answer.fingerprint;
      dtls.setRemoteParams(new RTCDtlsParameters([new RTCDtlsFingerprint(algorithm, value)], 'auto'));
      dtls.role = 'server';
      await findWay(answer);
      await dtls.start();
    },
    async restart() {
      ice.restart();
      gatherer.connection.iceControlling = true;
      await ice.gather();
      return endNow();
    },
    rejoin: findWay,
    send(type, payload, { timestamp = sequence * 160, marker = false } = {}) {
      sequence += 1;
      const header = new RtpHeader({
        payloadType: type,
        sequenceNumber: sequence,
        timestamp,
        marker,
        ssrc: 7,
      });
      void dtls.sendRtp(payload, header);
    },
    close: () => dtls.stop(),
  };
}
