/**
 * What the phones saw, read from their own files: every INVITE dialog with its beginning, answer and end. The judge's
 * only source for who was rung; it shares nothing with the program that rang them.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { headerOf } from '../../wire/sip-message.js';
import type { SipMessage } from '../../wire/sip-types.js';
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
  /** How many calls the phone had when it ends, counted from 1: names its recording. */
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
  if (message.kind === 'request') {
    if (message.method === 'INVITE' && direction === 'in' && known === undefined)
      dialogs.set(callId, {
        phone,
        callId,
        called: parseSipUri(message.uri)?.user ?? '',
        invitedAt: at,
        number: dialogs.size + 1,
      });
    if (message.method === 'BYE' && known !== undefined && known.endedAt === undefined)
      Object.assign(known, { endedAt: at, endedBy: direction === 'out' ? 'phone' : 'far-end' });
    return;
  }
  const isOurFinal = direction === 'out' && message.status >= 200 && isOfInvite(message);
  if (!isOurFinal || known === undefined) return;
  if (message.status < 300) known.answeredAt ??= at;
  else known.endedAt ??= at;
}

function isOfInvite(message: SipMessage): boolean {
  return headerOf(message, 'CSeq')?.endsWith(' INVITE') === true;
}
