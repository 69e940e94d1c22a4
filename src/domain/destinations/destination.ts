/**
 * Destinations: CRMs, analytics and ad platforms that are told of calls, leads and deals, as admins name them in the
 * telephony. What is sent is built by kinds/; whether it is, by filter.ts.
 */
import type { CallDirection, CallMark } from '../calls/call.js';
import type { EventName } from '../calls/events.js';
import type { DealStatus } from '../deals/deal.js';

export const DESTINATION_KINDS = [
  'ga4',
  'yandex-metrica',
  'crm-webhook',
  'bitrix24',
  'amocrm',
  'hubspot',
  'tiktok-events',
] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

/** Events that a destination may be told of. */
export const TOLD_EVENTS = [
  'call.started',
  'call.bridged',
  'key.pressed',
  'call.ended',
  'call.missed',
  'call.marked',
  'lead.received',
  'lead.reached',
  'lead.unreached',
  'deal.changed',
] as const satisfies readonly EventName[];
export type ToldEvent = (typeof TOLD_EVENTS)[number];

/** A lead that a person let out of quarantine is told as one that came. */
export function toldAs<E extends EventName>(event: E): Exclude<E, 'lead.released'> | 'lead.received' {
  return event === 'lead.released' ? 'lead.received' : (event as Exclude<E, 'lead.released'>);
}

/** What is absent lets everything pass. */
export interface DestinationFilter {
  readonly marks?: readonly CallMark[];
  readonly minTalkSeconds?: number;
  readonly directions?: readonly CallDirection[];
  /** Of the touch that is credited. */
  readonly sources?: readonly string[];
  readonly forms?: readonly string[];
  readonly projects?: readonly string[];
  /** Of `key.pressed`: a key or a code such as `*5`, pressed during the talk. */
  readonly keys?: readonly string[];
  /** As the project's rule judged the call. */
  readonly target?: 'yes' | 'no';
  /** Of `deal.changed`; absent: won. */
  readonly deals?: readonly DealStatus[];
}

interface Common {
  readonly name: string;
  /** Events told, each by the receiver's name for it; empty where it has none. */
  readonly on: Readonly<Partial<Record<ToldEvent, string>>>;
  readonly filter: DestinationFilter;
  /** The end of a call is told when its recording is settled, at the latest after this. Absent: at once. */
  readonly waitRecordingSeconds?: number;
}

export interface Ga4 extends Common {
  readonly kind: 'ga4';
  /** Without a path. */
  readonly url: string;
  readonly measurementId: string;
  readonly apiSecretRef: string;
  /** Who has no GA client id: left out, or told under an id made of the phone. */
  readonly withoutClientId: 'skip' | 'pseudonym';
  readonly userData: 'hashed-phone' | 'none';
}

export const METRICA_IDS = ['client-id', 'user-id', 'yclid'] as const;
export type MetricaId = (typeof METRICA_IDS)[number];

export interface YandexMetrica extends Common {
  readonly kind: 'yandex-metrica';
  readonly url: string;
  readonly counter: string;
  readonly tokenRef: string;
  /** In this order the first that is known names the visitor. */
  readonly ids: readonly MetricaId[];
  /** Ends of calls as calls, or as conversions like the rest. */
  readonly calls: 'calls' | 'conversions';
  /** `basic`: one upload for ids of all kinds; `by-id`: one a kind, as older counters took it. */
  readonly upload: 'basic' | 'by-id';
  readonly everySeconds: number;
  readonly most: number;
}

export interface CrmWebhook extends Common {
  readonly kind: 'crm-webhook';
  /** The whole address is a secret reference when it holds a key. */
  readonly url?: string;
  readonly urlRef?: string;
  readonly method: 'POST' | 'GET';
  readonly format: 'json' | 'form';
  /** Field → template text. Absent: every fact by its own name. */
  readonly body?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as `Authorization: Bearer`. */
  readonly tokenRef?: string;
  /** For each event, or once a call. */
  readonly once: 'event' | 'call';
  /** Field of the JSON answer that holds the address of the card. */
  readonly cardField: string;
}

/** What CRMs with an API of their own share. */
export interface Crm extends Common {
  /** Title of a new lead, a template text. */
  readonly title: string;
  /** Field of the CRM → template text: ids of analytics, source, … */
  readonly fields: Readonly<Record<string, string>>;
  /** Path of a card under the CRM's address; `{entity}` and `{id}` are filled. */
  readonly cardPath: string;
  /** Our operator → user id in the CRM. */
  readonly users: Readonly<Record<string, string>>;
  readonly defaultUser: string;
}

export interface Bitrix24 extends Crm {
  readonly kind: 'bitrix24';
  /** Address of the incoming webhook, which is a key: `https://…/rest/1/abc/`. */
  readonly urlRef: string;
  readonly source?: string;
  /** Shows the card to the user when a call begins. */
  readonly show: 'yes' | 'no';
  readonly lineNumber?: string;
}

export interface AmoCrm extends Crm {
  readonly kind: 'amocrm';
  /** `https://name.amocrm.ru` */
  readonly url: string;
  readonly tokenRef: string;
  readonly pipelineId?: number;
  readonly statusId?: number;
}

export interface HubSpot extends Crm {
  readonly kind: 'hubspot';
  readonly url: string;
  readonly tokenRef: string;
  /** Of the account; absent: cards have no address. */
  readonly portalId?: string;
  /** Type of the association of a call with a contact. */
  readonly callAssociation: number;
}

export interface TikTokEvents extends Common {
  readonly kind: 'tiktok-events';
  readonly url: string;
  readonly source: 'web' | 'offline' | 'crm';
  readonly sourceId: string;
  readonly tokenRef: string;
  readonly testEventCode?: string;
  /** Told with leads as the system they stand in. */
  readonly crmName: string;
}

export type Destination = Ga4 | YandexMetrica | CrmWebhook | Bitrix24 | AmoCrm | HubSpot | TikTokEvents;
