/** What our side said of a dialog's session last (SDP of an offer or an answer): a refresh says it again. */
import { headerOf } from '../../wire/sip-message.js';
import type { SipMessage } from '../../wire/sip-types.js';
import type { EngineDialog } from './engine-state.js';

export const NO_SESSION: EngineDialog['localSession'] = { body: '', contentType: '' };

export function noteSession(dialog: EngineDialog, message: SipMessage): void {
  if (message.body !== '')
    dialog.localSession = { body: message.body, contentType: headerOf(message, 'Content-Type') ?? '' };
}
