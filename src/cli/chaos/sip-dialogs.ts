/**
 * What the phones saw, read from their own files: every INVITE dialog with its beginning, answer and end. The judge's
 * only source for who was rung; it shares nothing with the program that rang them.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { headerOf } from '../../wire/sip-message.js';
import type { SipMessage, SipResponse } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import { sipLogPath } from './cast.js';

export interface SipDialogView {
  readonly phone: string;
  readonly callId: string;
  /** User of the Request-URI: the number that was called. */
  readonly called: string;
  /** Milliseconds since the epoch, all of them. */
  readonly invitedAt: number;
  answeredAt?: number;
  endedAt?: number;
  /** Who sent the BYE. */
  endedBy?: 'phone' | 'far-end';
  /** Counts the calls of this phone from 1; names its recording. */
  readonly number: number;
}

const entrySchema = z.looseObject({
  kind: z.enum(['message', 'event']),
  at: z.number(),
  direction: z.enum(['in', 'out']).optional(),
  message: z.custom<SipMessage>().optional(),
});
type Entry = z.output<typeof entrySchema>;

export async function readDialogs(directory: string, phone: string): Promise<SipDialogView[]> {
  const text = await readFile(sipLogPath(directory, phone), 'utf8');
  const dialogs = new Map<string, SipDialogView>();
  for (const line of text.split('\n'))
    if (line !== '') take(dialogs, phone, entrySchema.parse(JSON.parse(line)));
  return [...dialogs.values()];
}

function take(dialogs: Map<string, SipDialogView>, phone: string, { at, direction, message }: Entry): void {
  if (message === undefined || direction === undefined) return;
  const callId = headerOf(message, 'Call-ID') ?? '';
  const known = dialogs.get(callId);
  if (known !== undefined) follow(known, { at, direction, message });
  else if (message.kind === 'request' && message.method === 'INVITE' && direction === 'in')
    dialogs.set(callId, {
      phone,
      callId,
      called: parseSipUri(message.uri)?.user ?? '',
      invitedAt: at,
      number: dialogs.size + 1,
    });
}

interface SeenMessage {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly message: SipMessage;
}

/** A BYE of either side ends it, and so does our final answer to the INVITE unless it is a 2xx. */
function follow(dialog: SipDialogView, { at, direction, message }: SeenMessage): void {
  if (message.kind === 'response') {
    if (direction === 'out' && isFinalOfInvite(message)) conclude(dialog, at, message.status);
    return;
  }
  if (message.method !== 'BYE' || dialog.endedAt !== undefined) return;
  dialog.endedAt = at;
  dialog.endedBy = direction === 'out' ? 'phone' : 'far-end';
}

function isFinalOfInvite(response: SipResponse): boolean {
  return response.status >= 200 && headerOf(response, 'CSeq')?.endsWith(' INVITE') === true;
}

function conclude(dialog: SipDialogView, at: number, status: number): void {
  if (status < 300) dialog.answeredAt ??= at;
  else dialog.endedAt ??= at;
}
