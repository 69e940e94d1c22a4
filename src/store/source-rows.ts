/** Rows of where leads come from: connections, their forms, raw pushes, conversations. Part of schema.ts. */
import type { Connection, Form, Push } from '../domain/leads/lead.js';
import type { ConnectionId, FormId, Instant, LeadId, PushId } from '../domain/values/ids.js';

export interface SourceTables {
  readonly connections: ConnectionRow;
  readonly forms: FormRow;
  readonly pushes: PushRow;
  readonly conversations: ConversationRow;
}

export interface ConnectionRow {
  readonly id: ConnectionId;
  readonly kind: Connection['kind'];
  readonly name: string;
  readonly tags: string;
  readonly enabled: Connection['enabled'];
  readonly secret_ref: string | null;
  readonly whisper_template: string | null;
  readonly country: string | null;
  readonly locale: string | null;
  readonly intake: string | null;
  readonly created_at: Instant;
}

export interface FormRow {
  readonly id: FormId;
  readonly connection_id: ConnectionId;
  readonly external_id: string;
  readonly enabled: Form['enabled'];
  readonly display_name: string;
  readonly static_utm: string;
  readonly whisper_template: string | null;
  readonly locale: string | null;
  readonly country: string | null;
  readonly group_name: string | null;
  readonly policy: string | null;
  readonly field_map: string;
  readonly created_at: Instant;
}

export interface ConversationRow {
  readonly connection_id: ConnectionId;
  readonly conversation_id: string;
  readonly phone: string | null;
  readonly client_name: string | null;
  readonly touch: string;
  readonly messages: string;
  readonly word: 'yes' | null;
  readonly opted_out: 'yes' | null;
  readonly lead_id: LeadId | null;
  readonly leads: number;
  readonly heard_at: Instant;
}

export interface PushRow {
  readonly id: PushId;
  readonly connection_id: ConnectionId;
  readonly received_at: Instant;
  readonly body: string;
  readonly signature: Push['signature'];
  readonly results: string;
}
