/**
 * What the push of any source is read into: entries with the labels and values that the client saw. One reader a source
 * (tiktok-push.ts, form-push.ts, …) makes them; entry-draft.ts makes leads of them; the table of sources is sources.ts.
 */
import type { HeardMessage } from './conversation.js';
import type { Touch, LeadDraft, LeadKind } from './lead.js';

export interface EntryField {
  /** As the source labels it. */
  readonly field: string;
  readonly value: string;
  /** Other names of the same field (its id, its type), tried when the label says nothing. */
  readonly aka?: readonly string[];
}

/** Form of an entry at its source; one first seen is created. */
export interface EntryForm {
  readonly externalId: string;
  readonly displayName: string;
}

export interface LeadEntry extends Pick<LeadDraft, 'externalId' | 'campaign' | 'adGroup' | 'ad' | 'test'> {
  readonly form: EntryForm;
  readonly kind: LeadKind;
  readonly fields: readonly EntryField[];
  /** What the push says of the advertisement. */
  readonly touch: Touch;
}

export type ReadEntry =
  | { readonly kind: 'lead'; readonly entry: LeadEntry }
  /** The push names the lead only: its fields are fetched from the source. */
  | { readonly kind: 'awaited'; readonly entry: LeadEntry & { readonly externalId: string } }
  /** A message of a conversation, which may or may not make a lead. */
  | { readonly kind: 'heard'; readonly message: HeardMessage }
  | { readonly kind: 'acknowledged'; readonly externalId?: string; readonly why: string }
  | { readonly kind: 'unusable'; readonly externalId?: string; readonly why: string };

export type ReadPush =
  | { readonly kind: 'entries'; readonly entries: readonly ReadEntry[] }
  /** Not about leads: it is acknowledged. */
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Entries of one push; TikTok bundles up to a thousand, nobody is known to send more. */
export const MAXIMUM_ENTRIES = 1000;
