/**
 * A FreeSWITCH 1.10.12 look-alike: event socket, one SIP profile, media, and the dialplan and applications that
 * drachtio-fsmrf uses. It is started by the engine's worker or alone, and works with any controller that works with
 * the real one.
 */
import { Fault } from '../../errors.js';
import { openMedia } from '../../media/open-media.js';
import { APPLICATIONS } from './applications/applications.js';
import { SessionCounters, type Core } from './core.js';
import { listenForControllers, type EventSocketListener } from './event-socket/listener.js';
import { Conferences } from './conference/conferences.js';
import { EventBus } from './events/event-bus.js';
import { startHeartbeat } from './heartbeat.js';
import { settingsOf, type FreeSwitchOptions, type FreeSwitchServer } from './options.js';
import { openSofiaProfile, type SofiaProfile } from './sip/sofia-profile.js';
import { randomIds, systemClock } from './system-clock.js';

/** Resolves when both ports are open. Throws `port-in-use`, or `settings-invalid` for an empty password. */
export async function openFreeSwitch(options: FreeSwitchOptions): Promise<FreeSwitchServer> {
  if (options.eventSocket.password === '')
    throw new Fault('settings-invalid', 'The event socket needs a password.');
  const core = await makeCore(options);
  const sip = await openSofiaProfile(core);
  core.profile.port = sip.port;
  const listener = await listenForControllers(core).catch(async (error: unknown) => {
    await sip.close();
    throw error;
  });
  const stopHeartbeat = startHeartbeat(core);
  return {
    eventSocketPort: listener.port,
    sipPort: sip.port,
    stats: () => ({
      channels: core.channels.size,
      sessionsSinceStart: core.counters.sinceStart,
      inboundConnections: listener.connectionCount,
      outboundConnections: core.outbound.size,
      rtpPorts: core.media.portCount,
      pacing: core.media.pacing(),
    }),
    close: () => shutDown(core, { sip, listener, stopHeartbeat }),
  };
}

async function makeCore(options: FreeSwitchOptions): Promise<Core> {
  const settings = settingsOf(options);
  const clock = options.clock ?? systemClock;
  const ids = options.ids ?? randomIds;
  const identity = {
    coreUuid: ids.uuid(),
    hostname: settings.hostname,
    ipv4: settings.sip.address,
    ipv6: '::1',
  };
  return {
    settings,
    identity,
    clock,
    ids,
    bus: new EventBus(identity, clock),
    media: await openMedia({ ...settings.rtp, rtcpIntervalMs: settings.rtcpIntervalMs }),
    channels: new Map(),
    conferences: new Conferences(settings.firstConferenceMember),
    outbound: new Set(),
    applications: APPLICATIONS,
    counters: new SessionCounters(clock),
    startedAt: clock.now(),
    profile: { name: settings.sip.profile, address: settings.sip.address, port: settings.sip.port },
  };
}

interface OpenParts {
  readonly sip: SofiaProfile;
  readonly listener: EventSocketListener;
  readonly stopHeartbeat: () => void;
}

async function shutDown(core: Core, { sip, listener, stopHeartbeat }: OpenParts): Promise<void> {
  stopHeartbeat();
  for (const channel of core.channels.values()) channel.hangup('SYSTEM_SHUTDOWN', 'outside');
  await Promise.all([...core.channels.values()].map(({ over }) => over));
  await Promise.all([...core.outbound].map((connection) => connection.close()));
  await listener.close();
  await sip.close();
  await core.media.close();
}
