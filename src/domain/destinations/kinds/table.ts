/** The one table of kinds of destinations. A new kind: its settings in destination.ts, its conversation here beside. */
import type { Conversation, Kind, Told, Tools } from '../conversation.js';
import type { Destination, DestinationKind, ToldEvent } from '../destination.js';
import type { Occasion } from '../occasion.js';
import { AMOCRM } from './amocrm.js';
import { BITRIX24 } from './bitrix24.js';
import { CRM_WEBHOOK } from './crm-webhook.js';
import { GA4, GA4_NAMES } from './ga4.js';
import { HUBSPOT } from './hubspot.js';
import { METRICA_NAMES } from './metrica-rows.js';
import { TIKTOK_EVENTS, TIKTOK_NAMES } from './tiktok-events.js';
import { YANDEX_METRICA } from './yandex-metrica.js';

type Of<K extends DestinationKind> = Extract<Destination, { readonly kind: K }>;

const KINDS: { readonly [K in DestinationKind]: Kind<Of<K>> } = {
  ga4: GA4,
  'yandex-metrica': YANDEX_METRICA,
  'crm-webhook': CRM_WEBHOOK,
  bitrix24: BITRIX24,
  amocrm: AMOCRM,
  hubspot: HUBSPOT,
  'tiktok-events': TIKTOK_EVENTS,
};

/** What vendors call our events unless the settings say otherwise; CRMs have no names for them. */
export const VENDOR_NAMES: Readonly<
  Record<DestinationKind, Readonly<Partial<Record<ToldEvent, string>>> | undefined>
> = {
  ga4: GA4_NAMES,
  'yandex-metrica': METRICA_NAMES,
  'tiktok-events': TIKTOK_NAMES,
  'crm-webhook': undefined,
  bitrix24: undefined,
  amocrm: undefined,
  hubspot: undefined,
};

/** The table pairs each kind with its own settings, which its type says and a look-up by a union cannot. */
function kindOf(destination: Destination): Kind {
  return KINDS[destination.kind];
}

export function isBatched(destination: Destination): boolean {
  return kindOf(destination).batched !== undefined;
}

export function secretsOf(destination: Destination): readonly string[] {
  return kindOf(destination).secretsOf(destination);
}

export function subjectOf(destination: Destination, occasion: Occasion): string {
  return kindOf(destination).subjectOf(destination, occasion);
}

export function aloneWith(destination: Destination, occasion: Occasion): string | undefined {
  return kindOf(destination).aloneWith?.(occasion);
}

export function converse(destination: Destination, told: readonly Told[], tools: Tools): Conversation {
  return kindOf(destination).converse(destination, told, tools);
}
