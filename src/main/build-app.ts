/** The application over its ports, with the settings in force. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { createApp, type App } from '../app/app.js';
import type { AppConfig, TelephonySet } from '../app/config.js';
import type { E164 } from '../domain/values/ids.js';
import type { Sender } from '../app/ports/ports.js';
import type { Switch } from '../app/ports/switch.js';
import type { Configuration } from '../settings/configuration.js';
import { openStandby } from '../store/standby.js';
import { localFiles } from './adapters/files.js';
import { standardWebhookSigner } from './adapters/webhook-signer.js';
import type { Services } from './services.js';

export interface AppPorts extends Services {
  readonly sender: Sender;
  readonly switch: Switch;
}

export function telephonySet({ telephony, plans, settings }: Configuration): TelephonySet {
  const { inboundPlan } = settings.calls;
  return { telephony, plans, ...(inboundPlan === undefined ? {} : { inboundPlan }) };
}

/**
 * The same after a restart, so that a process takes its own calls over at once; never the same for two processes, which
 * cannot share an HTTP port.
 */
function ownerName({ http }: Configuration['settings']): string {
  return `${hostname()}:${http.port === 0 ? `pid-${process.pid}` : http.port}`;
}

function numberAuditOf({ audit }: Configuration['settings']): Pick<AppConfig, 'numberAudit'> {
  return audit === undefined ? {} : { numberAudit: { ...audit, callerId: audit.callerId as E164 } };
}

function publicUrlOf({ http }: Configuration['settings']): Pick<AppConfig, 'publicUrl'> {
  return http.publicUrl === undefined ? {} : { publicUrl: http.publicUrl.replace(/\/+$/, '') };
}

function tiktokRulesOf({ tiktok }: Configuration['settings']): Pick<AppConfig, 'tiktok'> {
  if (tiktok === undefined) return {};
  const { leadRegions, callWithin, audiencesAt } = tiktok;
  return { tiktok: { leadRegions, callWithinMs: callWithin * 1000, audiencesAt } };
}

export function buildApp(configuration: Configuration, ports: AppPorts): App {
  const { settings } = configuration;
  return createApp(
    {
      ...ports,
      files: localFiles,
      webhookSigner: standardWebhookSigner,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      openStandby: () => openStandby({ real: ports.store, clock: ports.clock, ids: ports.ids }),
    },
    {
      ...telephonySet(configuration),
      owner: ownerName(settings),
      recordingsDirectory: resolve(settings.recordings.directory),
      maximumCalls: settings.calls.maximum,
      callLeaseMs: settings.calls.leaseSeconds * 1000,
      whisperWaitMs: settings.calls.whisperWait * 1000,
      keepRecordingDays: settings.recordings.keepDays,
      keepPushDays: settings.store.keepPushDays,
      keepSignallingDays: settings.store.keepSignallingDays,
      keepExchangeDays: settings.store.keepExchangeDays,
      ...numberAuditOf(settings),
      ...publicUrlOf(settings),
      ...tiktokRulesOf(settings),
      keepVisitDays: settings.visitors.keepDays,
      keepPeopleDays: {
        phone: settings.people.keepPhoneDays,
        name: settings.people.keepNameDays,
        address: settings.people.keepAddressDays,
        answers: settings.people.keepAnswersDays,
        texts: settings.people.keepTextsDays,
      },
    },
  );
}
