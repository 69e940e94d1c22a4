/** Both look-alikes in this process, on ports of the system's choice, with the dialplan variables of config/freeswitch. */
import { openDrachtio } from '../../../src/engine/drachtio/drachtio-server.js';
import { DEFAULT_VARIABLES } from '../../../src/engine/freeswitch/options.js';
import { openFreeSwitch } from '../../../src/engine/freeswitch/server.js';
import type { SipTimers } from '../../../src/sip/api.js';
import { TEST_TLS } from '../sip/certificate.js';

const HOST = '127.0.0.1';
const SECRET = 'engine-secret';

/** `timers`: shorter than those of RFC 3261, for what takes half a minute otherwise. */
export async function startEmbedded(timers: Partial<SipTimers> = {}) {
  const freeSwitch = await openFreeSwitch({
    eventSocket: { address: HOST, port: 0, password: SECRET },
    sip: { address: HOST, port: 0 },
    rtp: { address: HOST },
    rtcpIntervalMs: 1000,
    variables: { ...DEFAULT_VARIABLES, bridge_filter_dtmf: 'true' },
  });
  const drachtio = await openDrachtio({
    adminAddress: HOST,
    adminPort: 0,
    secret: SECRET,
    sip: [
      { address: HOST, port: 0, protocols: ['udp', 'tcp'] },
      { address: HOST, port: 0, protocols: ['ws'] },
      { address: HOST, port: 0, protocols: ['tls'] },
    ],
    tls: { ...TEST_TLS, ca: TEST_TLS.cert },
    cdrs: 'on',
    timers,
  });
  return {
    signalling: { host: HOST, port: drachtio.adminPort, secret: SECRET },
    media: { host: HOST, port: freeSwitch.eventSocketPort, secret: SECRET },
    sip: `${HOST}:${drachtio.sipPort}`,
    webSocket: `ws://${HOST}:${drachtio.listeners.find(({ protocol }) => protocol === 'ws')?.port ?? 0}`,
    close: async () => {
      await drachtio.close();
      await freeSwitch.close();
    },
  };
}
